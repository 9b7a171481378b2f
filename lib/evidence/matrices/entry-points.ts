import { textAt, textsAt, recordsAt, valueAt } from '../../compliance/model/read';
import type { EnvironmentModel, Resource } from '../../compliance/model/environment';
import { isJson } from '../../compliance/model/template';
import { identitiesOf } from '../../compliance/policy/identities';
import type { Statement } from '../../compliance/policy/statement';
import { exposureOf } from '../placing';
import type { Matrix } from '../matrix';
import { told } from '../told';

/** Every way in that the templates make, how one proves who one is, and whether a second factor is asked for: 164.312(d). */
export const entryPointsMatrix: Matrix = {
  name: 'entry-points',
  title: 'Entry points: each way in, how a person or a service proves who it is, and the second factor',
  columns: ['entry', 'type', 'kind', 'opens to', 'authentication', 'second factor', 'session'],
  rowsOf: (environment) => [
    ...environment.of('AWS::ElasticLoadBalancingV2::Listener').map((listener) => defaultOf(environment, listener)),
    ...environment.of('AWS::ElasticLoadBalancingV2::ListenerRule').map((rule) => routeOf(environment, rule)),
    ...environment.of('AWS::Cognito::UserPoolClient').map((client) => signInOf(environment, client)),
    ...identitiesOf(environment).flatMap(({ role, trust }) => trust.flatMap((statement) => roleOf(role, statement))),
    ...environment.of('AWS::Lambda::Permission').map((permission) => callOf(environment, permission)),
    ...['AWS::RDS::DBProxy', 'AWS::RDS::DBInstance'].flatMap((type) => environment.of(type).map(loginOf)),
    ...environment
      .of('AWS::Lambda::Url')
      .map((url) => [url.name, url.type, 'function address', 'internet-facing', told(() => valueAt(url, 'AuthType')), 'none', '']),
  ],
};

type Row = readonly string[];

function exposed(environment: EnvironmentModel, listener: Resource | undefined): string {
  const balancer = environment.at(listener?.properties['LoadBalancerArn']);
  return balancer ? exposureOf(balancer) : 'of no template';
}

function defaultOf(environment: EnvironmentModel, listener: Resource): Row {
  const actions = recordsAt(listener, 'DefaultActions').map(({ Type, FixedResponseConfig: fixed }) =>
    isJson(fixed) ? `answers ${String(fixed['StatusCode'])}` : String(Type),
  );
  const port = told(() => valueAt(listener, 'Port'));
  return [listener.name, listener.type, `port ${port}, no rule met`, exposed(environment, listener), actions.join(', '), 'none', ''];
}

function routeOf(environment: EnvironmentModel, rule: Resource): Row {
  const listener = environment.at(rule.properties['ListenerArn'], 'AWS::ElasticLoadBalancingV2::Listener');
  const paths = recordsAt(rule, 'Conditions').flatMap(({ PathPatternConfig: config }) =>
    isJson(config) && Array.isArray(config['Values']) ? config['Values'].map(String) : [],
  );
  const tokens = recordsAt(rule, 'Actions').filter(({ Type }) => Type === 'jwt-validation');
  const proof = tokens.length > 0 ? 'token of the user pool, verified by the load balancer' : 'none at the load balancer';
  const factor = tokens.length > 0 ? 'as the user pool asks' : 'none';
  return [rule.name, rule.type, `path ${paths.join(', ')}`, exposed(environment, listener), proof, factor, ''];
}

function signInOf(environment: EnvironmentModel, client: Resource): Row {
  const pool = environment.at(textAt(client, 'UserPoolId'), 'AWS::Cognito::UserPool');
  const factor = pool ? `${told(() => valueAt(pool, 'MfaConfiguration'))}: ${textsAt(pool, 'EnabledMfas').join(', ')}` : 'of no template';
  const session = `access token ${lifetime(client, 'AccessToken')}, refresh token ${lifetime(client, 'RefreshToken')}`;
  return [
    client.name,
    client.type,
    'sign-in of people',
    'internet-facing',
    textsAt(client, 'ExplicitAuthFlows').join(', '),
    factor,
    session,
  ];
}

function lifetime(client: Resource, token: string): string {
  const unit = told(() => valueAt(client, `TokenValidityUnits.${token}`));
  return `${told(() => valueAt(client, `${token}Validity`))} ${unit === 'absent' ? 'of the default unit' : unit}`;
}

/** Roles that people of an account take on, and those that services do. */
function roleOf(role: Resource, { effect, principal, conditions }: Statement): readonly Row[] {
  if (effect !== 'Allow' || principal === undefined) return [];
  const names =
    principal === '*' ? ['anybody'] : Object.entries(principal).flatMap(([kind, each]) => each.map((name) => `${kind} ${name}`));
  const keys = Object.values(conditions).flatMap((pairs) => Object.entries(pairs));
  const mfa = keys.find(([key]) => key.toLowerCase() === 'aws:multifactorauthpresent')?.[1].join();
  const age = keys.find(([key]) => key.toLowerCase() === 'aws:multifactorauthage')?.[1].join();
  const isService = principal !== '*' && Object.keys(principal).every((kind) => kind === 'Service');
  const factor = isService
    ? 'not a person'
    : mfa === 'true'
      ? `required${age === undefined ? '' : `, at most ${age} seconds old`}`
      : 'not asked for';
  const most = told(() => valueAt(role, 'MaxSessionDuration'));
  const session = most === 'absent' ? '3600 seconds, the default' : `${most} seconds`;
  return [[role.name, role.type, 'role to be assumed', names.join(', '), isService ? 'AWS itself' : 'signed call', factor, session]];
}

function callOf(environment: EnvironmentModel, permission: Resource): Row {
  const source = told(() => valueAt(permission, 'SourceArn'));
  const from = environment.at(source)?.name ?? source;
  return [
    permission.name,
    permission.type,
    `call of ${environment.at(permission.properties['FunctionName'])?.name ?? 'a function'}`,
    `${told(() => valueAt(permission, 'Principal'))} from ${from}`,
    'AWS itself',
    'not a person',
    '',
  ];
}

function loginOf(database: Resource): Row {
  const isProxy = database.type === 'AWS::RDS::DBProxy';
  const proof = isProxy
    ? told(() => valueAt(database, 'DefaultAuthScheme'))
    : `IAM logins: ${told(() => valueAt(database, 'EnableIAMDatabaseAuthentication'))}`;
  return [database.name, database.type, 'login of functions', exposureOf(database) || 'inside the network', proof, 'not a person', ''];
}
