import { customResource } from '../../../lambda/shared/custom-resource';
import { readMigrations } from '../../../lambda/migrate/files';
import { parseMasterLogin, readMasterLogin } from '../../../lambda/migrate/master-secret';
import { MIGRATE_FAILURES, migrateDatabase, type MigratePorts } from '../../../lambda/migrate/migrate';
import { startAwsEndpoint, type AwsAnswer } from '../../support/aws-endpoint';
import { MASTER, startCluster, type TestCluster } from '../../support/database';
import { collectLog } from '../../support/log-lines';
import { migrationFile } from '../../support/migration-file';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:rds!db-1';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);
afterAll(() => cluster.stop());

async function ports(overrides: Partial<MigratePorts> = {}): Promise<MigratePorts & { readonly waits: number[] }> {
  const waits: number[] = [];
  return {
    address: overrides.address ?? { host: 'localhost', port: cluster.port, database: await cluster.createDatabase() },
    login: () => Promise.resolve({ username: MASTER, password: cluster.password }),
    files: readMigrations(),
    trust: cluster.trust,
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    waits,
    ...overrides,
  };
}

/** A database that is there anyway, for runs that never get to change it. */
const existing = (): MigratePorts['address'] => ({ host: 'localhost', port: cluster.port, database: 'postgres' });

async function withSecret<Result>(
  answer: AwsAnswer,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly inputs: unknown[] }> {
  const endpoint = await startAwsEndpoint(() => answer);
  try {
    return { result: await run(), inputs: endpoint.calls.map(({ operation, body }) => [operation, JSON.parse(body) as unknown]) };
  } finally {
    await endpoint.close();
  }
}

describe('the master secret', () => {
  const holding = (secret: string): AwsAnswer => ({ status: 200, body: JSON.stringify({ ARN: SECRET_ARN, SecretString: secret }) });

  it('is read by its ARN', async () => {
    const { result, inputs } = await withSecret(holding('{"username":"master","password":"p/w"}'), () => readMasterLogin(SECRET_ARN));
    expect(result).toEqual({ username: 'master', password: 'p/w' });
    expect(inputs).toEqual([['secretsmanager.GetSecretValue', { SecretId: SECRET_ARN }]]);
  });

  it('that may not be read is a code, not a message', async () => {
    const denied = { status: 400, body: '{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::1:x is not authorized"}' };
    const { result } = await withSecret(denied, () =>
      readMasterLogin(SECRET_ARN).catch((error: Error) => ({ ...error, message: error.message })),
    );
    expect(result).toEqual({ name: 'CodedError', code: 'master_secret_unreadable', message: 'master_secret_unreadable' });
  });

  it.each([
    '',
    'hunter2',
    '[]',
    'null',
    '{}',
    '{"username":"a"}',
    '{"username":"a","password":""}',
    '{"username":"a","password":["hunter2"]}',
  ])('is refused without being quoted: %j', (text) => {
    expect(() => parseMasterLogin(text)).toThrow(/^master_secret_malformed$/);
  });
});

describe('migrating a database', () => {
  it("runs the repository's migrations over verified TLS, and again without effect", async () => {
    const prepared = await ports();
    await expect(migrateDatabase(prepared)).resolves.toEqual({ kind: 'done' });
    await expect(migrateDatabase(prepared)).resolves.toEqual({ kind: 'done' });
  });

  it('names the file at fault', async () => {
    const prepared = await ports({ files: [migrationFile('0001-broken.sql', 'SELEC 1')] });
    await expect(migrateDatabase(prepared)).resolves.toEqual({
      kind: 'failed',
      code: 'migration_failed',
      subject: '0001-broken.sql',
      sqlState: '42601',
    });
  });

  it('reads the login again when it is refused, as during a rotation', async () => {
    const passwords = ['the-old-one', cluster.password];
    const prepared = await ports({ login: () => Promise.resolve({ username: MASTER, password: passwords.shift() ?? '' }) });
    await expect(migrateDatabase(prepared)).resolves.toEqual({ kind: 'done' });
    expect(prepared.waits).toEqual([2_000]);
  });

  it('gives up after three refused logins', async () => {
    const login = jest.fn(() => Promise.resolve({ username: MASTER, password: 'wrong' }));
    await expect(migrateDatabase(await ports({ login, address: existing() }))).resolves.toEqual({
      kind: 'failed',
      code: 'database_login_refused',
      sqlState: '28P01',
    });
    expect(login).toHaveBeenCalledTimes(3);
  });

  it('does not talk to a server that it cannot verify', async () => {
    const prepared = await ports({ address: existing() });
    await expect(migrateDatabase({ ...prepared, trust: [] })).resolves.toMatchObject({ kind: 'failed', code: 'database_unreachable' });
  });

  it('says when the database cannot be reached', async () => {
    const prepared = await ports({ address: { host: 'localhost', port: 1, database: 'records' } });
    await expect(migrateDatabase(prepared)).resolves.toMatchObject({ kind: 'failed', code: 'database_unreachable' });
  });

  it('says when the connection is lost on the way', async () => {
    const prepared = await ports({ files: [migrationFile('0001-suicide.sql', 'SELECT pg_terminate_backend(pg_backend_pid())')] });
    await expect(migrateDatabase(prepared)).resolves.toMatchObject({ kind: 'failed', code: 'database_failed' });
  });

  it.each([
    ['unreadable', 'master_secret_unreadable'],
    ['malformed', 'master_secret_malformed'],
  ])('says when the secret is %s', async (_, code) => {
    const login =
      code === 'master_secret_malformed'
        ? () => Promise.resolve().then(() => parseMasterLogin('{}'))
        : () => Promise.reject(new Error('timeout'));
    await expect(migrateDatabase(await ports({ login, address: existing() }))).resolves.toEqual({ kind: 'failed', code });
  });
});

describe('the custom resource of the migrations', () => {
  const event = (RequestType: string): object => ({
    RequestType,
    ResponseURL: 'https://bucket.s3.amazonaws.com/x',
    StackId: 'arn:aws:cloudformation:us-east-1:111111111111:stack/data/guid',
    RequestId: '7f1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e22',
    LogicalResourceId: 'Migrations',
  });

  async function deploy(type: string, prepared: MigratePorts) {
    const answers: unknown[] = [];
    const log = collectLog();
    const put = (_: URL, body: string) => Promise.resolve(answers.push(JSON.parse(body)) > 0 ? 200 : 500);
    const apply = () => migrateDatabase(prepared);
    await customResource({ physicalResourceId: 'database-migrations', failureCodes: MIGRATE_FAILURES, apply }, { put, sink: log.sink })(
      event(type),
      {},
    );
    return { answer: answers[0], log };
  }
  const schemas = (database: string) =>
    cluster.as(
      MASTER,
      database,
      async (client) => (await client.query<{ n: string }>(`SELECT nspname AS n FROM pg_namespace WHERE nspname = 'migration'`)).rows,
    );

  it('migrates at creation, again at an update, and leaves everything at deletion', async () => {
    const prepared = await ports();
    for (const type of ['Create', 'Update', 'Delete']) {
      expect((await deploy(type, prepared)).answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'database-migrations' });
    }
    await expect(schemas(prepared.address.database)).resolves.toEqual([{ n: 'migration' }]);
  });

  it('fails the deployment with the code and the file, and logs the SQLSTATE', async () => {
    const prepared = await ports({ files: [migrationFile('0001-broken.sql', `SELECT 'Jane Canary'::int`)] });
    const { answer, log } = await deploy('Create', prepared);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'migration_failed: 0001-broken.sql' });
    expect(log.parsed()).toEqual([expect.objectContaining({ status: 'FAILED', code: 'migration_failed', sqlState: '22P02' })]);
    expect(JSON.stringify(answer) + log.lines.join()).not.toContain('Canary');
  });
});
