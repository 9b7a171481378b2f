import { ROLES } from '../../../lambda/records/contract';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';

interface Pool {
  readonly AccountRecoverySetting?: { readonly RecoveryMechanisms: readonly { readonly Name: string }[] };
  readonly AdminCreateUserConfig?: { readonly AllowAdminCreateUserOnly?: boolean };
  readonly DeletionProtection?: string;
  readonly EnabledMfas?: readonly string[];
  readonly LambdaConfig?: unknown;
  readonly MfaConfiguration?: string;
  readonly Policies?: {
    readonly PasswordPolicy?: Readonly<Record<string, number | boolean>>;
    readonly SignInPolicy?: { readonly AllowedFirstAuthFactors?: readonly string[] };
  };
  readonly SmsConfiguration?: unknown;
  readonly UserPoolAddOns?: { readonly AdvancedSecurityMode?: string };
  readonly UserPoolTier?: string;
  readonly WebAuthnFactorConfiguration?: string;
  readonly WebAuthnRelyingPartyID?: string;
  readonly WebAuthnUserVerification?: string;
}

interface Client {
  readonly AccessTokenValidity?: number;
  readonly AllowedOAuthFlows?: readonly string[];
  readonly AllowedOAuthFlowsUserPoolClient?: boolean;
  readonly CallbackURLs?: readonly string[];
  readonly EnableTokenRevocation?: boolean;
  readonly ExplicitAuthFlows?: readonly string[];
  readonly GenerateSecret?: boolean;
  readonly IdTokenValidity?: number;
  readonly PreventUserExistenceErrors?: string;
  readonly ReadAttributes?: readonly string[];
  readonly RefreshTokenValidity?: number;
  readonly SupportedIdentityProviders?: readonly string[];
  readonly TokenValidityUnits?: Readonly<Record<string, string>>;
  readonly UserPoolId: string;
  readonly WriteAttributes?: readonly string[];
}

const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
/** Choice of factor, SRP, and renewal: no flow in which an administrator, a script or a page signs somebody in. */
const FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH'];
const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
/** What Cognito takes without a unit: hours, and days for the refresh token. */
const DEFAULT_UNITS: Readonly<Record<string, string>> = { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' };

const asksForTwoFactors: Claim = (land) =>
  judge('user pools', land.of<Pool>(POOL), ({ properties }) => [
    unlike('MFA', properties.MfaConfiguration, 'ON'),
    unlike('second factors', properties.EnabledMfas, ['SOFTWARE_TOKEN_MFA']),
    properties.SmsConfiguration !== undefined && 'can send text messages',
    unlike('first factors', properties.Policies?.SignInPolicy?.AllowedFirstAuthFactors, ['PASSWORD', 'WEB_AUTHN']),
    // Otherwise a passkey counts as one factor, and MFA asks its holder for another.
    unlike('what a passkey counts for', properties.WebAuthnFactorConfiguration, 'MULTI_FACTOR_WITH_USER_VERIFICATION'),
    unlike('verification of passkey users', properties.WebAuthnUserVerification, 'required'),
    !`.${land.config.domainName}`.endsWith(`.${properties.WebAuthnRelyingPartyID}`) &&
      `its relying party ${properties.WebAuthnRelyingPartyID} is not a domain above ${land.config.domainName}`,
    !properties.WebAuthnRelyingPartyID?.includes('.') && 'its relying party is a top-level domain',
  ]);

const isJoinedByInvitation: Claim = (land) =>
  judge('user pools', land.of<Pool>(POOL), ({ properties }) => {
    const password = properties.Policies?.PasswordPolicy ?? {};
    return [
      unlike('sign-up by an administrator only', properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly, true),
      unlike(
        'recovery',
        properties.AccountRecoverySetting?.RecoveryMechanisms.map(({ Name }) => Name),
        ['verified_email'],
      ),
      Number(password['MinimumLength']) < 12 && `takes passwords of ${String(password['MinimumLength'])} characters`,
      ...['RequireLowercase', 'RequireUppercase', 'RequireNumbers', 'RequireSymbols'].map(
        (rule) => password[rule] !== true && `${rule} is not set`,
      ),
      Number(password['TemporaryPasswordValidityDays']) > 7 && 'keeps invitations open for more than a week',
    ];
  });

const isWatched: Claim = (land) => [
  ...judge('user pools', land.of<Pool>(POOL), ({ properties }) => [
    unlike('plan', properties.UserPoolTier, 'PLUS'),
    unlike('threat protection', properties.UserPoolAddOns?.AdvancedSecurityMode, 'ENFORCED'),
    unlike('deletion protection', properties.DeletionProtection, land.config.teardown.policy === 'protected' ? 'ACTIVE' : 'INACTIVE'),
  ]),
  ...judge(
    'sign-in logs',
    land.of<{ UserPoolId: string; LogConfigurations: readonly { EventSource: string; LogLevel: string; S3Configuration?: { BucketArn: string } }[] }>(
      'AWS::Cognito::LogDeliveryConfiguration',
    ),
    ({ properties }) => [
      !land.at(properties.UserPoolId, POOL) && 'is of no pool of the templates',
      unlike(
        'what is logged',
        properties.LogConfigurations.map(({ EventSource, LogLevel }) => `${EventSource} ${LogLevel}`),
        ['userAuthEvents INFO'],
      ),
      ...properties.LogConfigurations.map(
        ({ S3Configuration }) => !land.at<{ ObjectLockEnabled?: boolean }>(S3Configuration?.BucketArn, 'AWS::S3::Bucket')?.properties.ObjectLockEnabled &&
          'is not kept in a locked bucket',
      ),
    ],
  ),
];

/** A domain brings sessions of its own, and keeps the pool from private endpoints. */
const hasNoOtherDoor: Claim = (land) => [
  ...judge('user pools', land.of<Pool>(POOL), ({ properties }) => [properties.LambdaConfig !== undefined && 'runs code at sign-in']),
  ...land.all
    .filter(({ type }) =>
      [
        'AWS::Cognito::UserPoolDomain',
        'AWS::Cognito::IdentityPool',
        'AWS::Cognito::UserPoolIdentityProvider',
        'AWS::Cognito::UserPoolResourceServer',
        'AWS::Cognito::UserPoolUser',
      ].includes(type),
    )
    .map(({ name, type }) => `${name}: is a ${type}`),
];

const clientIsNarrow: Claim = (land) =>
  judge('clients', land.of<Client>(CLIENT), ({ properties }) => [
    unlike('flows', [...(properties.ExplicitAuthFlows ?? [])].sort(), FLOWS),
    unlike('OAuth', properties.AllowedOAuthFlowsUserPoolClient, false),
    (properties.AllowedOAuthFlows ?? properties.CallbackURLs) !== undefined && 'keeps OAuth flows, though they are off',
    unlike('secret', properties.GenerateSecret, false),
    unlike('identity providers', properties.SupportedIdentityProviders, ['COGNITO']),
    unlike('errors', properties.PreventUserExistenceErrors, 'ENABLED'),
    unlike('revocation', properties.EnableTokenRevocation, true),
    // Without a list an application may write every attribute of its user.
    unlike('attributes it writes', properties.WriteAttributes, ['email']),
    unlike('attributes it reads', properties.ReadAttributes, ['email', 'email_verified']),
  ]);

const tokensAreShort: Claim = (land) =>
  judge('clients', land.of<Client>(CLIENT), ({ properties }) => {
    const lifetime = (token: 'AccessToken' | 'IdToken' | 'RefreshToken') => {
      const unit = properties.TokenValidityUnits?.[token] ?? DEFAULT_UNITS[token] ?? '';
      return (properties[`${token}Validity`] ?? Infinity) * (SECONDS[unit] ?? Infinity);
    };
    return [
      unlike('seconds of an access token', lifetime('AccessToken'), 15 * 60),
      unlike('seconds of an identity token', lifetime('IdToken'), 15 * 60),
      unlike('seconds of a refresh token', lifetime('RefreshToken'), 12 * 3600),
    ];
  });

const rolesAreGroups: Claim = (land) => {
  const groups = land.of<{ GroupName: string; Precedence: number; RoleArn?: string; UserPoolId: string }>('AWS::Cognito::UserPoolGroup');
  return [
    unlike(
      'the groups, by precedence',
      [...groups].sort((a, b) => a.properties.Precedence - b.properties.Precedence).map(({ properties }) => properties.GroupName),
      ROLES,
    ),
    ...judge('groups', groups, ({ properties }) => [
      properties.RoleArn !== undefined && 'brings a role of AWS along',
      !land.at(properties.UserPoolId, POOL) && 'is of no pool of the templates',
    ]),
  ].filter((fault) => fault !== undefined);
};

describe('the user pool', () => {
  holds('asks for a second factor always: an authenticator app, or a passkey that verifies its user', asksForTwoFactors);
  holds('is joined by invitation, and recovered by mail', isJoinedByInvitation);
  holds('is watched: threats are acted on, sign-ins are logged', isWatched);
  holds('has no other door: no domain, no foreign identities, no code at sign-in', hasNoOtherDoor);
  holds('has one narrow client, without OAuth, secrets or passwords in clear', clientIsNarrow);
  holds('gives out tokens of 15 minutes, renewed for 12 hours', tokensAreShort);
  holds('has a group for each role of the records service', rolesAreGroups);

  notices(
    'optional MFA',
    asksForTwoFactors,
    (draft) => draft.set(POOL, '', ['MfaConfiguration'], 'OPTIONAL'),
    /^Identity\/Users\w+: MFA is "OPTIONAL"/,
  );
  notices(
    'text messages',
    asksForTwoFactors,
    (draft) => draft.set(POOL, '', ['EnabledMfas'], ['SMS_MFA', 'SOFTWARE_TOKEN_MFA']),
    /second factors/,
  );
  notices(
    'a passkey that counts for one factor',
    asksForTwoFactors,
    (draft) => draft.unset(POOL, '', ['WebAuthnFactorConfiguration']),
    /what a passkey counts for is absent/,
  );
  notices(
    'a relying party of somebody else',
    asksForTwoFactors,
    (draft) => draft.set(POOL, '', ['WebAuthnRelyingPartyID'], 'health.example'),
    /is not a domain above/,
  );
  notices(
    'a pool that anybody joins',
    isJoinedByInvitation,
    (draft) => draft.set(POOL, '', ['AdminCreateUserConfig', 'AllowAdminCreateUserOnly'], false),
    /sign-up by an administrator only is false/,
  );
  notices(
    'threats that are only noted',
    isWatched,
    (draft) => draft.set(POOL, '', ['UserPoolAddOns', 'AdvancedSecurityMode'], 'AUDIT'),
    /threat protection is "AUDIT"/,
  );
  notices(
    'a hosted domain',
    hasNoOtherDoor,
    (draft) => draft.add('Identity', 'Domain', 'AWS::Cognito::UserPoolDomain', {}),
    /^Identity\/Domain: is a AWS::Cognito::UserPoolDomain/,
  );
  notices(
    'a flow that takes passwords in clear',
    clientIsNarrow,
    (draft) => draft.set(CLIENT, '', ['ExplicitAuthFlows', 0], 'ALLOW_USER_PASSWORD_AUTH'),
    /flows is/,
  );
  notices(
    'an implicit flow',
    clientIsNarrow,
    (draft) => draft.set(CLIENT, '', ['AllowedOAuthFlows'], ['implicit', 'code']),
    /keeps OAuth flows/,
  );
  notices(
    'tokens of fifteen hours, for want of a unit',
    tokensAreShort,
    (draft) => draft.unset(CLIENT, '', ['TokenValidityUnits', 'AccessToken']),
    /seconds of an access token is 54000/,
  );
  notices(
    'a role without a group',
    rolesAreGroups,
    (draft) => draft.remove('AWS::Cognito::UserPoolGroup', 'UsersBilling'),
    /the groups, by precedence is/,
  );
});
