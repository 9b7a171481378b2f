import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { classify } from './data-class';

/** Where alarms go. */
export interface AlarmTopicProps {
  /** Its policy must allow CloudWatch: `allowAlarms`. */
  readonly key: IKey;
  /** Who is told, once they have confirmed the subscription by mail. */
  readonly emailAddress: string;
}

/**
 * A topic under a customer key that alarms may really publish to: TLS only, with CloudWatch named in the topic's own policy,
 * because that policy replaces the default one under which alarms could publish. 164.308(a)(6)(ii).
 *
 * Messages carry names of alarms and resources, never a value of a record: mail leaves the encrypted path. SNS has no
 * condition key for the version of TLS; its endpoints accept 1.2 and higher (docs/decisions).
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { key, emailAddress }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    new Subscription(this, 'Officer', { topic: this.topic, protocol: SubscriptionProtocol.EMAIL, endpoint: emailAddress });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    classify(this, 'operational');
  }
}
