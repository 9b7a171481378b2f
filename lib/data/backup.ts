import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { BackupPlan, BackupPlanRule, BackupResource, BackupSelection, BackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import { archiveAdministrators, vaultName } from '../shared/fixed-names';
import { MIN_POINT_IN_TIME_DAYS, POINT_IN_TIME_DAYS } from '../shared/retention';
import type { ServiceRole } from '../shared/service-role';
import { BackupRole } from './backup-role';
import { LockedVault } from './backup-vaults';

/** What is backed up. */
export interface BackupPlansProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly database: IDatabaseInstance;
  readonly buckets: readonly IBucket[];
  /** Logs, which are locked in place and not backed up: the role is kept out of them. */
  readonly logBuckets: readonly IBucket[];
}

/**
 * Three rules over every store of PHI and audit, selected by reference: continuous with 35 days of reach, daily with a copy
 * in the recovery Region, monthly kept long, there too. 164.308(a)(7)(ii)(A), (B).
 *
 * The vaults are apart because one lock cannot allow 35 days and forbid less than a year.
 */
export class BackupPlans extends Construct {
  /** Runs backups, copies and restores. */
  readonly role: ServiceRole;
  readonly pointInTime: IBackupVault;
  readonly longTerm: IBackupVault;
  private readonly plan: BackupPlan;

  constructor(scope: Construct, id: string, { config, keys, database, buckets, logBuckets }: BackupPlansProps) {
    super(scope, id);
    const shortLife = Duration.days(POINT_IN_TIME_DAYS);
    const longLife = Duration.days(config.retention.longTermBackupDays);
    const common = { key: keys.backup, administrators: archiveAdministrators(this, config.name) };
    this.pointInTime = new LockedVault(this, 'PointInTime', {
      ...common, name: vaultName(config.name, 'point-in-time'), minRetention: Duration.days(MIN_POINT_IN_TIME_DAYS), maxRetention: shortLife,
    }).vault;
    this.longTerm = new LockedVault(this, 'LongTerm', { ...common, name: vaultName(config.name, 'long-term'), minRetention: longLife }).vault;
    const recovery = this.recoveryVault(config);
    this.role = new BackupRole(this, 'Service', { environment: config.name, keys, database, logBuckets });

    const plan = new BackupPlan(this, 'Plan', { backupPlanName: `${config.name}-records` });
    this.plan = plan;
    plan.addRule(new BackupPlanRule({
      ruleName: 'Continuous',
      backupVault: this.pointInTime,
      // Takes over the retention of the database's own backups: the same number stands there.
      enableContinuousBackup: true,
      deleteAfter: shortLife,
      scheduleExpression: Schedule.cron({ minute: '0', hour: '5' }),
      startWindow: Duration.hours(1),
      completionWindow: Duration.hours(8),
    }));
    plan.addRule(new BackupPlanRule({
      ruleName: 'Daily',
      backupVault: this.pointInTime,
      deleteAfter: shortLife,
      scheduleExpression: Schedule.cron({ minute: '0', hour: '7' }),
      startWindow: Duration.hours(1),
      completionWindow: Duration.hours(8),
      copyActions: [{ destinationBackupVault: recovery, deleteAfter: shortLife }],
    }));
    plan.addRule(new BackupPlanRule({
      ruleName: 'Monthly',
      // Kept long as copies: AWS Backup wants every backup of one bucket in the vault of its continuous backup.
      backupVault: this.pointInTime,
      deleteAfter: shortLife,
      scheduleExpression: Schedule.cron({ minute: '0', hour: '9', day: '1' }),
      startWindow: Duration.hours(1),
      completionWindow: Duration.hours(24),
      copyActions: [this.longTerm, recovery].map((vault) => ({ destinationBackupVault: vault, deleteAfter: longLife })),
    }));
    const selection = plan.addSelection('EveryStore', {
      resources: [BackupResource.fromArn(database.instanceArn), ...buckets.map((bucket) => BackupResource.fromArn(bucket.bucketArn))],
      role: this.role.role,
      disableDefaultBackupPolicy: true,
    });
    this.role.completeBefore(selection);
  }

  /** Backs up a bucket of a later stack as every other store, by a selection that stands in that stack. Its key must be one of `keys`. */
  include(scope: Construct, id: string, bucket: IBucket): void {
    // eslint-disable-next-line awscdk/require-passing-this -- it stands where the bucket does
    new BackupSelection(scope, id, {
      backupPlan: this.plan,
      resources: [BackupResource.fromArn(bucket.bucketArn)],
      role: this.role.role,
      disableDefaultBackupPolicy: true,
    });
  }

  /** By ARN: a reference cannot reach another Region, and the vault's name is fixed for this. */
  private recoveryVault({ name, recoveryRegion }: EnvironmentConfig): IBackupVault {
    const arn = Stack.of(this).formatArn({
      service: 'backup',
      region: recoveryRegion,
      resource: 'backup-vault',
      resourceName: vaultName(name, 'recovery'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return BackupVault.fromBackupVaultArn(this, 'Recovery', arn);
  }
}
