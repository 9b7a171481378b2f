import type { Check } from '../../check';
import { expectEqual, judgeTypes } from '../../judge';

/** Nobody signs in with one factor. */
export const usersNeedASecondFactor: Check = {
  id: 'hard/users-need-a-second-factor',
  claim: 'every user pool demands a second factor',
  citations: ['164.312(d)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.312(d)', (pool) => expectEqual(pool, 'MfaConfiguration', 'ON')),
};
