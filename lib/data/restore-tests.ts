import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { CfnRestoreTestingPlan, CfnRestoreTestingSelection } from 'aws-cdk-lib/aws-backup';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import type { ServiceRole } from '../shared/service-role';
import type { RecordsDatabase } from './records-database';

/** What is restored, and where to. */
export interface RestoreTestsProps {
  readonly environment: EnvironmentName;
  readonly role: ServiceRole;
  readonly vaults: readonly IBackupVault[];
  readonly database: RecordsDatabase;
  /** A restored database is as unreachable as the real one. */
  readonly databaseGroup: ISecurityGroup;
  readonly buckets: readonly IBucket[];
}

/**
 * Once a week AWS Backup restores a recent recovery point of every protected store, reports, and deletes what it restored.
 * 164.308(a)(7)(ii)(D).
 *
 * L1 because aws-backup has no L2 for restore testing.
 */
export class RestoreTests extends Construct {
  constructor(scope: Construct, id: string, { environment, role, vaults, database, databaseGroup, buckets }: RestoreTestsProps) {
    super(scope, id);
    const plan = new CfnRestoreTestingPlan(this, 'Plan', {
      restoreTestingPlanName: `${environment}_weekly`,
      scheduleExpression: 'cron(0 12 ? * SUN *)',
      startWindowHours: 4,
      recoveryPointSelection: {
        algorithm: 'RANDOM_WITHIN_WINDOW',
        includeVaults: vaults.map((vault) => vault.backupVaultArn),
        recoveryPointTypes: ['SNAPSHOT', 'CONTINUOUS'],
        selectionWindowDays: 30,
      },
    });
    const selections = [
      new CfnRestoreTestingSelection(this, 'Database', {
        restoreTestingPlanName: plan.restoreTestingPlanName,
        restoreTestingSelectionName: `${environment}_database`,
        protectedResourceType: 'RDS',
        protectedResourceArns: [database.instance.instanceArn],
        iamRoleArn: role.role.roleArn,
        validationWindowHours: 4,
        // Inferred metadata may point at a default VPC.
        restoreMetadataOverrides: {
          dbSubnetGroupName: database.subnetGroup.subnetGroupName,
          vpcSecurityGroupIds: `["${databaseGroup.securityGroupId}"]`,
          publiclyAccessible: 'false',
        },
      }),
      new CfnRestoreTestingSelection(this, 'Buckets', {
        restoreTestingPlanName: plan.restoreTestingPlanName,
        restoreTestingSelectionName: `${environment}_buckets`,
        protectedResourceType: 'S3',
        protectedResourceArns: buckets.map((bucket) => bucket.bucketArn),
        iamRoleArn: role.role.roleArn,
        validationWindowHours: 4,
      }),
    ];
    for (const selection of selections) {
      selection.addResourceDependency(plan);
      role.completeBefore(selection);
    }
  }
}
