import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { flagAt, numberAt, textAt, textsAt, valueAt } from '../../model/read';

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** Longest lives, in seconds: a quarter of an hour for what opens records, half a day for what renews it. */
const LONGEST = { AccessToken: 15 * 60, IdToken: 15 * 60, RefreshToken: 12 * 3_600 } as const;

/** Units that Cognito takes where none is named. */
const DEFAULT_UNIT = { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' } as const;

/** Attributes that decide what a user may do or where recovery goes: a client must not write them. */
const OURS = /^custom:/;

/** A session ends: 164.312(a)(2)(iii). And a client has no way in but those that ask for both factors. */
export const tokensAreShortLived: Check = {
  id: 'strength/tokens-are-short-lived',
  claim:
    'every client’s access token lives 15 minutes at most and can be revoked, no flow hands out tokens by redirect or by password ' +
    'alone, and errors hide who exists',
  citations: ['164.312(a)(2)(iii)', '164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPoolClient'], '164.312(a)(2)(iii)', (client) => [
      ...(['AccessToken', 'IdToken', 'RefreshToken'] as const).flatMap((token) => expectShort(client, token)),
      ...expectEqual(client, 'EnableTokenRevocation', true),
      ...expectEqual(client, 'PreventUserExistenceErrors', 'ENABLED'),
      ...flows(client),
      ...attributes(client),
      ...(environment.at(textAt(client, 'UserPoolId'), 'AWS::Cognito::UserPool')
        ? []
        : [{ property: 'UserPoolId', value: textAt(client, 'UserPoolId'), expected: 'a user pool of these templates' }]),
    ]),
};

function expectShort(client: Resource, token: keyof typeof LONGEST): readonly Fault[] {
  const unit = SECONDS[textAt(client, `TokenValidityUnits.${token}`) ?? DEFAULT_UNIT[token]] ?? Number.NaN;
  const seconds = (numberAt(client, `${token}Validity`) ?? Number.NaN) * unit;
  return seconds > 0 && seconds <= LONGEST[token]
    ? []
    : [{ property: `${token}Validity`, value: `${seconds} s`, expected: `at most ${LONGEST[token]} s` }];
}

/** Flows that need no password sent in clear to the service and no redirect. */
const FLOWS: readonly string[] = ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];

function flows(client: Resource): readonly Fault[] {
  const given = textsAt(client, 'ExplicitAuthFlows');
  const extra = given.filter((flow) => !FLOWS.includes(flow));
  const isRedirecting =
    flagAt(client, 'AllowedOAuthFlowsUserPoolClient') === true && textsAt(client, 'AllowedOAuthFlows').some((flow) => flow !== 'code');
  const unset = valueAt(client, 'AllowedOAuthFlowsUserPoolClient') === undefined && textsAt(client, 'AllowedOAuthFlows').length > 0;
  return [
    ...(given.length > 0 && extra.length === 0
      ? []
      : [{ property: 'ExplicitAuthFlows', value: given, expected: `of ${FLOWS.join(', ')}` }]),
    ...(isRedirecting || unset
      ? [{ property: 'AllowedOAuthFlows', value: textsAt(client, 'AllowedOAuthFlows'), expected: 'none, or code' }]
      : []),
    ...textsAt(client, 'CallbackURLs')
      .filter((url) => !url.startsWith('https://'))
      .map((value): Fault => ({ property: 'CallbackURLs', value, expected: 'https' })),
    ...textsAt(client, 'SupportedIdentityProviders')
      .filter((name) => name !== 'COGNITO')
      .map((value): Fault => ({ property: 'SupportedIdentityProviders', value, expected: 'COGNITO' })),
  ];
}

/** What tells more of a person than a sign-in needs: 164.502(b). */
const PRIVATE: readonly string[] = ['address', 'birthdate', 'gender', 'phone_number'];

/** Without a list a client may write every attribute. */
function attributes(client: Resource): readonly Fault[] {
  const [readable, writable] = [textsAt(client, 'ReadAttributes'), textsAt(client, 'WriteAttributes')];
  return [
    ...(writable.length > 0 && !writable.some((name) => OURS.test(name))
      ? []
      : [{ property: 'WriteAttributes', value: writable, expected: 'a list without custom attributes' }]),
    ...(!readable.some((name) => PRIVATE.includes(name))
      ? []
      : [{ property: 'ReadAttributes', value: readable, expected: `without ${PRIVATE.join(', ')}` }]),
    // It would send who signs in, and when, to another service.
    ...expectAbsent(client, 'AnalyticsConfiguration'),
    // Threat protection would believe the address that a client writes of itself.
    ...(flagAt(client, 'EnablePropagateAdditionalUserContextData') === true
      ? expectEqual(client, 'EnablePropagateAdditionalUserContextData', false)
      : []),
  ];
}
