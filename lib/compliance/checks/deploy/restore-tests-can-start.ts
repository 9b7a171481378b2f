import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** A restore that is not told where, tries the default network, which is not there. */
export const restoreTestsCanStart: Check = {
  id: 'deploy/restore-tests-can-start',
  claim: 'every restore test has windows that AWS Backup takes, a plan, and for a database the subnets and groups to restore into',
  citations: ['164.308(a)(7)(ii)(D)', '164.308(a)(7)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::RestoreTestingPlan', 'AWS::Backup::RestoreTestingSelection'], '164.308(a)(7)(ii)(D)', (each) =>
      each.type.endsWith('Plan')
        ? [...within(each, 'RecoveryPointSelection.SelectionWindowDays', 1, 365), ...within(each, 'StartWindowHours', 1, 168)]
        : faultsOfSelection(environment, each),
    ),
};

function within(each: Resource, property: string, least: number, most: number): readonly Fault[] {
  const value = numberAt(each, property);
  return value === undefined || (value >= least && value <= most) ? [] : [{ property, value, expected: `${least} to ${most}` }];
}

function faultsOfSelection(environment: EnvironmentModel, selection: Resource): readonly Fault[] {
  const name = textAt(selection, 'RestoreTestingPlanName');
  const plan = environment
    .of('AWS::Backup::RestoreTestingPlan')
    .find((each) => textAt(each, 'RestoreTestingPlanName') === name || environment.at(name) === each);
  const overrides = valueAt(selection, 'RestoreMetadataOverrides');
  const given = new Map(Object.entries(isJson(overrides) ? overrides : {}).map(([key, value]) => [key.toLowerCase(), value]));
  const isDatabase = textAt(selection, 'ProtectedResourceType') === 'RDS';
  const left = isDatabase ? ['dbSubnetGroupName', 'vpcSecurityGroupIds'].filter((key) => !given.has(key.toLowerCase())) : [];
  const isPublic = isDatabase && given.has('publiclyaccessible') && String(given.get('publiclyaccessible')) !== 'false';
  return [
    ...within(selection, 'ValidationWindowHours', 1, 168),
    ...(plan ? [] : [{ property: 'RestoreTestingPlanName', value: name, expected: 'a plan of these templates' }]),
    ...left.map((key): Fault => ({
      property: `RestoreMetadataOverrides.${key}`,
      value: undefined,
      expected: 'where the copy is restored to',
    })),
    ...(isPublic
      ? [{ property: 'RestoreMetadataOverrides.publiclyAccessible', value: given.get('publiclyaccessible'), expected: 'false' }]
      : []),
  ];
}
