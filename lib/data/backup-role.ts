import { Effect, ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import type { Keys } from '../foundation/keys';
import { backupRoleName } from '../shared/fixed-names';
import { ServiceRole } from '../shared/service-role';

/** What the role has to do with, and what it is kept from. */
export interface BackupRoleProps {
  readonly environment: EnvironmentName;
  readonly keys: Keys;
  /** Backed up and restored beside; never deleted. */
  readonly database: IDatabaseInstance;
  /** Logs that are locked in place and not backed up. */
  readonly logBuckets: readonly IBucket[];
}

/**
 * Runs backups, copies and restores: 164.308(a)(7)(ii)(A), (B). AWS's own policies say what AWS Backup needs, and name no store, as AWS
 * cannot know ours; what they allow beyond those that are backed up is denied: 164.308(a)(4).
 */
export class BackupRole extends ServiceRole {
  constructor(scope: Construct, id: string, props: BackupRoleProps) {
    super(scope, id, {
      // Without a source condition, which AWS Backup is not documented to send here; only this account can pass the role.
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      description: 'AWS Backup backs up, copies and restores the stores of PHI and audit.',
      roleName: backupRoleName(props.environment),
      awsManagedPolicies: [
        'service-role/AWSBackupServiceRolePolicyForBackup',
        'service-role/AWSBackupServiceRolePolicyForRestores',
        'AWSBackupServiceRolePolicyForS3Backup',
        'AWSBackupServiceRolePolicyForS3Restore',
      ].map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    // Without these a job reports success and has backed up nothing. Grants to services AWS's policies allow.
    for (const key of keysOfBackups(props.keys)) {
      key.grantEncryptDecrypt(this.policy);
      key.grant(this.policy, 'kms:DescribeKey');
    }
    this.policy.addStatements(...denials(props));
  }
}

/** That nothing is deleted from a bucket that is backed up, the bucket's own policy sees to. */
function denials({ keys, database, logBuckets }: BackupRoleProps): readonly PolicyStatement[] {
  const deny = (sid: string, action: string, resources: string[]): PolicyStatement =>
    new PolicyStatement({ sid, effect: Effect.DENY, actions: [action], resources });
  const others = keys.all.filter((key) => !keysOfBackups(keys).includes(key));
  return [
    deny(
      'DenyOtherKeys',
      'kms:*',
      others.map((key) => key.keyArn),
    ),
    deny(
      'DenyLogs',
      's3:*',
      logBuckets.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
    ),
    deny('DenyDeletionOfDatabase', 'rds:DeleteDBInstance', [database.instanceArn]),
    // A restored machine or cluster would take one; nothing that is backed up here does.
    deny('DenyPassingRoles', 'iam:PassRole', ['*']),
  ];
}

/** Keys of the stores that are backed up, and of the backups. */
function keysOfBackups({ records, audit, evidence, backup }: Keys): readonly IKey[] {
  return [records, audit, evidence, backup];
}
