import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt } from '../../model/read';
import { rulesOf, type PlanRule, type Stay } from './plans';

/** AWS Backup starts no job within less. */
const LEAST_START_MINUTES = 60;

/** As long as a continuous backup can reach. */
const MOST_CONTINUOUS_DAYS = 35;

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
  const { property, made, copies, startMinutes = LEAST_START_MINUTES } = rule;
  const isHere = made.vault === undefined || made.vault.region === plan.region;
  return [
    ...[made, ...copies].flatMap(withinLock),
    ...(isHere
      ? []
      : [
          {
            property: `${property}.TargetBackupVault`,
            value: made.vault?.region,
            expected: `a vault in ${plan.region}; elsewhere goes a copy`,
          },
        ]),
    ...(rule.isContinuous ? asDatabases(environment, made) : []),
    ...(startMinutes >= LEAST_START_MINUTES
      ? []
      : [{ property: `${property}.StartWindowMinutes`, value: startMinutes, expected: `at least ${LEAST_START_MINUTES}` }]),
  ];
}

function withinLock({ property, named, vault, days }: Stay): readonly Fault[] {
  if (!vault) return [{ property, value: named, expected: 'a vault of these templates' }];
  const least = numberAt(vault, 'LockConfiguration.MinRetentionDays') ?? 0;
  const most = numberAt(vault, 'LockConfiguration.MaxRetentionDays') ?? Number.POSITIVE_INFINITY;
  return days >= least && days <= most
    ? []
    : [
        {
          property: `${property}.Lifecycle.DeleteAfterDays`,
          value: days,
          expected: `${least} to ${most}, as ${vault.logicalId} is locked`,
        },
      ];
}

/** AWS Backup takes over the database's own retention: with two different numbers every later deploy fails. */
function asDatabases(environment: EnvironmentModel, { property, days }: Stay): readonly Fault[] {
  const others = environment.of('AWS::RDS::DBInstance').filter((database) => numberAt(database, 'BackupRetentionPeriod') !== days);
  return [
    ...(days <= MOST_CONTINUOUS_DAYS
      ? []
      : [
          {
            property: `${property}.Lifecycle.DeleteAfterDays`,
            value: days,
            expected: `at most ${MOST_CONTINUOUS_DAYS} for a continuous backup`,
          },
        ]),
    ...others.map((database): Fault => ({
      property: `${property}.Lifecycle.DeleteAfterDays`,
      value: days,
      expected: `the BackupRetentionPeriod of ${database.logicalId}, ${numberAt(database, 'BackupRetentionPeriod')}`,
    })),
  ];
}
