import { readMigrations } from '../../../lambda/migrate/files';
import { runMigrations, type MigrationOutcome } from '../../../lambda/migrate/runner';
import { RECORDS_DATABASE_USER } from '../../../lambda/records/contract';
import { MASTER, startCluster, type TestCluster } from '../../support/database';

const LOGINS = ['audit_exporter', 'audit_signals', 'migrator', 'records_api', 'session_revoker'];
const OWNERS = ['app_owner', 'audit_owner', 'phi_billing', 'phi_clinician', 'phi_self'];

let cluster: TestCluster;
let database: string;
/** A second database of the cluster: its roles exist already when it is migrated. */
let other: string;

// The first migration by itself: what it makes is checked to the last role, and later ones add to it.
const migrate = (name: string): Promise<MigrationOutcome> =>
  cluster.as(MASTER, name, (client) => runMigrations(client, readMigrations().slice(0, 1)));
const superuser = (sql: string, name = database) =>
  cluster.as('postgres', name, async (client) => (await client.query<Readonly<Record<string, unknown>>>(sql)).rows);
const as = (user: string, sql: string) =>
  cluster.as(user, database, async (client) => (await client.query<Readonly<Record<string, unknown>>>(sql)).rows);

beforeAll(async () => {
  cluster = await startCluster();
  [database, other] = [await cluster.createDatabase(), await cluster.createDatabase()];
  await migrate(database);
  for (const login of [...LOGINS, ...OWNERS]) await cluster.allowPassword(login);
}, 60_000);
afterAll(() => cluster.stop());

const forgetMigrations = () => superuser('DROP SCHEMA IF EXISTS migration CASCADE', other);

describe('the roles', () => {
  it('are made by a master that is no superuser, and a second run changes nothing', async () => {
    await expect(superuser(`SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = '${MASTER}'`)).resolves.toEqual([
      { rolsuper: false, rolbypassrls: false },
    ]);
    await expect(migrate(database)).resolves.toEqual({ kind: 'migrated', applied: 0 });
  });

  it('are exactly the logins and the owners, none with a power of its own', async () => {
    const found = await superuser(`
      SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS powerful
      FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', '${MASTER}', 'rds_iam') ORDER BY rolname`);
    expect(found).toEqual(
      [...LOGINS, ...OWNERS].sort().map((rolname) => ({ rolname, rolcanlogin: LOGINS.includes(rolname), powerful: false })),
    );
  });

  it('are members of nothing', async () => {
    const memberships = await superuser(`
      SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
      WHERE m.rolname = ANY ('{${[...LOGINS, ...OWNERS].join()}}')`);
    expect(memberships).toEqual([]);
  });

  it('may exist already: another database of the cluster is migrated too', async () => {
    await forgetMigrations();
    await expect(migrate(other)).resolves.toEqual({ kind: 'migrated', applied: 1 });
  });

  it.each([
    ['has an attribute it must not have', 'ALTER ROLE audit_signals BYPASSRLS', 'ALTER ROLE audit_signals NOBYPASSRLS'],
    ['may create roles', 'ALTER ROLE records_api CREATEROLE', 'ALTER ROLE records_api NOCREATEROLE'],
    ['is a member of a role that reads everything', 'GRANT pg_read_all_data TO records_api', 'REVOKE pg_read_all_data FROM records_api'],
    ['is a member of another role of the service', 'GRANT phi_clinician TO session_revoker', 'REVOKE phi_clinician FROM session_revoker'],
  ])('are not taken over when one found in place %s', async (_, before, after) => {
    await forgetMigrations();
    await superuser(before);
    await expect(migrate(other)).resolves.toEqual({ kind: 'refused', code: 'migration_failed', file: '0001-roles.sql', sqlState: '0P000' });
    await superuser(after);
    await expect(migrate(other)).resolves.toEqual({ kind: 'migrated', applied: 1 });
  });

  it('are not put into a database that keeps PUBLIC in because it belongs to someone else', async () => {
    const name = 'records_foreign';
    await superuser(`CREATE DATABASE ${name}`);
    await superuser(`GRANT CREATE ON DATABASE ${name} TO ${MASTER}`);
    await expect(migrate(name)).resolves.toEqual({ kind: 'refused', code: 'migration_failed', file: '0001-roles.sql', sqlState: '42501' });
  });
});

describe('the login of the API', () => {
  it('is the one the contract names, and can log in', async () => {
    await expect(as(RECORDS_DATABASE_USER, 'SELECT current_user, session_user')).resolves.toEqual([
      { current_user: 'records_api', session_user: 'records_api' },
    ]);
  });

  it('holds no privilege on any table, view or sequence outside the catalogue', async () => {
    const reachable = await superuser(`
      SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND has_table_privilege('records_api', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`);
    expect(reachable).toEqual([]);
  });

  it.each([
    ['read the migration ledger', 'SELECT * FROM migration.schema_migration'],
    ['create a temporary table, which could shadow a real one', 'CREATE TEMP TABLE patient (id int)'],
    ['create a table', 'CREATE TABLE public.mine (id int)'],
    ['create a schema', 'CREATE SCHEMA mine'],
    ['create a role', 'CREATE ROLE mine'],
    ['become the role of another audience', 'SET ROLE phi_clinician'],
    ['become the master', `SET ROLE ${MASTER}`],
    ['read a file of the server', `SELECT pg_read_file('PG_VERSION')`],
    ['run a program on the server', `COPY (SELECT 1) TO PROGRAM 'true'`],
    ['switch triggers off', 'SET session_replication_role = replica'],
    ['read the password hashes', 'SELECT rolpassword FROM pg_authid'],
  ])('cannot %s', async (_, sql) => {
    await expect(as('records_api', sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot execute a function made later until it is granted', async () => {
    await as(
      MASTER,
      `CREATE SCHEMA later; GRANT USAGE ON SCHEMA later TO records_api; CREATE FUNCTION later.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    await expect(as('records_api', 'SELECT later.f()')).rejects.toMatchObject({ code: '42501' });
    await as(MASTER, 'GRANT EXECUTE ON FUNCTION later.f() TO records_api');
    await expect(as('records_api', 'SELECT later.f() AS n')).resolves.toEqual([{ n: 1 }]);
  });
});

describe('every login', () => {
  const settings = (login: string) =>
    as(
      login,
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('transaction_timeout') AS transaction,
         current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction, current_setting('idle_session_timeout') AS idle`,
    );

  it.each([
    ['records_api', { statement: '4s', lock: '1s', transaction: '5s', idle_in_transaction: '5s', idle: '0' }],
    ['session_revoker', { statement: '4s', lock: '1s', transaction: '5s', idle_in_transaction: '5s', idle: '2min' }],
    ['audit_exporter', { statement: '30s', lock: '5s', transaction: '45s', idle_in_transaction: '15s', idle: '2min' }],
    ['audit_signals', { statement: '30s', lock: '5s', transaction: '45s', idle_in_transaction: '15s', idle: '2min' }],
    ['migrator', { statement: '10min', lock: '1min', transaction: '12min', idle_in_transaction: '1min', idle: '2min' }],
  ])('%s has its time limits without asking for them', async (login, expected) => {
    await expect(settings(login)).resolves.toEqual([expected]);
  });

  it.each(LOGINS)('%s looks names up in the catalogue only', async (login) => {
    await expect(as(login, 'SHOW search_path')).resolves.toEqual([{ search_path: 'pg_catalog, pg_temp' }]);
  });

  it.each(LOGINS)('%s cannot make temporary tables', async (login) => {
    await expect(as(login, 'CREATE TEMP TABLE t (n int)')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('nobody else', () => {
  it.each(OWNERS)('can log in as %s, even with a password', async (owner) => {
    await expect(as(owner, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
  });

  it('can connect, be it a login of the same server', async () => {
    await superuser(`CREATE ROLE stranger LOGIN PASSWORD '${cluster.password}'`);
    await expect(as('stranger', 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    await superuser('DROP ROLE stranger');
  });
});

describe('on RDS', () => {
  it('every login, and no owner, is made to use IAM tokens', async () => {
    await superuser(`CREATE ROLE rds_iam; GRANT rds_iam TO ${MASTER} WITH ADMIN OPTION`);
    for (const run of ['first', 'repeated']) {
      await forgetMigrations();
      expect([run, await migrate(other)]).toEqual([run, { kind: 'migrated', applied: 1 }]);
    }
    const members = await superuser(`
      SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
      WHERE g.rolname = 'rds_iam' AND m.rolname <> '${MASTER}' ORDER BY 1`);
    expect(members.map(({ rolname }) => rolname)).toEqual(LOGINS);
  });
});
