import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';

interface Plan {
  readonly RecoveryPointSelection: {
    readonly IncludeVaults: readonly string[];
    readonly RecoveryPointTypes: readonly string[];
    readonly SelectionWindowDays?: number;
  };
  readonly RestoreTestingPlanName: string;
  readonly ScheduleExpression: string;
  readonly StartWindowHours?: number;
}

interface Selection {
  readonly IamRoleArn: string;
  readonly ProtectedResourceArns?: readonly string[];
  readonly ProtectedResourceType: string;
  readonly RestoreMetadataOverrides?: Readonly<Record<string, string>>;
  readonly RestoreTestingPlanName: string;
  readonly RestoreTestingSelectionName: string;
  readonly ValidationWindowHours?: number;
}

const PLAN = 'AWS::Backup::RestoreTestingPlan';
const SELECTION = 'AWS::Backup::RestoreTestingSelection';
/** AWS Backup takes no hyphen here. */
const NAME = /^[A-Za-z0-9_]+$/;

const planRuns: Claim = (land) =>
  judge('restore test plans', land.of<Plan>(PLAN), ({ properties }) => {
    const { IncludeVaults, SelectionWindowDays = 0 } = properties.RecoveryPointSelection;
    return [
      !NAME.test(properties.RestoreTestingPlanName) && `${properties.RestoreTestingPlanName} is a name that AWS Backup refuses`,
      !/^cron\(.+ SUN \*\)$/.test(properties.ScheduleExpression) && 'does not run every week',
      (SelectionWindowDays < 1 || SelectionWindowDays > 365) && `looks back ${SelectionWindowDays} days`,
      unlike(
        'vaults',
        IncludeVaults.map((arn) => land.at(arn)?.name).sort(),
        land
          .of('AWS::Backup::BackupVault')
          .filter(({ stack }) => stack === 'Backup')
          .map(({ name }) => name)
          .sort(),
      ),
    ];
  });

const everyTypeIsTested: Claim = (land) => {
  const selected = land
    .of<{ BackupSelection: { Resources: readonly string[] } }>('AWS::Backup::BackupSelection')
    .flatMap(({ properties }) => properties.BackupSelection.Resources)
    .sort();
  const tested = land
    .of<Selection>(SELECTION)
    .flatMap(({ properties }) => properties.ProtectedResourceArns ?? [])
    .sort();
  const fault = unlike('what is restored', tested, selected);
  return fault === undefined ? [] : [fault];
};

const selectionsAreSound: Claim = (land) =>
  judge('restore test selections', land.of<Selection>(SELECTION), (selection) => {
    const { properties } = selection;
    const hours = properties.ValidationWindowHours ?? 0;
    const backupRole = land.one<{ BackupSelection: { IamRoleArn: string } }>('AWS::Backup::BackupSelection', 'BackupPlan').properties
      .BackupSelection.IamRoleArn;
    return [
      !NAME.test(properties.RestoreTestingSelectionName) && `${properties.RestoreTestingSelectionName} is a name that AWS Backup refuses`,
      unlike('plan', properties.RestoreTestingPlanName, land.one<Plan>(PLAN).properties.RestoreTestingPlanName),
      // A later stack waits for the whole stack of the plan.
      selection.stack === land.one(PLAN).stack &&
        !selection.dependsOn.includes(land.one(PLAN).logicalId) &&
        'does not wait for its plan, which it names by text',
      unlike('role', properties.IamRoleArn, backupRole),
      ...(properties.ProtectedResourceArns ?? []).map(
        (arn) =>
          arn.split(':')[2] !== properties.ProtectedResourceType.toLowerCase() && `restores ${arn} as ${properties.ProtectedResourceType}`,
      ),
      (hours < 1 || hours > 168) && `keeps what it restored for ${hours} hours`,
    ];
  });

/** Inferred metadata may point at a default VPC. */
const restoredDatabaseIsUnreachable: Claim = (land) => {
  const instance = land.one<{ DBSubnetGroupName: string; VPCSecurityGroups: readonly string[] }>('AWS::RDS::DBInstance').properties;
  return judge(
    'restore tests of databases',
    land.of<Selection>(SELECTION).filter(({ properties }) => properties.ProtectedResourceType === 'RDS'),
    ({ properties }) => [
      unlike('restored into', properties.RestoreMetadataOverrides, {
        dbSubnetGroupName: instance.DBSubnetGroupName,
        vpcSecurityGroupIds: JSON.stringify(instance.VPCSecurityGroups),
        publiclyAccessible: 'false',
      }),
    ],
  );
};

describe('the restore tests', () => {
  holds('run every week over the vaults of the home Region', planRuns);
  holds('restore every store that is backed up', everyTypeIsTested);
  holds('run under names and windows that AWS Backup accepts, as the role that backs up', selectionsAreSound);
  holds('put a restored database where the real one is: isolated', restoredDatabaseIsUnreachable);

  notices(
    'a name with a hyphen',
    planRuns,
    (draft) => draft.set(PLAN, '', ['RestoreTestingPlanName'], 'prod-weekly'),
    /prod-weekly is a name that AWS Backup refuses/,
  );
  notices(
    'a store that is never restored',
    everyTypeIsTested,
    (draft) => draft.unset(SELECTION, 'RestoreTestsBuckets', ['ProtectedResourceArns', 1]),
    /what is restored is/,
  );
  notices(
    'a selection of another plan',
    selectionsAreSound,
    (draft) => draft.set(SELECTION, 'RestoreTestsDatabase', ['RestoreTestingPlanName'], 'daily'),
    /plan is "daily"/,
  );
  notices(
    'a bucket restored as a database',
    selectionsAreSound,
    (draft) => draft.set(SELECTION, 'RestoreTestsBuckets', ['ProtectedResourceType'], 'RDS'),
    /restores arn:aws:s3:::.* as RDS/,
  );
  notices(
    'a database restored into a default VPC',
    restoredDatabaseIsUnreachable,
    (draft) => draft.unset(SELECTION, 'RestoreTestsDatabase', ['RestoreMetadataOverrides']),
    /restored into is absent/,
  );
});
