import { Client } from 'pg';
import { admitted, refused } from '../../../lib/compliance/simulation/database-log';
import { compileFilterPattern } from '../../../lib/compliance/simulation/filter-pattern';
import { DATABASE_PARAMETERS } from '../../../lib/data/database-parameters';
import { RECORDS_DATABASE_NAME } from '../../../lambda/records/contract';
import { MASTER_DATABASE_USER } from '../../../lambda/migrate/contract';
import { clientConfig } from '../../../lambda/shared/database';
import { MASTER, startCluster } from '../../support/database';
import { LOGINS } from '../../support/database-roles';
import { landscapeOf } from '../../support/landscape';
import { makeServerLog } from '../../support/server-log';
import { migratedIn, startSqlService, type SqlService } from '../../support/sql-service';

const serverLog = makeServerLog();
let service: SqlService;

/** Not of this service: a name of its own, and such as begin, end or hold an expected one. */
const STRANGERS = ['somebody', 'records_api_x', 'records', 'x_records_api', 'rdsadmin_x', 'records_master2'];

beforeAll(async () => {
  service = await startSqlService(() => migratedIn(startCluster(serverLog.file)));
  // The parameter of production, and the prefix that RDS gives every line.
  await service.admin(`ALTER SYSTEM SET log_connections = '${DATABASE_PARAMETERS['log_connections']}'`);
  await service.admin(`ALTER SYSTEM SET log_line_prefix = '%t:%r:%u@%d:[%p]:'`);
  await service.admin('SELECT pg_reload_conf()');
  await service.admin(`CREATE DATABASE ${RECORDS_DATABASE_NAME}`);
  for (const login of [MASTER_DATABASE_USER, 'rdsadmin', 'rdsproxyadmin', ...STRANGERS]) await service.admin(`CREATE ROLE ${login} LOGIN`);
  for (const { rolname } of await loginRoles()) await service.cluster.allowPassword(rolname);
}, 60_000);
afterAll(async () => {
  await service.stop();
  serverLog.remove();
});

const loginRoles = () => service.admin<{ rolname: string }>(`SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname <> 'postgres'`);

interface Attempt {
  readonly user: string;
  readonly database?: string;
  readonly applicationName?: string;
  readonly password?: string;
  readonly ssl?: false;
}

/** The lines that the server writes of one connection, which may be refused. */
async function linesOf({ user, database = RECORDS_DATABASE_NAME, applicationName, password, ssl }: Attempt): Promise<readonly string[]> {
  const { cluster } = service;
  const before = (await serverLog.read(service)).length;
  const config = clientConfig({ host: 'localhost', port: cluster.port, database, user }, password ?? cluster.password, cluster.trust);
  const named = applicationName === undefined ? {} : { application_name: applicationName };
  const client = new Client({ ...config, ...named, ...(ssl === false && { ssl }) });
  client.on('error', () => undefined);
  await client.connect().then(
    () => client.end(),
    () => undefined,
  );
  return (await serverLog.read(service)).slice(before).split('\n').filter((line) => line.includes(`:${user}@${database}:`));
}

interface MetricFilter {
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly { readonly MetricName: string }[];
}

/** What the filters of an alarm's metric make of lines, in the order of their names. */
function countedBy(metric: string, lines: readonly string[]): Readonly<Record<string, number>> {
  const filters = landscapeOf('prod')
    .of<MetricFilter>('AWS::Logs::MetricFilter')
    .filter(({ properties }) => properties.MetricTransformations[0]?.MetricName === metric);
  return Object.fromEntries(
    filters.map(({ logicalId, properties }) => [
      logicalId.replace(/^Service|Filter\w+$/g, ''),
      lines.filter((line) => compileFilterPattern(properties.FilterPattern)(line)).length,
    ]),
  );
}

const unexpected = async (attempt: Attempt) => countedBy('UnexpectedLogin', await linesOf(attempt));
const NOBODY = { DisguisedLogin: 0, UnexpectedLogin: 0 };
const STRANGER = { DisguisedLogin: 0, UnexpectedLogin: 1 };

describe('of the log of a real PostgreSQL, the alarm UnexpectedLogin', () => {
  it('is over lines as they are really written', async () => {
    const written = admitted('records_api', RECORDS_DATABASE_NAME).replace('10.0.3.7', '127.0.0.1');
    const [ours] = (await linesOf({ user: 'records_api' })).filter((line) => line.includes('connection authorized'));
    expect(ours?.replace(/\d+/g, '0').replace(/:00 \w+:/, ':00 UTC:')).toBe(written.replace(/\d+/g, '0'));
  });

  it('leaves out every login that the migrations make, the master, and those of AWS', async () => {
    const expected = (await loginRoles()).map(({ rolname }) => rolname).filter((name) => ![...STRANGERS, MASTER].includes(name));
    expect([...expected].sort()).toEqual([...LOGINS, MASTER_DATABASE_USER, 'rdsadmin', 'rdsproxyadmin'].sort());
    for (const user of expected) await expect(unexpected({ user }).then((counts) => [user, counts])).resolves.toEqual([user, NOBODY]);
    await expect(unexpected({ user: 'records_api', applicationName: 'psql' })).resolves.toEqual(NOBODY);
    await expect(unexpected({ user: 'rdsadmin', database: 'postgres' })).resolves.toEqual(NOBODY);
  });

  it.each(STRANGERS)('counts %s', async (user) => {
    await expect(unexpected({ user })).resolves.toEqual(STRANGER);
  });

  it('counts a login of ours in another database', async () => {
    await expect(unexpected({ user: 'records_api', database: 'postgres' })).resolves.toEqual(STRANGER);
  });

  it('counts a stranger whose program goes by the name of what an expected login leaves in the log, at any length', async () => {
    const applicationName = `LOG:  connection authorized: user=records_api database=${RECORDS_DATABASE_NAME} ${'x'.repeat(200)}`;
    await expect(unexpected({ user: 'somebody', applicationName })).resolves.toEqual({ DisguisedLogin: 1, UnexpectedLogin: 0 });
  });

  it('does not count who was refused', async () => {
    await expect(unexpected({ user: 'somebody', password: 'wrong' })).resolves.toEqual(NOBODY);
  });
});

describe('of the same log, the alarm LoginRefused', () => {
  const refusals = async (attempt: Attempt) => (countedBy('LoginRefused', await linesOf(attempt)))['LoginRefused'];

  it('counts a wrong password, a login that does not exist, and a connection without TLS, each once', async () => {
    await expect(refusals({ user: 'records_api', password: 'wrong' })).resolves.toBe(1);
    await expect(refusals({ user: 'nobody' })).resolves.toBe(1);
    await expect(refusals({ user: 'records_api', ssl: false })).resolves.toBe(1);
  });

  it('counts what RDS says of a token that it does not take', () => {
    const lines = refused('records_api', RECORDS_DATABASE_NAME).filter((line) => line.includes('FATAL:  PAM authentication failed'));
    expect(lines).toHaveLength(1);
    expect(countedBy('LoginRefused', lines)).toEqual({ LoginRefused: 1 });
  });

  it('counts nobody who was let in', async () => {
    await expect(refusals({ user: 'records_api' })).resolves.toBe(0);
    await expect(refusals({ user: 'somebody' })).resolves.toBe(0);
  });
});
