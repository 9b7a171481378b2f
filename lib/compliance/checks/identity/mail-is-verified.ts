import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { textsAt } from '../../model/read';

/** The address by which an account is recovered is known to be the person's, and stays so when it is changed. */
export const mailIsVerified: Check = {
  id: 'strength/mail-is-verified',
  claim: 'every user pool verifies mail addresses, and a new address before it takes the place of the old one',
  citations: ['164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.312(d)', (pool): readonly Fault[] =>
      ['AutoVerifiedAttributes', 'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate'].flatMap((property) =>
        textsAt(pool, property).includes('email') ? [] : [{ property, value: textsAt(pool, property), expected: 'with email' }],
      ),
    ),
};
