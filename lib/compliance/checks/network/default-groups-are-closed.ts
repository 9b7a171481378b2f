import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { textAt } from '../../model/read';

/** The group that everything falls into which names none is empty. */
export const defaultGroupsAreClosed: Check = {
  id: 'strength/default-groups-are-closed',
  claim: 'every network’s default security group is emptied by a custom resource with a function behind it',
  citations: ['164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::EC2::VPC'], '164.312(e)(1)', (vpc) => {
      const closed = environment
        .of('Custom::VpcRestrictDefaultSG')
        .some((resource) => environment.at(textAt(resource, 'DefaultSecurityGroupId')) === vpc && environment.at(textAt(resource, 'ServiceToken')) !== undefined);
      return closed ? [] : [{ property: 'DefaultSecurityGroup', value: 'open', expected: 'emptied at deploy' }];
    }),
};
