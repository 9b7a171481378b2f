import type { IKey } from 'aws-cdk-lib/aws-kms';
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import type { DataClass } from '../shared/data-class';
import { denyForeignContext } from '../shared/field-key';
import { auditTrailArn } from '../shared/fixed-names';
import { protectedKey } from '../shared/protected-key';
import { allowAlarms, allowCloudTrail, allowCloudWatchLogs, allowConfig, allowEventBridge, allowLogDelivery } from '../shared/service-key-policy';

/** The HMAC key of each searchable column. */
export type IndexKeys = Readonly<Record<'mrn' | 'ssn' | 'insuranceId', IKey>>;

/**
 * One customer-managed key per class of data, each kept when the stack goes, and neither deletable nor disabled by anyone but
 * break-glass: without its key a locked archive is lost. 164.312(a)(2)(iv).
 *
 * Every service principal that must use a key is named in the key's policy with a source condition. Roles of later stacks
 * are not: they get their use by grant, on their own policies.
 */
export class Keys extends Construct {
  /** PHI at rest: database, documents, the master secret. */
  readonly records: IKey;
  /**
   * Wraps the data keys of field encryption, and nothing else. A key of its own: disabling it ends every disclosure of an encrypted
   * field within five minutes, while the database, its backups and the documents stay readable to those who restore them.
   */
  readonly fields: IKey;
  /**
   * Blind indexes, a key per column, so that two columns with one value have two indexes. KMS does not rotate them by itself, and a
   * new one means computing every index of its column anew.
   */
  readonly indexes: IndexKeys;
  /** Signs batches of audit events. Its public half proves them for as long as they are kept, also after the key is gone. 164.312(b). */
  readonly auditSigning: IKey;
  /** CloudTrail and flow logs in the log archive. */
  readonly trail: IKey;
  /** Application audit batches and AWS Config history. */
  readonly audit: IKey;
  /** The record of incidents and what was captured for it. A key of its own: whoever answers for a breach reads nothing else by it. */
  readonly evidence: IKey;
  /** Log groups and function environments. */
  readonly logs: IKey;
  /** Topics and queues. */
  readonly messaging: IKey;
  /** Backup vaults of the home Region. */
  readonly backup: IKey;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: EnvironmentName }) {
    super(scope, id);
    const key = (keyId: string, dataClass: DataClass, description: string): IKey =>
      protectedKey(this, keyId, { environment, dataClass, description });

    this.records = key('Records', 'phi', 'database and documents');
    this.fields = key('Fields', 'phi', 'data keys of field encryption');
    this.trail = key('Trail', 'audit', 'CloudTrail and VPC flow logs in the log archive');
    this.audit = key('Audit', 'audit', 'application audit batches and AWS Config history');
    this.evidence = key('Evidence', 'audit', 'records and evidence of incidents');
    this.logs = key('Logs', 'operational', 'log groups and function environments');
    this.messaging = key('Messaging', 'operational', 'topics and queues');
    this.backup = key('Backup', 'phi', 'backup vaults');
    this.indexes = {
      mrn: this.indexKey('MrnIndex', environment, 'medical record number'),
      ssn: this.indexKey('SsnIndex', environment, 'social security number'),
      insuranceId: this.indexKey('InsuranceIdIndex', environment, 'insurance number'),
    };
    this.auditSigning = protectedKey(this, 'BatchSigning', {
      environment,
      dataClass: 'audit',
      description: 'signatures of application audit batches',
      kind: { spec: KeySpec.RSA_3072, usage: KeyUsage.SIGN_VERIFY },
    });

    allowCloudTrail(this.trail, auditTrailArn(this, environment));
    allowLogDelivery(this.trail);
    allowConfig(this.audit);
    allowCloudWatchLogs(this.logs);
    allowAlarms(this.messaging);
    allowEventBridge(this.messaging);
    for (const statement of denyForeignContext(environment)) this.fields.addToResourcePolicy(statement);
  }

  /** Each of them. */
  get all(): readonly IKey[] {
    const { records, fields, auditSigning, trail, audit, evidence, logs, messaging, backup } = this;
    return [records, fields, ...Object.values(this.indexes), auditSigning, trail, audit, evidence, logs, messaging, backup];
  }

  private indexKey(keyId: string, environment: EnvironmentName, column: string): IKey {
    return protectedKey(this, keyId, {
      environment,
      dataClass: 'phi',
      description: `blind index of the ${column}`,
      kind: { spec: KeySpec.HMAC_256, usage: KeyUsage.GENERATE_VERIFY_MAC },
    });
  }
}
