import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { classify } from '../shared/data-class';
import { RunbookAlarm } from '../shared/runbook-alarm';

/** The receiving end. */
export interface HeartbeatProps {
  /** Key of the alarm topics, under which this one stands too. */
  readonly messagingKey: IKey;
  /** Who is told when it stays away. */
  readonly tell: readonly ITopic[];
}

/**
 * Where a synthetic event arrives every five minutes that took the way of the detections: the default bus, a rule, their delivery role and
 * their key, up to a topic that nobody reads. When none has arrived for a quarter of an hour, an alarm tells, which takes none of that
 * way. 164.308(a)(6)(ii), 164.312(b).
 *
 * It does not show that mail is read, nor that a rule still looks for what it should: that is what the tests of templates are for, and
 * the detection of changes to rules.
 */
export class Heartbeat extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { messagingKey, tell }: HeartbeatProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { masterKey: messagingKey, enforceSSL: true });
    classify(topic, 'operational');
    this.topic = topic;
    const metric = new Metric({
      namespace: 'AWS/SNS',
      metricName: 'NumberOfMessagesPublished',
      dimensionsMap: { TopicName: topic.topicName },
      statistic: Stats.SUM,
      period: Duration.minutes(15),
    });
    new RunbookAlarm(this, 'HeartbeatMissing', {
      description: 'No event came through the rules for fifteen minutes: detections may reach nobody.',
      metric,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missing: TreatMissingData.BREACHING,
      tell,
    });
  }
}
