import { Client, Pool, type ClientBase, type QueryResultRow } from 'pg';
import { readMigrations } from '../../lambda/migrate/files';
import { runMigrations } from '../../lambda/migrate/runner';
import { clientConfig } from '../../lambda/shared/database';
import { MIGRATED, migratedCluster } from './migrated-cluster';
import { MASTER, startCopy, type TestCluster } from './database';

/** A row as PostgreSQL sends it. */
export type Row = Readonly<Record<string, unknown>>;

/** The logins and owners that a test may want to be. */
export const LOGINS = ['audit_exporter', 'audit_signals', 'key_rotator', 'migrator', 'records_api', 'session_revoker'] as const;

/** The owners of functions and tables; none can log in. */
export const OWNERS = ['app_owner', 'audit_owner', 'phi_billing', 'phi_clinician', 'phi_owner', 'phi_rotation', 'phi_self'] as const;

/** A migrated database of its own, with ways to be anyone in it. */
export interface SqlService {
  readonly cluster: TestCluster;
  readonly database: string;
  /** Runs one statement as a login, on a pooled connection. */
  as<Result extends QueryResultRow = Row>(login: string, sql: string, values?: readonly unknown[]): Promise<Result[]>;
  /** Runs one statement as the administrator, whom no policy binds: for preparing and for looking behind. */
  admin<Result extends QueryResultRow = Row>(sql: string, values?: readonly unknown[]): Promise<Result[]>;
  /** Runs statements in one transaction as an owner, with `app.sub` set, and rolls it back. */
  asOwner<Result>(owner: string, sub: string | undefined, run: (client: ClientBase) => Promise<Result>): Promise<Result>;
  /** A connection of its own, for tests that hold transactions open; closed with the service. */
  connect(login: string): Promise<Client>;
  stop(): Promise<void>;
}

/**
 * Gives a migrated database of its own: a copy of the one that the run migrated once, or a fresh one in the cluster that is given.
 *
 * @param start gives the cluster, which is stopped with the service.
 */
export async function startSqlService(start?: () => Promise<TestCluster>): Promise<SqlService> {
  if (!start) return serve(await startCopy(await migratedCluster(migrate)), MIGRATED);
  const cluster = await start();
  return serve(cluster, await migrate(cluster));
}

/** Migrates a new database as the RDS master would, and lets every login in by password. */
async function migrate(cluster: TestCluster): Promise<string> {
  const database = await cluster.createDatabase();
  const outcome = await cluster.as(MASTER, database, (client) => runMigrations(client, readMigrations()));
  if (outcome.kind !== 'migrated') throw new Error(`Migrations stopped: ${JSON.stringify(outcome)}`);
  await Promise.all(LOGINS.map((login) => cluster.allowPassword(login)));
  return database;
}

function serve(cluster: TestCluster, database: string): SqlService {
  const pools = new Map<string, Pool>();
  const clients: Client[] = [];
  const config = (user: string) => clientConfig({ host: 'localhost', port: cluster.port, database, user }, cluster.password, cluster.trust);
  const pool = (user: string): Pool => {
    const known = pools.get(user);
    if (known) return known;
    const made = new Pool({ ...config(user), max: 20 });
    made.on('error', () => undefined);
    pools.set(user, made);
    return made;
  };
  const as: SqlService['as'] = async <Result extends QueryResultRow>(login: string, sql: string, values: readonly unknown[] = []) =>
    (await pool(login).query<Result>(sql, [...values])).rows;
  const connect: SqlService['connect'] = async (login) => {
    const client = new Client(config(login));
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };

  return {
    cluster,
    database,
    as,
    admin: <Result extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => as<Result>('postgres', sql, values),
    asOwner: async (owner, sub, run) => {
      const client = await pool('postgres').connect();
      try {
        await client.query('BEGIN');
        if (sub !== undefined) await client.query(`SELECT set_config('app.sub', $1, true)`, [sub]);
        await client.query(`SET LOCAL ROLE ${owner}`);
        return await run(client);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    },
    connect,
    stop: async () => {
      await Promise.all([
        ...[...pools.values()].map((each) => each.end()),
        ...clients.map((client) => client.end().catch(() => undefined)),
      ]);
      await cluster.stop();
    },
  };
}
