import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, textAt } from '../../model/read';
import { rulesOf, type PlanRule, type Stay } from './plans';
import { isBackedUpBy } from './selections-hold-every-store';

/** AWS Backup starts no job within less, and gives it as long to complete. */
const LEAST_WINDOW_MINUTES = 60;

/** What AWS Backup takes where a rule says nothing. */
const DEFAULT_START_MINUTES = 480;
const DEFAULT_COMPLETION_MINUTES = 10_080;

/** As long as a continuous backup can reach. */
const MOST_CONTINUOUS_DAYS = 35;

/** Cold storage is paid for, and kept, for at least this long. */
const COLD_DAYS = 90;

/** A job whose retention the vault's lock refuses fails at night, and not at the deploy. */
export const rulesKeepWithinVaults: Check = {
  id: 'liveness/rules-keep-within-vaults',
  claim: 'every rule and copy of a plan is kept in a vault of these templates within its lock, a continuous one as long as the database',
  citations: ['164.308(a)(7)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::BackupPlan'], '164.308(a)(7)(ii)(A)', (plan) =>
      rulesOf(environment, plan).flatMap((rule) => faultsOf(environment, plan, rule)),
    ),
};

function faultsOf(environment: EnvironmentModel, plan: Resource, rule: PlanRule): readonly Fault[] {
  const { property, made, copies } = rule;
  const isHere = made.vault === undefined || made.vault.region === plan.region;
  return [
    ...[made, ...copies].flatMap((stay) => [...withinLock(stay), ...pastCold(stay)]),
    ...(isHere
      ? []
      : [
          {
            property: `${property}.TargetBackupVault`,
            value: made.vault?.region,
            expected: `a vault in ${plan.region}; elsewhere goes a copy`,
          },
        ]),
    ...(rule.isContinuous ? [...uncopied(rule), ...asDatabases(environment, plan, rule)] : []),
    ...withinWindows(rule),
  ];
}

function withinLock({ property, named, vault, days }: Stay): readonly Fault[] {
  if (!vault) return [{ property, value: named, expected: 'a vault of these templates' }];
  // One that is air-gapped is always locked.
  const lock = vault.type === 'AWS::Backup::BackupVault' ? 'LockConfiguration.' : '';
  const least = numberAt(vault, `${lock}MinRetentionDays`) ?? 0;
  const most = numberAt(vault, `${lock}MaxRetentionDays`) ?? Number.POSITIVE_INFINITY;
  return isKept(property, days, days >= least && days <= most, `${least} to ${most}, as ${vault.logicalId} is locked`);
}

function pastCold({ property, days, coldDays }: Stay): readonly Fault[] {
  const least = (coldDays ?? Number.NEGATIVE_INFINITY) + COLD_DAYS;
  return isKept(property, days, days >= least, `at least ${least}, ${COLD_DAYS} days after cold storage`);
}

function isKept(property: string, days: number, fits: boolean, expected: string): readonly Fault[] {
  return fits ? [] : [{ property: `${property}.Lifecycle.DeleteAfterDays`, value: days, expected }];
}

function withinWindows({ property, startMinutes, completionMinutes }: PlanRule): readonly Fault[] {
  const start = startMinutes ?? DEFAULT_START_MINUTES;
  const completion = completionMinutes ?? DEFAULT_COMPLETION_MINUTES;
  const least = start + LEAST_WINDOW_MINUTES;
  return [
    ...(start >= LEAST_WINDOW_MINUTES
      ? []
      : [{ property: `${property}.StartWindowMinutes`, value: start, expected: `at least ${LEAST_WINDOW_MINUTES}` }]),
    ...(completion >= least ? [] : [{ property: `${property}.CompletionWindowMinutes`, value: completion, expected: `at least ${least}` }]),
  ];
}

function uncopied({ property, copies }: PlanRule): readonly Fault[] {
  return copies.length === 0
    ? []
    : [{ property: `${property}.CopyActions`, value: copies.length, expected: 'none: copies are taken of snapshots' }];
}

/** AWS Backup takes over the retention and the window of a database: with two different ones every later deploy fails. */
function asDatabases(environment: EnvironmentModel, plan: Resource, { property, made: { days } }: PlanRule): readonly Fault[] {
  const databases = environment.of('AWS::RDS::DBInstance').filter((database) => isBackedUpBy(environment, plan, database));
  return [
    ...isKept(property, days, days >= 1 && days <= MOST_CONTINUOUS_DAYS, `1 to ${MOST_CONTINUOUS_DAYS} for a continuous backup`),
    ...databases.flatMap((database) => {
      const own = numberAt(database, 'BackupRetentionPeriod');
      const window = textAt(database, 'PreferredBackupWindow');
      return [
        ...isKept(property, days, own === days, `the BackupRetentionPeriod of ${database.logicalId}, ${own}`),
        ...(window === undefined
          ? []
          : [
              {
                property: `${property}.EnableContinuousBackup`,
                value: `${database.logicalId} has PreferredBackupWindow ${window}`,
                expected: 'no window of its own',
              },
            ]),
      ];
    }),
  ];
}
