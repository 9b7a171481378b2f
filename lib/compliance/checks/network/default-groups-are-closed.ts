import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** The group that everything falls into which names none is empty. */
export const defaultGroupsAreClosed: Check = {
  id: 'strength/default-groups-are-closed',
  claim: 'every network’s default security group is emptied by a custom resource with a function behind it',
  citations: ['164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::EC2::VPC'], '164.312(e)(1)', (vpc) =>
      environment.all.some((resource) => empties(environment, resource, vpc))
        ? []
        : [{ property: 'DefaultSecurityGroup', value: 'open', expected: 'emptied at deploy' }],
    ),
};

/** A custom resource, whatever it is called, that is handed the group and has a function of these templates. */
function empties(environment: EnvironmentModel, resource: Resource, vpc: Resource): boolean {
  if (!/^Custom::|^AWS::CloudFormation::CustomResource$/.test(resource.type)) return false;
  const isHanded = Object.values(resource.properties).some(
    (value) => typeof value === 'string' && value.endsWith('.DefaultSecurityGroup}') && environment.at(value) === vpc,
  );
  return isHanded && environment.at(textAt(resource, 'ServiceToken')) !== undefined;
}
