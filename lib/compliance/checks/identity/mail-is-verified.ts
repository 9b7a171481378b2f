import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';

/** The address by which an account is recovered is known to be the person's, and stays so when it is changed. */
export const mailIsVerified: Check = {
  id: 'strength/mail-is-verified',
  claim:
    'every user pool verifies mail addresses by a code, a new one before it takes the place of the old one, and takes no unverified ' +
    'name to sign in by',
  citations: ['164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.312(d)', (pool): readonly Fault[] => [
      ...['AutoVerifiedAttributes', 'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate'].flatMap((property) =>
        textsAt(pool, property).includes('email') ? [] : [{ property, value: textsAt(pool, property), expected: 'with email' }],
      ),
      ...signInNames(pool),
      // A link is opened by mail filters too, which then verify what no person has read.
      ...((textAt(pool, 'VerificationMessageTemplate.DefaultEmailOption') ?? CODE) === CODE
        ? []
        : expectEqual(pool, 'VerificationMessageTemplate.DefaultEmailOption', CODE)),
    ]),
};

const CODE = 'CONFIRM_WITH_CODE';

/** A name to sign in by is one that the pool verifies. */
function signInNames(pool: Resource): readonly Fault[] {
  const verified = textsAt(pool, 'AutoVerifiedAttributes');
  return ['UsernameAttributes', 'AliasAttributes'].flatMap((property) =>
    textsAt(pool, property)
      .filter((name) => name !== 'preferred_username' && !verified.includes(name))
      .map((value): Fault => ({ property, value, expected: `of ${verified.join(', ')}` })),
  );
}
