import { addedResource } from '../../support/added-resource';
import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';
import { ROLE_ROWS } from './identity-roles';

const PEOPLE = 'strength/user-pools-let-in-known-people';
const MAIL = 'strength/mail-is-verified';
const TOKENS = 'strength/tokens-are-short-lived';
const LOGGED = 'strength/sign-ins-are-logged';
const DOOR = 'strength/user-pools-are-the-only-door';

const pool = new WeakeningRows('AWS::Cognito::UserPool', '', 'the user pool');
const client = new WeakeningRows('AWS::Cognito::UserPoolClient', '', 'the client');
const group = (name: string): WeakeningRows => new WeakeningRows('AWS::Cognito::UserPoolGroup', `Users${name}`, `the group ${name}`);
const delivery = new WeakeningRows('AWS::Cognito::LogDeliveryConfiguration', '', 'the log of sign-ins');

const PASSWORD = 'Policies.PasswordPolicy';
const OTHER_POOL = 'us-east-1_Elsewhere';
const POOL = { Ref: 'Users408BA229' };

const POOL_ROWS: readonly Weakening[] = [
  ...pool.givenUp('strength/stores-outlive-their-stacks'),
  pool.set('MfaConfiguration', 'OPTIONAL', 'hard/users-need-a-second-factor'),
  pool.set('AdminCreateUserConfig.AllowAdminCreateUserOnly', false, PEOPLE),
  pool.set('AccountRecoverySetting.RecoveryMechanisms.0.Name', 'verified_phone_number', PEOPLE),
  pool.set('DeletionProtection', 'INACTIVE', PEOPLE),
  pool.set('EnabledMfas.0', 'SMS_MFA', PEOPLE),
  pool.edit('with a second factor by mail too', [], (properties) => void (properties['EnabledMfas'] as unknown[]).push('EMAIL_OTP'), PEOPLE),
  pool.set(`${PASSWORD}.MinimumLength`, 8, PEOPLE),
  pool.set(`${PASSWORD}.PasswordHistorySize`, 0, PEOPLE),
  pool.set(`${PASSWORD}.RequireLowercase`, false, PEOPLE),
  pool.set(`${PASSWORD}.RequireUppercase`, false, PEOPLE),
  pool.set(`${PASSWORD}.RequireNumbers`, 'false', PEOPLE),
  pool.drop(`${PASSWORD}.RequireSymbols`, PEOPLE),
  pool.set(`${PASSWORD}.TemporaryPasswordValidityDays`, 365, PEOPLE),
  pool.set('Policies.SignInPolicy.AllowedFirstAuthFactors.0', 'EMAIL_OTP', PEOPLE),
  pool.set('UserPoolAddOns.AdvancedSecurityMode', 'AUDIT', PEOPLE),
  pool.set('UserPoolTier', 'ESSENTIALS', PEOPLE),
  pool.set('UsernameConfiguration.CaseSensitive', true, PEOPLE),
  pool.set('WebAuthnFactorConfiguration', 'SINGLE_FACTOR', PEOPLE),
  pool.set('WebAuthnUserVerification', 'preferred', PEOPLE),
  pool.set('WebAuthnRelyingPartyID', 'example', PEOPLE),
  pool.set('WebAuthnRelyingPartyID', 'example.org', PEOPLE),
  pool.add('SmsConfiguration', { SnsCallerArn: 'arn:aws:iam::111122223333:role/sms' }, PEOPLE),
  pool.add('DeviceConfiguration', { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }, PEOPLE),
  pool.add('AdminCreateUserConfig.UnusedAccountValidityDays', 365, PEOPLE),
  pool.add('EmailConfiguration', { EmailSendingAccount: 'DEVELOPER', SourceArn: 'arn:aws:ses:us-east-1:444455556666:identity/example.org' }, PEOPLE),
  pool.set('AutoVerifiedAttributes.0', 'phone_number', MAIL),
  pool.drop('UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate.0', MAIL),
  pool.set('UsernameAttributes.0', 'phone_number', MAIL),
  pool.set('VerificationMessageTemplate.DefaultEmailOption', 'CONFIRM_WITH_LINK', MAIL),
  pool.set('UserPoolTags', { Environment: 'prod' }, 'strength/carriers-say-what-they-carry', 'without a class'),
  pool.add('LambdaConfig', { PreTokenGeneration: 'arn:aws:lambda:us-east-1:444455556666:function:groups' }, DOOR),
  pool.add('LambdaConfig', { PreTokenGenerationConfig: { LambdaArn: 'arn:aws:lambda:us-east-1:444455556666:function:groups', LambdaVersion: 'V2_0' } }, DOOR),
  pool.gone('presence/a-user-pool'),

  delivery.set('LogConfigurations.0.EventSource', 'userNotification', LOGGED),
  delivery.set('LogConfigurations.0.LogLevel', 'ERROR', LOGGED),
  delivery.set('LogConfigurations.0.S3Configuration.BucketArn', 'arn:aws:s3:::somebody-elses-bucket', LOGGED),
  delivery.set('LogConfigurations.0.S3Configuration.BucketArn', { 'Fn::ImportValue': 'prod-Data:ExportsOutputFnGetAttDocumentsBucketD47AA664Arn17E414F7' }, LOGGED, 'of the documents'),
  delivery.set('UserPoolId', OTHER_POOL, LOGGED),
  delivery.gone(LOGGED),

  addedResource('credentials of AWS for users', 'Identity', { Type: 'AWS::Cognito::IdentityPool', Properties: { AllowUnauthenticatedIdentities: true } }, DOOR),
  addedResource('another identity provider', 'Identity', { Type: 'AWS::Cognito::UserPoolIdentityProvider', Properties: { UserPoolId: POOL, ProviderName: 'Elsewhere', ProviderType: 'OIDC' } }, DOOR),
  addedResource('a user in the template', 'Identity', { Type: 'AWS::Cognito::UserPoolUser', Properties: { UserPoolId: POOL, Username: 'support' } }, DOOR),
  addedResource('a range of addresses that is never at risk', 'Identity', { Type: 'AWS::Cognito::UserPoolRiskConfigurationAttachment', Properties: { UserPoolId: POOL, ClientId: 'ALL', RiskExceptionConfiguration: { SkippedIPRangeList: ['0.0.0.0/1'] } } }, DOOR),
];

const CLIENT_ROWS: readonly Weakening[] = [
  client.set('AccessTokenValidity', 60, TOKENS),
  client.set('IdTokenValidity', 1440, TOKENS),
  client.set('RefreshTokenValidity', 43_200, TOKENS),
  client.set('TokenValidityUnits.AccessToken', 'hours', TOKENS),
  client.set('TokenValidityUnits.IdToken', 'days', TOKENS),
  client.drop('TokenValidityUnits.RefreshToken', TOKENS),
  client.set('EnableTokenRevocation', false, TOKENS),
  client.set('PreventUserExistenceErrors', 'LEGACY', TOKENS),
  client.set('ExplicitAuthFlows.0', 'ALLOW_USER_PASSWORD_AUTH', TOKENS),
  client.edit('with a way in for administrators', [], (properties) => void (properties['ExplicitAuthFlows'] as unknown[]).push('ALLOW_ADMIN_USER_PASSWORD_AUTH'), TOKENS),
  client.edit('with tokens in a redirect', ['AllowedOAuthFlowsUserPoolClient'], (properties) => Object.assign(properties, { AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ['implicit'] }), TOKENS),
  client.add('CallbackURLs', ['http://app.telehealth.example/'], TOKENS),
  client.set('SupportedIdentityProviders.0', 'Elsewhere', TOKENS),
  client.set('ReadAttributes.0', 'phone_number', TOKENS),
  client.set('WriteAttributes.0', 'custom:role', TOKENS),
  client.edit('that writes everything', [], (properties) => void delete properties['WriteAttributes'], TOKENS),
  client.add('EnablePropagateAdditionalUserContextData', true, TOKENS),
  client.add('AnalyticsConfiguration', { ApplicationId: 'other', UserDataShared: true }, TOKENS),
  client.set('UserPoolId', OTHER_POOL, TOKENS),

  group('Admin').set('UserPoolId', OTHER_POOL, DOOR),
  group('Patient').add('RoleArn', 'arn:aws:iam::111122223333:role/prod-break-glass', DOOR),
  group('Billing').gone('presence/a-group-for-each-role'),
];

/** Users, groups and roles. */
export const IDENTITY_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolGroup', 'AWS::Cognito::LogDeliveryConfiguration', 'AWS::IAM::Role',
    'AWS::IAM::ManagedPolicy',
  ],
  rows: [...POOL_ROWS, ...CLIENT_ROWS, ...ROLE_ROWS],
  neutral: [
    { patterns: ['AWS::Cognito::UserPool AccountRecoverySetting.RecoveryMechanisms.*.Priority'], because: 'With one way to recover there is no order; a second way is judged by its name.' },
    { patterns: ['AWS::Cognito::UserPool *Message', 'AWS::Cognito::UserPool *Subject'], because: 'Wording of a message; the code in it is Cognito’s, which refuses a text without its place.' },
    { patterns: ['AWS::Cognito::UserPoolClient GenerateSecret'], because: 'A client in a browser cannot keep a secret; one more, where it is kept, is an addition to both factors.' },
    { patterns: ['AWS::Cognito::UserPoolGroup GroupName'], because: 'People belong to a group by its name: a group of another name has no members, and the service knows no role by it.' },
    { patterns: ['AWS::Cognito::UserPoolGroup Precedence'], because: 'Decides between roles of AWS that groups carry, and no group may carry one.' },
    { patterns: ['AWS::Cognito::UserPoolGroup Description', 'AWS::IAM::Role Description', 'AWS::IAM::ManagedPolicy Description'], because: 'A text for people, which nothing reads.' },
    { patterns: ['AWS::IAM::Role Tags'], because: 'For people and bills: what a role may reach stands in its policies, and no policy here asks for a tag.' },
    { patterns: ['AWS::IAM::ManagedPolicy Path'], because: 'A folder in a list; nothing is granted or denied by it.' },
  ],
};
