import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, recordsAt, textAt, textsAt, toNumber, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** RDS and Backup both keep continuous backups this long at most. */
const MOST_CONTINUOUS_DAYS = 35;

/** Cold storage is paid for, and kept, for at least this long. */
const COLD_DAYS = 90;

type Json = Readonly<Record<string, unknown>>;

/** A rule that its vault does not take fails every night and never at the deploy. */
export const backupRulesFitTheirVaults: Check = {
  id: 'deploy/backup-rules-fit-their-vaults',
  claim: 'every rule and copy keeps backups as long as its vault takes them, and a continuous one as long as the database itself',
  citations: ['164.308(a)(7)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::BackupPlan'], '164.308(a)(7)(ii)(A)', (plan) =>
      recordsAt(plan, 'BackupPlan.BackupPlanRule').flatMap((rule, at) =>
        faultsOfRule(environment, plan, rule, `BackupPlan.BackupPlanRule.${at}`),
      ),
    ),
};

function faultsOfRule(environment: EnvironmentModel, plan: Resource, rule: Json, path: string): readonly Fault[] {
  const copies = recordsAt(plan, `${path}.CopyActions`);
  const isContinuous = String(rule['EnableContinuousBackup']) === 'true';
  return [
    ...faultsOfKeeping(environment, plan, path, 'TargetBackupVault'),
    ...copies.flatMap((_, at) => faultsOfKeeping(environment, plan, `${path}.CopyActions.${at}`, 'DestinationBackupVaultArn')),
    ...faultsOfWindows(plan, path),
    ...(isContinuous ? faultsOfContinuous(environment, plan, path, copies.length) : []),
  ];
}

function faultsOfKeeping(environment: EnvironmentModel, plan: Resource, path: string, property: string): readonly Fault[] {
  const value = textAt(plan, `${path}.${property}`);
  const vault = vaultOf(environment, value);
  const days = numberAt(plan, `${path}.Lifecycle.DeleteAfterDays`) ?? Number.POSITIVE_INFINITY;
  const cold = numberAt(plan, `${path}.Lifecycle.MoveToColdStorageAfterDays`);
  if (!vault) return [{ property: `${path}.${property}`, value, expected: 'a vault of these templates' }];
  const isGapped = vault.type === 'AWS::Backup::LogicallyAirGappedBackupVault';
  const [least, most] = ['MinRetentionDays', 'MaxRetentionDays'].map((bound) =>
    numberAt(vault, isGapped ? bound : `LockConfiguration.${bound}`),
  );
  return [
    ...(days >= (least ?? 0) && days <= (most ?? Number.POSITIVE_INFINITY)
      ? []
      : [
          {
            property: `${path}.Lifecycle.DeleteAfterDays`,
            value: days,
            expected: `${least ?? 1} to ${most ?? 'any number of'} days, as ${vault.logicalId} is locked`,
          },
        ]),
    ...(cold === undefined || days >= cold + COLD_DAYS
      ? []
      : [
          {
            property: `${path}.Lifecycle.DeleteAfterDays`,
            value: days,
            expected: `at least ${cold + COLD_DAYS}, ${COLD_DAYS} days after cold storage`,
          },
        ]),
  ];
}

/** By reference, ARN or name. */
function vaultOf(environment: EnvironmentModel, value: string | undefined): Resource | undefined {
  const vaults = ['AWS::Backup::BackupVault', 'AWS::Backup::LogicallyAirGappedBackupVault'].flatMap((type) => environment.of(type));
  const found = environment.at(value);
  return vaults.find((vault) => vault === found || (value !== undefined && textAt(vault, 'BackupVaultName') === value));
}

function faultsOfWindows(plan: Resource, path: string): readonly Fault[] {
  const start = numberAt(plan, `${path}.StartWindowMinutes`) ?? 480;
  const completion = numberAt(plan, `${path}.CompletionWindowMinutes`) ?? 10_080;
  return [
    ...(start >= 60 ? [] : [{ property: `${path}.StartWindowMinutes`, value: start, expected: 'at least 60' }]),
    ...(completion >= start + 60
      ? []
      : [{ property: `${path}.CompletionWindowMinutes`, value: completion, expected: `at least ${start + 60}` }]),
  ];
}

/** Continuous backup takes the retention of a database over: where the two differ, the next deploy is refused. */
function faultsOfContinuous(environment: EnvironmentModel, plan: Resource, path: string, copies: number): readonly Fault[] {
  const days = numberAt(plan, `${path}.Lifecycle.DeleteAfterDays`) ?? 0;
  const databases = selectedBy(environment, plan);
  return [
    ...(days >= 1 && days <= MOST_CONTINUOUS_DAYS
      ? []
      : [{ property: `${path}.Lifecycle.DeleteAfterDays`, value: days, expected: `1 to ${MOST_CONTINUOUS_DAYS} with continuous backup` }]),
    ...(copies === 0 ? [] : [{ property: `${path}.CopyActions`, value: copies, expected: 'none: copies are taken of snapshots' }]),
    ...databases.flatMap((database): Fault[] => {
      const own = toNumber(valueAt(database, 'BackupRetentionPeriod'));
      const window = textAt(database, 'PreferredBackupWindow');
      return [
        ...(own === days
          ? []
          : [
              {
                property: `${path}.Lifecycle.DeleteAfterDays`,
                value: days,
                expected: `${own ?? 1}, as ${database.logicalId} keeps its backups`,
              },
            ]),
        ...(window === undefined
          ? []
          : [
              {
                property: `${path}.EnableContinuousBackup`,
                value: `${database.logicalId} has PreferredBackupWindow ${window}`,
                expected: 'no window of its own',
              },
            ]),
      ];
    }),
  ];
}

/** Databases that a plan selects by name, or all where it selects by tag. */
function selectedBy(environment: EnvironmentModel, plan: Resource): readonly Resource[] {
  const selections = environment.of('AWS::Backup::BackupSelection').filter((each) => environment.at(textAt(each, 'BackupPlanId')) === plan);
  const named = selections.flatMap((each) => textsAt(each, 'BackupSelection.Resources'));
  const isByTag = selections.some(
    (each) => recordsAt(each, 'BackupSelection.ListOfTags').length > 0 || isJson(valueAt(each, 'BackupSelection.Conditions')),
  );
  return environment
    .of('AWS::RDS::DBInstance')
    .filter((database) => isByTag || named.some((arn) => arn === environment.arnOf(database) || environment.at(arn) === database));
}
