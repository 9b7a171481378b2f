import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnLogGroup, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DataClass } from './data-class';
import { classify } from './data-class';
import { LOG_RETENTION } from './retention';

/** One log group. */
export interface KeyedLogGroupProps {
  readonly dataClass: DataClass;
  /** Its policy must allow CloudWatch Logs. */
  readonly key: IKey;
  /** Only where the writing service dictates it. @default generated */
  readonly name?: string;
  /** @default RETAIN; a disposable environment destroys groups of fixed name, which would block the next deploy */
  readonly removalPolicy?: RemovalPolicy;
}

/** A log group under a customer key, kept six years. 164.312(a)(2)(iv), 164.312(b). */
export class KeyedLogGroup extends Construct {
  readonly logGroup: ILogGroup;
  private readonly group: LogGroup;

  constructor(scope: Construct, id: string, { dataClass, key, name, removalPolicy }: KeyedLogGroupProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      logGroupName: name,
      encryptionKey: key,
      retention: LOG_RETENTION,
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.logGroup = this.group;
    classify(this, dataClass);
  }

  /** Lets a role create streams and put events, here only. */
  grantWrite(grantee: IGrantable): void {
    this.group.grants.write(grantee);
  }

  /**
   * Lets the log delivery service of AWS (web ACL and sign-in logs) write here. By the L1 property: a resource policy of the
   * account is one of ten, and the service would otherwise add its own at deploy, unseen by the template.
   */
  acceptDelivery(): void {
    const { account, partition, region } = Stack.of(this);
    (this.group.node.defaultChild as CfnLogGroup).resourcePolicyDocument = new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'AcceptDelivery',
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          // The policy is part of the group, so it cannot name the group's own ARN.
          resources: ['*'],
          conditions: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
          },
        }),
      ],
    });
  }
}
