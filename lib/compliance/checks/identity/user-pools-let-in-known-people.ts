import type { Check } from '../../check';
import { expectAbsent, expectAtLeast, expectAtMost, expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';

const POLICY = 'Policies.PasswordPolicy';

/** NIST SP 800-63B-4 asks 15 of a password alone and 8 beside a second factor; this is the project's own middle. */
const PASSWORD_LENGTH = 12;

/** Who is in a user pool was put there, by whoever may, with a strong first and a second factor, and is not told of others. */
export const userPoolsLetInKnownPeople: Check = {
  id: 'strength/user-pools-let-in-known-people',
  claim:
    `every user pool is filled by administrators only, asks for ${PASSWORD_LENGTH} characters and an authenticator or passkey, ` +
    'recovers by mail, and resists deletion',
  citations: ['164.312(d)', '164.312(a)(2)(i)', '164.308(a)(5)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.312(d)', (pool) => [
      ...expectEqual(pool, 'AdminCreateUserConfig.AllowAdminCreateUserOnly', true),
      ...expectAtLeast(pool, `${POLICY}.MinimumLength`, PASSWORD_LENGTH),
      ...['RequireLowercase', 'RequireUppercase', 'RequireNumbers', 'RequireSymbols'].flatMap((rule) =>
        expectEqual(pool, `${POLICY}.${rule}`, true),
      ),
      ...expectAtLeast(pool, `${POLICY}.PasswordHistorySize`, 5),
      ...expectAtMost(pool, `${POLICY}.TemporaryPasswordValidityDays`, 7),
      ...factors(environment, pool),
      ...recovers(pool),
      ...expectAbsent(pool, 'SmsConfiguration'),
      ...(valueAt(pool, 'AdminCreateUserConfig.UnusedAccountValidityDays') === undefined
        ? []
        : expectAtMost(pool, 'AdminCreateUserConfig.UnusedAccountValidityDays', 7)),
      ...sender(pool, environment.place.account),
      // A remembered device would stand for the second factor from then on.
      ...expectAbsent(pool, 'DeviceConfiguration'),
      ...expectEqual(pool, 'UserPoolAddOns.AdvancedSecurityMode', 'ENFORCED'),
      // The tier that has threat protection at all.
      ...expectEqual(pool, 'UserPoolTier', 'PLUS'),
      ...expectEqual(pool, 'UsernameConfiguration.CaseSensitive', false),
      ...(environment.isProduction ? expectEqual(pool, 'DeletionProtection', 'ACTIVE') : []),
    ]),
};

/** A passkey counts for two factors only where the user is verified by it. */
function factors(environment: EnvironmentModel, pool: Resource): readonly Fault[] {
  const allowed = textsAt(pool, 'EnabledMfas');
  const first = textsAt(pool, 'Policies.SignInPolicy.AllowedFirstAuthFactors');
  const isStrong = allowed.length > 0 && allowed.every((factor) => factor === 'SOFTWARE_TOKEN_MFA');
  return [
    ...(isStrong ? [] : [{ property: 'EnabledMfas', value: allowed, expected: 'SOFTWARE_TOKEN_MFA and nothing weaker' }]),
    ...(first.includes('SMS_OTP') || first.includes('EMAIL_OTP')
      ? [{ property: 'Policies.SignInPolicy.AllowedFirstAuthFactors', value: first, expected: 'no one-time code' }]
      : []),
    ...(first.includes('WEB_AUTHN')
      ? [
          ...expectEqual(pool, 'WebAuthnUserVerification', 'required'),
          ...expectEqual(pool, 'WebAuthnFactorConfiguration', 'MULTI_FACTOR_WITH_USER_VERIFICATION'),
          ...relyingParty(environment, pool),
        ]
      : []),
  ];
}

/** A passkey works on every site under its relying party: so that is a name of the service, or the one right above it. */
function relyingParty(environment: EnvironmentModel, pool: Resource): readonly Fault[] {
  const given = textAt(pool, 'WebAuthnRelyingPartyID') ?? '';
  const names = environment.of('AWS::CertificateManager::Certificate').flatMap((certificate) => textsAt(certificate, 'DomainName'));
  const fits =
    given.includes('.') && (names.length === 0 || names.some((name) => name === given || name.slice(name.indexOf('.') + 1) === given));
  return fits ? [] : [{ property: 'WebAuthnRelyingPartyID', value: given, expected: `of ${names.join(', ')}, or the domain right above` }];
}

/** Codes to recover an account by go out under a name of this account, or Cognito's own. */
function sender(pool: Resource, account: string): readonly Fault[] {
  const source = textAt(pool, 'EmailConfiguration.SourceArn');
  return source === undefined || source.includes(`:${account}:`)
    ? []
    : [{ property: 'EmailConfiguration.SourceArn', value: source, expected: 'an identity of this account' }];
}

function recovers(pool: Resource): readonly Fault[] {
  const ways = recordsAt(pool, 'AccountRecoverySetting.RecoveryMechanisms').map(({ Name }) => Name);
  const fits = ways.length > 0 && ways.every((way) => way === 'verified_email' || way === 'admin_only');
  return fits
    ? []
    : [
        {
          property: 'AccountRecoverySetting.RecoveryMechanisms',
          value: valueAt(pool, 'AccountRecoverySetting'),
          expected: 'verified_email or admin_only',
        },
      ];
}
