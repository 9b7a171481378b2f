import type { Check } from '../../check';
import { expectAtMost, judgeEach } from '../../judge';
import { valueAt } from '../../model/read';
import { statementsOf } from '../../policy/statement';

/** A session of an hour is long enough for a task and short enough to lose. */
const LONGEST_SECONDS = 3600;

/** A role for people ends its session, and cannot outgrow what it was made for: 164.312(a)(2)(iii), 164.308(a)(4). */
export const rolesForPeopleAreBounded: Check = {
  id: 'strength/roles-for-people-are-bounded',
  claim: 'every role that an account may assume ends its session within an hour and has a boundary of these templates',
  citations: ['164.312(a)(2)(iii)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) => {
    const roles = environment
      .of('AWS::IAM::Role')
      .filter((role) => statementsOf(role.name, valueAt(role, 'AssumeRolePolicyDocument')).some(({ effect, principal }) => effect === 'Allow' && (principal === '*' || principal?.['AWS'] !== undefined)));
    return judgeEach(
      roles,
      '164.312(a)(2)(iii)',
      (role) => [
        // Without a duration it is an hour.
        ...(valueAt(role, 'MaxSessionDuration') === undefined ? [] : expectAtMost(role, 'MaxSessionDuration', LONGEST_SECONDS)),
        ...(environment.at(valueAt(role, 'PermissionsBoundary'), 'AWS::IAM::ManagedPolicy')
          ? []
          : [{ property: 'PermissionsBoundary', value: valueAt(role, 'PermissionsBoundary'), expected: 'a policy of these templates' }]),
      ],
      'no role of the templates is for people',
    );
  },
};
