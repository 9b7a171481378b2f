import backup from './aws-managed/AWSBackupServiceRolePolicyForBackup.json';
import restore from './aws-managed/AWSBackupServiceRolePolicyForRestores.json';
import backupOfBuckets from './aws-managed/AWSBackupServiceRolePolicyForS3Backup.json';
import restoreOfBuckets from './aws-managed/AWSBackupServiceRolePolicyForS3Restore.json';
import functionLogs from './aws-managed/AWSLambdaBasicExecutionRole.json';
import functionInVpc from './aws-managed/AWSLambdaVPCAccessExecutionRole.json';
import configuration from './aws-managed/AWS_ConfigRole.json';
import monitoring from './aws-managed/AmazonRDSEnhancedMonitoringRole.json';
import { statementsOf, type Statement } from './statement';

/** A policy that AWS keeps for one service. */
export interface AwsManagedPolicy {
  /** The one service whose roles take it. */
  readonly service: string;
  /** AWS's number of the version that is recorded here, such as `v30`. */
  readonly version: string;
  /** What that version says. */
  readonly statements: readonly Statement[];
}

/** What `aws iam get-policy-version` answers, as it is kept here. */
interface Recorded {
  readonly PolicyVersion: { readonly VersionId: string; readonly Document: object };
}

const [BACKUP, LAMBDA] = ['backup.amazonaws.com', 'lambda.amazonaws.com'];

/** By what follows `policy/` in the ARN. */
const RECORDED: ReadonlyMap<string, readonly [service: string, Recorded]> = new Map([
  ['service-role/AWSBackupServiceRolePolicyForBackup', [BACKUP, backup]],
  ['service-role/AWSBackupServiceRolePolicyForRestores', [BACKUP, restore]],
  ['AWSBackupServiceRolePolicyForS3Backup', [BACKUP, backupOfBuckets]],
  ['AWSBackupServiceRolePolicyForS3Restore', [BACKUP, restoreOfBuckets]],
  ['service-role/AmazonRDSEnhancedMonitoringRole', ['monitoring.rds.amazonaws.com', monitoring]],
  ['service-role/AWS_ConfigRole', ['config.amazonaws.com', configuration]],
  ['service-role/AWSLambdaBasicExecutionRole', [LAMBDA, functionLogs]],
  ['service-role/AWSLambdaVPCAccessExecutionRole', [LAMBDA, functionInVpc]],
]);

const ARN = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/;

/** What follows `policy/` in the ARN of an AWS-managed policy, in whichever partition; undefined for any other ARN. */
export function awsManagedName(arn: string): string | undefined {
  return ARN.exec(arn)?.[1];
}

/**
 * What an AWS-managed policy said when it was recorded, since no template holds it: 164.308(a)(4). `docs/checks.md` says how to record it
 * anew.
 *
 * @param name what follows `policy/` in its ARN, such as `service-role/AWS_ConfigRole`.
 * @returns undefined for one that no role of a known service takes.
 */
export function awsManagedPolicy(name: string): AwsManagedPolicy | undefined {
  const recorded = RECORDED.get(name);
  if (!recorded) return undefined;
  const [service, { PolicyVersion }] = recorded;
  return { service, version: PolicyVersion.VersionId, statements: statementsOf(name, PolicyVersion.Document) };
}
