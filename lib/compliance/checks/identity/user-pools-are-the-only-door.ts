import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';

/** Other ways to become a user, or to get more than a token. */
const OTHER_DOORS: Readonly<Record<string, string>> = {
  'AWS::Cognito::IdentityPool': 'no identity pool: it hands out credentials of AWS',
  'AWS::Cognito::IdentityPoolRoleAttachment': 'no identity pool: it hands out credentials of AWS',
  'AWS::Cognito::UserPoolIdentityProvider': 'no other identity provider: it would answer for the second factor',
  'AWS::Cognito::UserPoolDomain': 'no hosted sign-in: it would add a way in by redirect',
  'AWS::Cognito::UserPoolUser': 'no user in a template: people are let in by an administrator',
  'AWS::Cognito::UserPoolUserToGroupAttachment': 'no membership in a template: roles are given by an administrator',
};

const RISK = 'AWS::Cognito::UserPoolRiskConfigurationAttachment';

/** Signing in is the only way to a token, and a token the only thing that it gives: 164.312(d). */
export const userPoolsAreTheOnlyDoor: Check = {
  id: 'strength/user-pools-are-the-only-door',
  claim:
    'users come by the user pool alone, its groups give no role of AWS, nothing of anybody else’s runs at a sign-in, and risk is answered',
  citations: ['164.312(d)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const pools = environment.of('AWS::Cognito::UserPool');
    const groups = environment.of('AWS::Cognito::UserPoolGroup');
    const risks = environment.of(RISK);
    const doors = Object.keys(OTHER_DOORS).flatMap((type) => environment.of(type));
    const all = [...pools, ...groups, ...risks, ...doors];
    if (all.length === 0) return { state: 'notApplicable', reason: 'the templates hold no user pool' };
    return verdictOf(
      all,
      all.flatMap((resource) => faultsOf(environment, resource).map((fault) => toFinding(resource, '164.312(d)', fault))),
    );
  },
};

function faultsOf(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  const closed = OTHER_DOORS[resource.type];
  if (closed !== undefined) return [{ property: 'Type', value: resource.type, expected: closed }];
  if (resource.type === RISK) return ofRisk(resource);
  return resource.type === 'AWS::Cognito::UserPool' ? triggers(environment, resource) : ofGroup(environment, resource);
}

function ofGroup(environment: EnvironmentModel, group: Resource): readonly Fault[] {
  const [pool, role] = [valueAt(group, 'UserPoolId'), valueAt(group, 'RoleArn')];
  return [
    ...(environment.at(pool, 'AWS::Cognito::UserPool')
      ? []
      : [{ property: 'UserPoolId', value: pool, expected: 'a user pool of these templates' }]),
    ...(role === undefined ? [] : [{ property: 'RoleArn', value: role, expected: 'absent' }]),
  ];
}

/** A trigger sees every sign-in, and may put any group into a token. */
function triggers(environment: EnvironmentModel, pool: Resource): readonly Fault[] {
  const config = valueAt(pool, 'LambdaConfig') ?? {};
  return arnsIn(config)
    .filter((arn) => environment.at(arn, 'AWS::Lambda::Function') === undefined && environment.at(arn, 'AWS::KMS::Key') === undefined)
    .map((value): Fault => ({ property: 'LambdaConfig', value, expected: 'functions and keys of these templates' }));
}

function arnsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' && /^V\d_\d$/.test(value) ? [] : [value];
  return Object.values(value).flatMap(arnsIn);
}

function ofRisk(risk: Resource): readonly Fault[] {
  const taking = 'AccountTakeoverRiskConfiguration.Actions.HighAction.EventAction';
  const leaked = 'CompromisedCredentialsRiskConfiguration.Actions.EventAction';
  const skipped = textsAt(risk, 'RiskExceptionConfiguration.SkippedIPRangeList');
  return [
    ...[taking, leaked]
      .filter((property) => textAt(risk, property) === 'NO_ACTION')
      .map((property): Fault => ({ property, value: 'NO_ACTION', expected: 'BLOCK, or a second factor' })),
    ...(skipped.length === 0 ? [] : [{ property: 'RiskExceptionConfiguration.SkippedIPRangeList', value: skipped, expected: 'absent' }]),
  ];
}
