import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, toList } from '../../model/read';
import { isJson } from '../../model/template';

type Json = Readonly<Record<string, unknown>>;

/** What a rule may do with a request before it has a token: answer by itself. */
const ANSWERING: readonly string[] = ['fixed-response'];

/** No way leads past the token check: a request without a good access token of the product's own client gets an answer of the load balancer's. */
export const listenersAdmitTokensOnly: Check = {
  id: 'strength/listeners-admit-tokens-only',
  claim: 'every listener answers 4xx by default, and every rule that forwards first verifies an access token of one client of the user pool',
  citations: ['164.312(d)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule'], '164.312(d)', (resource) =>
      resource.type.endsWith('Rule') ? faultsOfRule(environment, resource) : faultsOfListener(resource),
    ),
};

function faultsOfListener(listener: Resource): readonly Fault[] {
  const actions = recordsAt(listener, 'DefaultActions');
  const isClosed = actions.length > 0 && actions.every(({ Type, FixedResponseConfig: fixed }) => ANSWERING.includes(String(Type)) && isJson(fixed) && /^4\d\d$/.test(String(fixed['StatusCode'])));
  return isClosed ? [] : [{ property: 'DefaultActions', value: actions, expected: 'a fixed response of 4xx' }];
}

function faultsOfRule(environment: EnvironmentModel, rule: Resource): readonly Fault[] {
  const actions = [...recordsAt(rule, 'Actions')].sort((a, b) => Number(a['Order']) - Number(b['Order']));
  const forward = actions.findIndex(({ Type }) => Type === 'forward');
  const listener = environment.at(textAt(rule, 'ListenerArn'), 'AWS::ElasticLoadBalancingV2::Listener');
  const faults: Fault[] = listener ? [] : [{ property: 'ListenerArn', value: textAt(rule, 'ListenerArn'), expected: 'a listener of these templates' }];
  if (forward < 0) return faults;
  const verifying = actions.slice(0, forward).find(({ Type }) => Type === 'jwt-validation');
  const config = verifying?.['JwtValidationConfig'];
  if (!isJson(config)) return [...faults, { property: 'Actions', value: actions.map(({ Type }) => Type), expected: 'jwt-validation before forward' }];
  return [...faults, ...faultsOfValidation(environment, config), ...faultsOfTarget(environment, actions[forward])];
}

function faultsOfValidation(environment: EnvironmentModel, { Issuer, JwksEndpoint, AdditionalClaims }: Json): readonly Fault[] {
  const pool = environment.of('AWS::Cognito::UserPool').find((each) => typeof Issuer === 'string' && Issuer.endsWith(`/${environment.refOf(each)}`));
  const claims = toList(AdditionalClaims).filter(isJson);
  const claim = (name: string): readonly unknown[] => toList(claims.find(({ Name }) => Name === name)?.['Values']);
  const clients = claim('client_id');
  const isOurs = clients.length > 0 && clients.every((client) => environment.at(client, 'AWS::Cognito::UserPoolClient') !== undefined);
  const uses = claim('token_use');
  return [
    ...(pool ? [] : [{ property: 'JwtValidationConfig.Issuer', value: Issuer, expected: 'the user pool of these templates' }]),
    ...(JwksEndpoint === `${String(Issuer)}/.well-known/jwks.json` ? [] : [{ property: 'JwtValidationConfig.JwksEndpoint', value: JwksEndpoint, expected: 'the issuer’s own' }]),
    ...(isOurs ? [] : [{ property: 'JwtValidationConfig.AdditionalClaims client_id', value: clients, expected: 'clients of these templates' }]),
    ...(uses.length === 1 && uses[0] === 'access' ? [] : [{ property: 'JwtValidationConfig.AdditionalClaims token_use', value: uses, expected: 'access' }]),
  ];
}

function faultsOfTarget(environment: EnvironmentModel, forward: Json | undefined): readonly Fault[] {
  const value = forward?.['TargetGroupArn'];
  return environment.at(value, 'AWS::ElasticLoadBalancingV2::TargetGroup') ? [] : [{ property: 'Actions TargetGroupArn', value, expected: 'a target group of these templates' }];
}
