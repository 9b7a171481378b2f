import { RECORDS_DATABASE_USER } from '../../../lambda/records/contract';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { Identity } from '../../support/identities';
import { identitiesOf, identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import { instanceId, login, proxyId } from '../../support/logins';
import type { PolicyDocument } from '../../support/policy';
import { decide } from '../../support/policy';
import { isIsolated } from '../../support/routes';

interface Proxy {
  readonly Auth?: unknown;
  readonly DBProxyName: string;
  readonly DebugLogging?: boolean;
  readonly DefaultAuthScheme?: string;
  readonly EngineFamily?: string;
  readonly RequireTLS?: boolean;
  readonly RoleArn: string;
  readonly VpcSubnetIds: readonly string[];
}

const PROXY = 'AWS::RDS::DBProxy';
const POLICY = 'AWS::IAM::ManagedPolicy';

/** May log in as the records API at one place, and in no other way. */
function loginFaults(land: Landscape, identity: Identity, at: string): (string | false)[] {
  const logsIn = (resourceId: string, user: string) => may(land, identity, login(land, resourceId, user));
  return [
    !logsIn(at, RECORDS_DATABASE_USER) && `${identity.role.name} may not log in as ${RECORDS_DATABASE_USER}`,
    ['records_master', 'records_migrator', 'postgres', '*'].some((user) => logsIn(at, user)) &&
      `${identity.role.name} may log in as somebody else`,
    logsIn('db-SOMEOTHERINSTANCE', RECORDS_DATABASE_USER) && `${identity.role.name} may log in elsewhere`,
  ];
}

const demandsTlsAndIdentity: Claim = (land) =>
  judge('proxies', land.of<Proxy>(PROXY), ({ properties }) => [
    unlike('TLS', properties.RequireTLS, true),
    unlike('authentication', properties.DefaultAuthScheme, 'IAM_AUTH'),
    properties.Auth !== undefined && 'takes passwords from a secret',
    unlike('engine', properties.EngineFamily, 'POSTGRESQL'),
    unlike('debug log, which holds statements', properties.DebugLogging, false),
    ...properties.VpcSubnetIds.map((subnet) => !isIsolated(land, subnet) && `stands in ${subnet}, which has a way out`),
  ]);

/** The role that CDK would make has no permission: it deploys, and every login fails. */
const logsInToTheDatabase: Claim = (land) =>
  judge('proxies', land.of<Proxy>(PROXY), (proxy) => {
    const identity = identityOf(land, proxy.properties.RoleArn);
    const trust = identity.role.properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
    const assumable = decide(trust, {
      by: { service: 'rds.amazonaws.com' },
      action: 'sts:AssumeRole',
      resource: '*',
      context: { 'aws:SourceAccount': land.account },
    });
    return [
      assumable !== 'allowed' && 'cannot assume its role',
      ...loginFaults(land, identity, instanceId(land)),
      !land.at(
        land.one<{ DBInstanceIdentifiers: string[] }>('AWS::RDS::DBProxyTargetGroup').properties.DBInstanceIdentifiers[0],
        'AWS::RDS::DBInstance',
      ) && 'stands before no instance of the templates',
      !proxy.dependsOn.some((id) => id.includes('LoginPolicy')) && 'does not wait for the policy of its role',
    ];
  });

const functionLogsInToTheProxy: Claim = (land) =>
  judge(
    'records function',
    land
      .of<{ Role: string; Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function')
      .filter(({ logicalId }) => logicalId.startsWith('RecordsApi')),
    ({ properties }) => [
      ...loginFaults(land, identityOf(land, properties.Role), proxyId(land)),
      may(land, identityOf(land, properties.Role), login(land, instanceId(land), RECORDS_DATABASE_USER)) && 'may pass the proxy by',
      unlike('the user it logs in as', properties.Environment.Variables['DATABASE_USER'], RECORDS_DATABASE_USER),
      properties.Environment.Variables['DATABASE_HOST'] !== `\${${land.one(PROXY).name.replace('/', '.')}.Endpoint}` &&
        'connects to what is not the proxy',
    ],
  );

const nobodyElseLogsIn: Claim = (land) => {
  const able = identitiesOf(land).filter(({ statements }) =>
    statements.some(({ Action }) => [Action].flat().some((action) => action?.startsWith('rds-db:'))),
  );
  const fault = unlike('who may log in', able.map(({ role }) => role.logicalId.replace(/[0-9A-F]{8}$/, '')).sort(), [
    'AdministrationAdministerExecutionRole',
    'AuditExporterExecutionRole',
    'KeyRotationRotateExecutionRole',
    'ProxyLoginRole',
    'RecordsApiExecutionRole',
    'SessionRevokerRevokeExecutionRole',
    'SignalsCountExecutionRole',
  ]);
  return fault === undefined ? [] : [fault];
};

const connectAs =
  (user: string) =>
  ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) => {
    const text = JSON.stringify(PolicyDocument).replace(`/${RECORDS_DATABASE_USER}`, `/${user}`);
    PolicyDocument.Statement = (JSON.parse(text) as PolicyDocument).Statement;
  };

describe('the records proxy', () => {
  holds('demands TLS and identity, and knows no password', demandsTlsAndIdentity);
  holds('may log in to the instance as the records API, and as nobody else', logsInToTheDatabase);
  holds('lets the records function in as the records API, and as nobody else', functionLogsInToTheProxy);
  holds('and the functions with a login of their own are the only ones that log in by identity', nobodyElseLogsIn);

  notices(
    'a proxy without TLS',
    demandsTlsAndIdentity,
    (draft) => draft.set(PROXY, '', ['RequireTLS'], false),
    /^Data\/Proxy\w+: TLS is false/,
  );
  notices(
    'a proxy that demands no identity',
    demandsTlsAndIdentity,
    (draft) => draft.set(PROXY, '', ['DefaultAuthScheme'], 'NONE'),
    /authentication is "NONE"/,
  );
  notices('a debug log', demandsTlsAndIdentity, (draft) => draft.set(PROXY, '', ['DebugLogging'], true), /debug log/);
  notices(
    'a proxy whose every login fails',
    logsInToTheDatabase,
    (draft) => draft.remove(POLICY, 'ProxyLogin'),
    /may not log in as records_api/,
  );
  notices(
    'a proxy that logs in as any user',
    logsInToTheDatabase,
    (draft) => draft.edit(POLICY, 'ProxyLogin', connectAs('*')),
    /may log in as somebody else/,
  );
  notices(
    'a function that logs in as the master',
    functionLogsInToTheProxy,
    (draft) => draft.edit(POLICY, 'RecordsApiExecution', connectAs('records_master')),
    /may log in as somebody else/,
  );
  notices(
    'another function that logs in',
    nobodyElseLogsIn,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'TokenKeysRefresher', ({ PolicyDocument }) => {
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'rds-db:connect', Resource: '*' });
      }),
    /who may log in is .*TokenKeysRefresherExecutionRole/,
  );
});
