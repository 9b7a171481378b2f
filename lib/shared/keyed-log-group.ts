import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnLogGroup, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Teardown } from '../config/environment';
import type { DataClass } from './data-class';
import { classify } from './data-class';
import { LOG_RETENTION } from './retention';

/** A name that the service writing to the group dictates. */
export interface FixedName {
  readonly name: string;
  /** A disposable environment destroys the group with its stack: kept, its name would block the next deploy. */
  readonly teardown: Teardown;
}

/** One log group. */
export interface KeyedLogGroupProps {
  readonly dataClass: DataClass;
  /** Its policy must allow CloudWatch Logs. */
  readonly key: IKey;
  /** Only where the writing service dictates the name. @default a generated name, and the group is kept when its stack goes */
  readonly fixed?: FixedName;
}

/** A log group under a customer key, kept six years. 164.312(a)(2)(iv), 164.312(b). */
export class KeyedLogGroup extends Construct {
  readonly logGroup: ILogGroup;
  private readonly group: LogGroup;
  private readonly name: string | undefined;

  constructor(scope: Construct, id: string, { dataClass, key, fixed }: KeyedLogGroupProps) {
    super(scope, id);
    this.name = fixed?.name;
    this.group = new LogGroup(this, 'Group', {
      logGroupName: fixed?.name,
      encryptionKey: key,
      retention: LOG_RETENTION,
      removalPolicy: fixed?.teardown.policy === 'disposable' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
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
   *
   * @throws Error when the group's name is generated: the policy is part of the group, so it cannot take the name from it
   */
  acceptDelivery(): void {
    if (this.name === undefined) throw new Error(`The log group ${this.node.path} accepts deliveries, so it needs a name of its own.`);
    const { account, partition, region } = Stack.of(this);
    const arn = `arn:${partition}:logs:${region}:${account}:log-group:${this.name}`;
    (this.group.node.defaultChild as CfnLogGroup).resourcePolicyDocument = new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'AcceptDelivery',
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [arn, `${arn}:*`],
          conditions: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
          },
        }),
      ],
    });
  }
}
