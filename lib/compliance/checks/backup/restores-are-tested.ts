import type { Check } from '../../check';
import { expectAtLeast, expectAtMost, expectEqual, judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';
import { covers } from '../../policy/pattern';
import { longestGapDays } from '../../simulation/schedule';
import { meetsConditions } from './conditions';
import { rulesOf, selects, storesToBackUp } from './plans';

/** A restore that was not tried for a month is a hope. */
const MONTH_DAYS = 32;

/** A restored copy of PHI stands as long as somebody needs to look at it, and no longer. */
const LONGEST_LOOK_HOURS = 24;

const POINTS = ['SNAPSHOT', 'CONTINUOUS'];

/** A backup is worth what its last restore has shown. */
export const restoresAreTested: Check = {
  id: 'liveness/restores-are-tested',
  claim: 'every store is restored from the vaults of the plan once a month or oftener, into its own network, for a day at most',
  citations: ['164.308(a)(7)(ii)(D)', '164.308(a)(7)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) => {
    const tests = environment.of('AWS::Backup::RestoreTestingSelection');
    const plans = environment.of('AWS::Backup::RestoreTestingPlan');
    if (plans.length + tests.length === 0) return { state: 'notApplicable', reason: 'the templates hold no restore test' };
    const stores = storesToBackUp(environment);
    return judgeEach(
      [...stores.map(({ store }) => store), ...tests, ...plans],
      '164.308(a)(7)(ii)(D)',
      (resource) => {
        const kind = stores.find(({ store }) => store === resource)?.kind;
        if (kind !== undefined) return isTested(environment, tests, resource, kind);
        return resource.type === 'AWS::Backup::RestoreTestingPlan'
          ? faultsOfPlan(environment, resource)
          : faultsOfTest(environment, resource);
      },
      'the templates hold no store of PHI or audit',
    );
  },
};

function isTested(environment: EnvironmentModel, tests: readonly Resource[], store: Resource, kind: string): readonly Fault[] {
  const test = tests.find(
    (each) =>
      textAt(each, 'ProtectedResourceType') === kind &&
      textsAt(each, 'ProtectedResourceArns').some((arn) => selects(environment, arn, store)) &&
      meetsConditions(each, 'ProtectedResourceConditions', store),
  );
  return test ? [] : [{ property: 'RestoreTestingSelection', value: 'absent', expected: `a restore test of type ${kind} that selects it` }];
}

function faultsOfPlan(environment: EnvironmentModel, plan: Resource): readonly Fault[] {
  const schedule = textAt(plan, 'ScheduleExpression');
  const vaults = textsAt(plan, 'RecoveryPointSelection.IncludeVaults');
  const left = textsAt(plan, 'RecoveryPointSelection.ExcludeVaults');
  // Only what a rule of this Region fills: a copy elsewhere is tested there.
  const filled = environment
    .of('AWS::Backup::BackupPlan')
    .flatMap((each) => rulesOf(environment, each).flatMap(({ made, copies }) => [made, ...copies].flatMap(({ vault }) => vault ?? [])));
  const untested = [...new Set(filled)].filter((vault) => {
    const arn = environment.arnOf(vault);
    return (
      vault.region === plan.region && (!vaults.some((pattern) => covers(pattern, arn)) || left.some((pattern) => covers(pattern, arn)))
    );
  });
  const points = textsAt(plan, 'RecoveryPointSelection.RecoveryPointTypes');
  return [
    ...(schedule !== undefined && longestGapDays(schedule) <= MONTH_DAYS
      ? []
      : [{ property: 'ScheduleExpression', value: schedule, expected: 'once a month or oftener' }]),
    ...untested.map((vault): Fault => ({
      property: 'RecoveryPointSelection.IncludeVaults',
      value: vaults,
      expected: `with ${vault.logicalId}`,
    })),
    ...within(plan, 'RecoveryPointSelection.SelectionWindowDays', 365),
    ...within(plan, 'StartWindowHours', 168),
    ...POINTS.filter((point) => !points.includes(point)).map((point): Fault => ({
      property: 'RecoveryPointSelection.RecoveryPointTypes',
      value: points,
      expected: `with ${point}`,
    })),
  ];
}

function faultsOfTest(environment: EnvironmentModel, test: Resource): readonly Fault[] {
  const name = textAt(test, 'RestoreTestingPlanName');
  const isOfPlan = environment
    .of('AWS::Backup::RestoreTestingPlan')
    .some((plan) => textAt(plan, 'RestoreTestingPlanName') === name || environment.at(name, plan.type) === plan);
  return [
    ...(isOfPlan ? [] : [{ property: 'RestoreTestingPlanName', value: name, expected: 'a restore testing plan of these templates' }]),
    ...within(test, 'ValidationWindowHours', LONGEST_LOOK_HOURS),
    ...(textAt(test, 'ProtectedResourceType') === 'RDS' ? isolated(environment, test) : []),
  ];
}

/** A window is one or more; without one AWS Backup takes its own. */
function within(resource: Resource, property: string, most: number): readonly Fault[] {
  if (valueAt(resource, property) === undefined) return [];
  return [...expectAtLeast(resource, property, 1), ...expectAtMost(resource, property, most)];
}

/** Without these AWS Backup infers where a restored database stands, and may infer a default network. */
function isolated(environment: EnvironmentModel, test: Resource): readonly Fault[] {
  const overrides = 'RestoreMetadataOverrides';
  const [subnets, groups] = [textAt(test, `${overrides}.dbSubnetGroupName`), textAt(test, `${overrides}.vpcSecurityGroupIds`)];
  // The groups stand there as a JSON list in a text.
  const listed = (groups ?? '').replace(/[[\]"\s]/g, '').split(',');
  return [
    ...(ofDatabases(environment, 'DBSubnetGroupName').includes(subnets ?? '')
      ? []
      : [{ property: `${overrides}.dbSubnetGroupName`, value: subnets, expected: 'the subnet group of the database' }]),
    ...(listed.every((group) => ofDatabases(environment, 'VPCSecurityGroups').includes(group))
      ? []
      : [{ property: `${overrides}.vpcSecurityGroupIds`, value: groups, expected: 'the security groups of the database' }]),
    ...expectEqual(test, `${overrides}.publiclyAccessible`, false),
  ];
}

function ofDatabases(environment: EnvironmentModel, property: string): readonly string[] {
  return environment.of('AWS::RDS::DBInstance').flatMap((database) => textsAt(database, property));
}
