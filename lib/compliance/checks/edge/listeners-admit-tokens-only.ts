import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, toList, toNumber } from '../../model/read';
import { isJson } from '../../model/template';

type Json = Readonly<Record<string, unknown>>;

/** What a rule may do with a request before it has a token: answer by itself. */
const ANSWERING: readonly string[] = ['fixed-response'];

/** What a rule may do at all: a redirect would send people and their tokens elsewhere. */
const PERMITTED: readonly string[] = [...ANSWERING, 'jwt-validation', 'forward'];

/**
 * No way leads past the token check: a request without a good access token of the product's own client gets an answer of the load
 * balancer's.
 */
export const listenersAdmitTokensOnly: Check = {
  id: 'strength/listeners-admit-tokens-only',
  claim:
    'every listener answers 4xx by default, and every rule that forwards first verifies an access token of one client of the user pool',
  citations: ['164.312(d)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      ['AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule'],
      '164.312(d)',
      (resource) => (resource.type.endsWith('Rule') ? faultsOfRule(environment, resource) : faultsOfListener(environment, resource)),
    ),
};

function faultsOfListener(environment: EnvironmentModel, listener: Resource): readonly Fault[] {
  const actions = recordsAt(listener, 'DefaultActions');
  const isClosed =
    actions.length > 0 &&
    actions.every(
      ({ Type, FixedResponseConfig: fixed }) =>
        ANSWERING.includes(String(Type)) && isJson(fixed) && /^4\d\d$/.test(String(fixed['StatusCode'])),
    );
  const balancer = environment.at(textAt(listener, 'LoadBalancerArn'), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  return [
    ...(isClosed ? [] : [{ property: 'DefaultActions', value: actions, expected: 'a fixed response of 4xx' }]),
    ...(balancer
      ? []
      : [{ property: 'LoadBalancerArn', value: textAt(listener, 'LoadBalancerArn'), expected: 'a load balancer of these templates' }]),
  ];
}

function faultsOfRule(environment: EnvironmentModel, rule: Resource): readonly Fault[] {
  const actions = inOrder(recordsAt(rule, 'Actions'));
  if (!actions)
    return [
      {
        property: 'Actions Order',
        value: recordsAt(rule, 'Actions').map(({ Order }) => Order),
        expected: 'a place of its own for each action',
      },
    ];
  const forward = actions.findIndex(({ Type }) => Type === 'forward');
  const listener = environment.at(textAt(rule, 'ListenerArn'), 'AWS::ElasticLoadBalancingV2::Listener');
  const astray = actions.filter(({ Type }) => !PERMITTED.includes(String(Type)));
  const faults: Fault[] = [
    ...(listener ? [] : [{ property: 'ListenerArn', value: textAt(rule, 'ListenerArn'), expected: 'a listener of these templates' }]),
    ...astray.map(({ Type }): Fault => ({ property: 'Actions', value: Type, expected: `one of ${PERMITTED.join(', ')}` })),
  ];
  if (forward < 0) return faults;
  const verifying = actions.slice(0, forward).find(({ Type }) => Type === 'jwt-validation');
  const config = verifying?.['JwtValidationConfig'];
  if (!isJson(config))
    return [...faults, { property: 'Actions', value: actions.map(({ Type }) => Type), expected: 'jwt-validation before forward' }];
  return [...faults, ...faultsOfValidation(environment, config), ...faultsOfTarget(environment, actions[forward])];
}

/** Actions in the order in which they are taken; undefined when the template does not say it. */
function inOrder(actions: readonly Json[]): readonly Json[] | undefined {
  const orders = actions.map(({ Order }) => toNumber(Order));
  const isSaid = actions.length < 2 || (orders.every((order) => order !== undefined) && new Set(orders).size === orders.length);
  return isSaid ? [...actions].sort((a, b) => Number(a['Order']) - Number(b['Order'])) : undefined;
}

function faultsOfValidation(environment: EnvironmentModel, { Issuer, JwksEndpoint, AdditionalClaims }: Json): readonly Fault[] {
  const pool = environment
    .of('AWS::Cognito::UserPool')
    .find((each) => typeof Issuer === 'string' && Issuer.endsWith(`/${environment.refOf(each)}`));
  const claims = toList(AdditionalClaims).filter(isJson);
  // Any other format splits a claim in parts of which one match is enough.
  const claim = (name: string): readonly unknown[] =>
    toList(claims.find(({ Name, Format }) => Name === name && Format === 'single-string')?.['Values']);
  const clients = claim('client_id');
  const isOurs = clients.length > 0 && clients.every((client) => environment.at(client, 'AWS::Cognito::UserPoolClient') !== undefined);
  const uses = claim('token_use');
  return [
    ...(pool ? [] : [{ property: 'JwtValidationConfig.Issuer', value: Issuer, expected: 'the user pool of these templates' }]),
    ...(JwksEndpoint === `${String(Issuer)}/.well-known/jwks.json`
      ? []
      : [{ property: 'JwtValidationConfig.JwksEndpoint', value: JwksEndpoint, expected: 'the issuer’s own' }]),
    ...(isOurs
      ? []
      : [
          {
            property: 'JwtValidationConfig.AdditionalClaims client_id',
            value: clients,
            expected: 'clients of these templates, as a single string',
          },
        ]),
    ...(uses.length === 1 && uses[0] === 'access'
      ? []
      : [{ property: 'JwtValidationConfig.AdditionalClaims token_use', value: uses, expected: 'access, as a single string' }]),
  ];
}

function faultsOfTarget(environment: EnvironmentModel, forward: Json | undefined): readonly Fault[] {
  const config = forward?.['ForwardConfig'];
  const weighted = toList(isJson(config) ? config['TargetGroups'] : undefined).map((tuple) =>
    isJson(tuple) ? tuple['TargetGroupArn'] : tuple,
  );
  const groups = [...toList(forward?.['TargetGroupArn']), ...weighted];
  const areOurs =
    groups.length > 0 && groups.every((group) => environment.at(group, 'AWS::ElasticLoadBalancingV2::TargetGroup') !== undefined);
  return areOurs ? [] : [{ property: 'Actions TargetGroupArn', value: groups, expected: 'target groups of these templates' }];
}
