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
  constructor(scope: Construct, id: string, private readonly props: RestoreTestsProps) {
    super(scope, id);
    const { environment, role, vaults, database, databaseGroup, buckets } = props;
    const plan = new CfnRestoreTestingPlan(this, 'Plan', {
      restoreTestingPlanName: planName(environment),
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
      this.include(this, 'Buckets', 'buckets', buckets),
    ];
    for (const selection of selections) {
      selection.addResourceDependency(plan);
      role.completeBefore(selection);
    }
  }

  /** Tries buckets of a later stack as every other store, by a selection that stands in that stack. */
  include(scope: Construct, id: string, name: string, buckets: readonly IBucket[]): CfnRestoreTestingSelection {
    const { environment, role } = this.props;
    // eslint-disable-next-line awscdk/require-passing-this -- it stands where the buckets do
    return new CfnRestoreTestingSelection(scope, id, {
      restoreTestingPlanName: planName(environment),
      restoreTestingSelectionName: `${environment}_${name}`,
      protectedResourceType: 'S3',
      protectedResourceArns: buckets.map((bucket) => bucket.bucketArn),
      iamRoleArn: role.role.roleArn,
      validationWindowHours: 4,
    });
  }
}

function planName(environment: EnvironmentName): string {
  return `${environment}_weekly`;
}
