import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';

/** Plans from the least to the most; a pool without one is on ESSENTIALS. */
const PLANS = ['LITE', 'ESSENTIALS', 'PLUS'];

/** What Cognito refuses because of the plan, or takes and cannot keep: a domain behind a private endpoint, a passkey beside MFA. */
export const userPoolsMatchTheirPlan: Check = {
  id: 'deploy/user-pools-match-their-plan',
  claim: 'every user pool is on the plan that its protection, passkeys, claims and logs need, and has no domain beside a private endpoint',
  citations: ['164.312(d)', '164.308(a)(5)(ii)(C)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Cognito::UserPool'], '164.312(d)', (pool) => [
      ...faultsOfPlan(environment, pool),
      ...faultsOfDomain(environment, pool),
      ...passkeys(pool),
    ]),
};

function faultsOfPlan(environment: EnvironmentModel, pool: Resource): readonly Fault[] {
  const plan = PLANS.indexOf(textAt(pool, 'UserPoolTier') ?? 'ESSENTIALS');
  const logs = environment
    .of('AWS::Cognito::LogDeliveryConfiguration')
    .filter((each) => environment.at(textAt(each, 'UserPoolId')) === pool);
  const protects = [undefined, 'OFF'].includes(textAt(pool, 'UserPoolAddOns.AdvancedSecurityMode'));
  const version = textAt(pool, 'LambdaConfig.PreTokenGenerationConfig.LambdaVersion') ?? 'V1_0';
  const needs: readonly (readonly [string, boolean, string])[] = [
    ['UserPoolAddOns.AdvancedSecurityMode', !protects, 'PLUS'],
    [
      'LogDeliveryConfiguration userAuthEvents',
      logs.flatMap((each) => recordsAt(each, 'LogConfigurations')).some(({ EventSource }) => EventSource === 'userAuthEvents'),
      'PLUS',
    ],
    [
      'Policies.SignInPolicy.AllowedFirstAuthFactors',
      textsAt(pool, 'Policies.SignInPolicy.AllowedFirstAuthFactors').some((factor) => factor !== 'PASSWORD'),
      'ESSENTIALS',
    ],
    ['LambdaConfig.PreTokenGenerationConfig.LambdaVersion', version !== 'V1_0', 'ESSENTIALS'],
  ];
  return needs
    .filter(([, isUsed, least]) => isUsed && plan < PLANS.indexOf(least))
    .map(([property, , least]) => ({
      property,
      value: `on ${textAt(pool, 'UserPoolTier') ?? 'ESSENTIALS'}`,
      expected: `UserPoolTier ${least}`,
    }));
}

function faultsOfDomain(environment: EnvironmentModel, pool: Resource): readonly Fault[] {
  const domain = environment.of('AWS::Cognito::UserPoolDomain').find((each) => environment.at(textAt(each, 'UserPoolId')) === pool);
  const endpoint = environment.of('AWS::EC2::VPCEndpoint').find((each) => textAt(each, 'ServiceName')?.endsWith('.cognito-idp'));
  return domain && endpoint
    ? [
        {
          property: 'UserPoolDomain',
          value: `${domain.logicalId} beside ${endpoint.logicalId}`,
          expected: 'a domain or a private endpoint, not both',
        },
      ]
    : [];
}

/** A passkey is one factor, and refused where two are demanded, unless it is set to count for both. */
function passkeys(pool: Resource): readonly Fault[] {
  const isOffered = textsAt(pool, 'Policies.SignInPolicy.AllowedFirstAuthFactors').includes('WEB_AUTHN');
  const property = 'WebAuthnFactorConfiguration';
  if (!isOffered || textAt(pool, 'MfaConfiguration') !== 'ON' || textAt(pool, property) === 'MULTI_FACTOR_WITH_USER_VERIFICATION')
    return [];
  return [{ property, value: valueAt(pool, property), expected: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }];
}
