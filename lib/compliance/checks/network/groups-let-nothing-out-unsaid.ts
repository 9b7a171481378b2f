import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { listAt } from '../../model/read';

/** EC2 lets everything out of a group that states no rule for it, so each one has to. */
export const groupsLetNothingOutUnsaid: Check = {
  id: 'strength/groups-let-nothing-out-unsaid',
  claim: 'every security group states what it lets out',
  citations: ['164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::EC2::SecurityGroup'], '164.312(e)(1)', (group) =>
      listAt(group, 'SecurityGroupEgress').length > 0
        ? []
        : [{ property: 'SecurityGroupEgress', value: undefined, expected: 'at least one rule' }],
    ),
};
