import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import { denyUnlessBreakGlass } from '../shared/break-glass-deny';
import type { DataClass } from '../shared/data-class';
import { classify } from '../shared/data-class';
import { auditTrailArn, breakGlassRoleArn } from '../shared/fixed-names';
import { allowAlarms, allowCloudTrail, allowCloudWatchLogs, allowConfig, allowEventBridge, allowLogDelivery } from '../shared/service-key-policy';

/**
 * One customer-managed key per class of data, each rotated every year, kept when the stack goes, and neither deletable nor
 * disabled by anyone but break-glass: without its key a locked archive is lost. 164.312(a)(2)(iv).
 *
 * Every service principal that must use a key is named in the key's policy with a source condition. Roles of later stacks
 * are not: they get their use by grant, on their own policies.
 */
export class Keys extends Construct {
  /** PHI: database, documents, field encryption, the master secret. */
  readonly records: IKey;
  /** CloudTrail and flow logs in the log archive. */
  readonly trail: IKey;
  /** Application audit batches and AWS Config history. */
  readonly audit: IKey;
  /** Log groups and function environments. */
  readonly logs: IKey;
  /** Topics and queues. */
  readonly messaging: IKey;
  /** Backup vaults of the home Region. */
  readonly backup: IKey;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: EnvironmentName }) {
    super(scope, id);
    const key = (keyId: string, dataClass: DataClass, description: string): IKey => {
      const created = new Key(this, keyId, {
        description: `${environment}: ${description}`,
        enableKeyRotation: true,
        pendingWindow: Duration.days(30),
        removalPolicy: RemovalPolicy.RETAIN,
      });
      created.addToResourcePolicy(denyKeyLoss(breakGlassRoleArn(this, environment)));
      classify(created, dataClass);
      return created;
    };

    this.records = key('Records', 'phi', 'database, documents and field encryption');
    this.trail = key('Trail', 'audit', 'CloudTrail and VPC flow logs in the log archive');
    this.audit = key('Audit', 'audit', 'application audit batches and AWS Config history');
    this.logs = key('Logs', 'operational', 'log groups and function environments');
    this.messaging = key('Messaging', 'operational', 'topics and queues');
    this.backup = key('Backup', 'phi', 'backup vaults');

    allowCloudTrail(this.trail, auditTrailArn(this, environment));
    allowLogDelivery(this.trail);
    allowConfig(this.audit);
    allowCloudWatchLogs(this.logs);
    allowAlarms(this.messaging);
    allowEventBridge(this.messaging);
  }
}

/**
 * The statement that every key of the baseline carries, the recovery Region's included.
 *
 * It does not deny `kms:PutKeyPolicy`, which could drop it: KMS refuses a policy that might lock its caller out, and a Deny by
 * role would make every deploy depend on the deploying role's name. A change of a key policy raises an alarm instead.
 */
export function denyKeyLoss(breakGlassArn: string): PolicyStatement {
  return denyUnlessBreakGlass({
    sid: 'DenyKeyLoss',
    actions: ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:DeleteImportedKeyMaterial'],
    resources: ['*'],
    exceptRoleArns: [breakGlassArn],
  });
}
