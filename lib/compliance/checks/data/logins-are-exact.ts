import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { flagAt, textAt, textsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { decide, speakingOf } from '../../policy/evaluate';
import { identitiesAllowed } from '../../policy/grants';
import { identitiesOf, identityOf, may, type Identity } from '../../policy/identities';

const CONNECT = 'rds-db:connect';
const RDS = 'rds.amazonaws.com';

/** `arn:aws:rds-db:REGION:ACCOUNT:dbuser:ID/LOGIN`; a wildcard in either part is no login but any. */
const LOGIN = /^arn:aws:rds-db:[a-z0-9-]+:\d{12}:dbuser:([^/*?]+)\/([^/*?]+)$/;

/** One login that a role may use, and where. */
interface Login {
  /** As the statement has it. */
  readonly resource: string;
  readonly database: Resource;
  readonly login: string;
}

const FAMILIES: Readonly<Record<string, string>> = { postgres: 'POSTGRESQL', 'aurora-postgresql': 'POSTGRESQL' };

/** Whoever logs in to the database does so as the one login that is made for it: the database's own rules know people by their logins. */
export const loginsAreExact: Check = {
  id: 'liveness/logins-are-exact',
  claim:
    'every role has one login to a database, named in full and its own; a proxy logs in as its clients do; every function told of it may',
  citations: ['164.312(a)(1)', '164.312(d)'],
  severity: 'error',
  evaluate: (environment) => {
    const proxies = environment.of('AWS::RDS::DBProxy');
    const population = [
      ...environment.of('AWS::RDS::DBInstance'),
      ...proxies,
      ...identitiesOf(environment).map(({ role }) => role),
      ...environment.of('AWS::Lambda::Function'),
    ];
    return judgeEach(
      proxies.length === 0 && environment.of('AWS::RDS::DBInstance').length === 0 ? [] : population,
      '164.312(a)(1)',
      (resource): readonly Fault[] => {
        switch (resource.type) {
          case 'AWS::RDS::DBProxy':
            return faultsOfProxy(environment, resource);
          case 'AWS::IAM::Role':
            return faultsOfRole(environment, identityOf(environment, environment.arnOf(resource)));
          case 'AWS::Lambda::Function':
            return faultsOfFunction(environment, resource);
          default:
            return [];
        }
      },
    );
  },
};

function resourcesOf(identity: Identity): readonly string[] {
  return speakingOf(identity.statements, CONNECT).flatMap(({ effect, resources }) => (effect === 'Allow' ? resources : []));
}

const loginsByRole = once(
  (environment: EnvironmentModel) =>
    new Map(identitiesAllowed(environment, CONNECT).map((identity) => [identity, readLogins(environment, identity)])),
);

function loginsOf(environment: EnvironmentModel, identity: Identity): readonly Login[] {
  return loginsByRole(environment).get(identity) ?? [];
}

function readLogins(environment: EnvironmentModel, identity: Identity): readonly Login[] {
  return resourcesOf(identity).flatMap((resource) => {
    const [, id, login] = LOGIN.exec(resource) ?? [];
    const database = environment.at(id);
    return database && login !== undefined ? [{ resource, database, login }] : [];
  });
}

/** Everybody who has a login in a database, or in what leads to it, and its master. */
export function expectedLogins(environment: EnvironmentModel, database: Resource): ReadonlySet<string> {
  const master = textAt(database, 'MasterUsername');
  return new Set([...[...loginsByRole(environment).values()].flat().map(({ login }) => login), ...(master === undefined ? [] : [master])]);
}

function faultsOfRole(environment: EnvironmentModel, identity: Identity | undefined): readonly Fault[] {
  const resources = identity ? resourcesOf(identity) : [];
  if (!identity || resources.length === 0) return [];
  const logins = loginsOf(environment, identity);
  const names = new Set(logins.map(({ login }) => login));
  const inexact = resources.filter((resource) => !(LOGIN.test(resource) && environment.at(resource)));
  const shared = isOfProxy(environment, identity) ? [] : logins.filter(({ login }) => (holdersOf(environment).get(login) ?? 0) > 1);
  return [
    ...inexact.map((value): Fault => ({
      property: CONNECT,
      value,
      expected: 'one login of one database or proxy of these templates, without a wildcard',
    })),
    ...(names.size > 1 ? [{ property: CONNECT, value: [...names], expected: 'one login' }] : []),
    ...shared.map(({ login }): Fault => ({ property: CONNECT, value: login, expected: 'a login that no other role has' })),
  ];
}

function isOfProxy(environment: EnvironmentModel, identity: Identity): boolean {
  return proxyRolesOf(environment).has(identity);
}

const proxyRolesOf = once(
  (environment: EnvironmentModel): ReadonlySet<Identity | undefined> =>
    new Set(environment.of('AWS::RDS::DBProxy').map((proxy) => identityOf(environment, textAt(proxy, 'RoleArn')))),
);

/** How many roles have a login, those of proxies apart. */
const holdersOf = once((environment: EnvironmentModel): ReadonlyMap<string, number> => {
  const holders = new Map<string, number>();
  for (const [identity, logins] of loginsByRole(environment)) {
    if (isOfProxy(environment, identity)) continue;
    for (const login of new Set(logins.map((each) => each.login))) holders.set(login, (holders.get(login) ?? 0) + 1);
  }
  return holders;
});

/** The databases that a proxy leads to; undefined for one of no template. */
function behindProxy(environment: EnvironmentModel, proxy: Resource): readonly (Resource | undefined)[] {
  return environment
    .of('AWS::RDS::DBProxyTargetGroup')
    .filter((group) => environment.at(textAt(group, 'DBProxyName'), proxy.type) === proxy)
    .flatMap((group) => [
      ...textsAt(group, 'DBInstanceIdentifiers').map((name) => environment.at(name, 'AWS::RDS::DBInstance')),
      ...textsAt(group, 'DBClusterIdentifiers').map((name) => environment.at(name, 'AWS::RDS::DBCluster')),
    ]);
}

function faultsOfProxy(environment: EnvironmentModel, proxy: Resource): readonly Fault[] {
  const role = identityOf(environment, textAt(proxy, 'RoleArn'));
  if (!role) return [{ property: 'RoleArn', value: valueAt(proxy, 'RoleArn'), expected: 'a role of these templates' }];
  const context = { 'aws:SourceAccount': environment.place.account };
  const isTrusted =
    decide(role.trust, { by: { kind: 'service', service: RDS }, action: 'sts:AssumeRole', resource: role.arn, context }) === 'allowed';
  const behind = behindProxy(environment, proxy);
  const targets = behind.flatMap((database) => database ?? []);
  const logins = loginsOf(environment, role).filter(
    ({ database, resource }) => targets.includes(database) && may(environment, role, { action: CONNECT, resource }),
  );
  const own = new Set(logins.map(({ login }) => login));
  const shut = targets.filter((target) => !logins.some(({ database }) => database === target));
  const clients = new Set(
    [...loginsByRole(environment).values()].flat().flatMap(({ database, login }) => (database === proxy ? [login] : [])),
  );
  const family = targets
    .map((database) => FAMILIES[textAt(database, 'Engine') ?? ''])
    .find((each) => each !== textAt(proxy, 'EngineFamily'));
  const differs = [...own, ...clients].some((login) => !own.has(login) || !clients.has(login));
  return [
    ...(isTrusted
      ? []
      : [{ property: 'RoleArn', value: `${role.role.logicalId} does not trust ${RDS}`, expected: 'a role that RDS may assume' }]),
    ...(targets.length > 0 && targets.length === behind.length
      ? []
      : [{ property: 'DBProxyTargetGroup', value: undefined, expected: 'databases of these templates behind the proxy' }]),
    ...shut.map(({ logicalId }): Fault => ({
      property: 'RoleArn',
      value: `${role.role.logicalId} may not ${CONNECT} to ${logicalId}`,
      expected: 'a role that may',
    })),
    ...targets
      .filter((database) => flagAt(database, 'EnableIAMDatabaseAuthentication') !== true)
      .map(({ logicalId }): Fault => ({
        property: 'DBProxyTargetGroup',
        value: `${logicalId} takes no IAM tokens`,
        expected: 'EnableIAMDatabaseAuthentication',
      })),
    ...(clients.size > 0 ? [] : [{ property: CONNECT, value: 'nobody', expected: 'a role that may log in to the proxy' }]),
    ...(differs
      ? [{ property: 'RoleArn', value: `logs in as ${[...own].join(', ') || 'nobody'}`, expected: [...clients].join(', ') }]
      : []),
    ...(family === undefined ? [] : [{ property: 'EngineFamily', value: valueAt(proxy, 'EngineFamily'), expected: family }]),
  ];
}

/** A function that is given the address of a database or proxy has a login there, or the secret of its master. */
function faultsOfFunction(environment: EnvironmentModel, lambda: Resource): readonly Fault[] {
  const variables = valueAt(lambda, 'Environment.Variables');
  const given = Object.keys(isJson(variables) ? variables : {}).map((name) => ({
    name,
    value: textAt(lambda, `Environment.Variables.${name}`) ?? '',
  }));
  const identity = identityOf(environment, textAt(lambda, 'Role'));
  const logins = identity ? loginsOf(environment, identity) : [];
  return given.flatMap(({ name, value }): readonly Fault[] => {
    const database = /\.Endpoint(?:\.Address)?\}$/.test(value) ? environment.at(value) : undefined;
    const property = `Environment.Variables.${name}`;
    const ofUser = /_USER(?:NAME)?$/.test(name) && logins.length > 0 && !logins.some(({ login }) => login === value);
    if (ofUser) return [{ property, value, expected: logins.map(({ login }) => login).join(', ') }];
    const holdsSecret = given.some(
      (other) => other.value.endsWith('.MasterUserSecret.SecretArn}') && environment.at(other.value) === database,
    );
    const isIn = database === undefined || holdsSecret || logins.some((login) => login.database === database);
    return isIn ? [] : [{ property, value: database.logicalId, expected: 'a database or proxy that the function may log in to' }];
  });
}
