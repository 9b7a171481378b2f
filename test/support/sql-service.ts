import { Client, DatabaseError, Pool, type ClientBase, type QueryResultRow } from 'pg';
import { clientConfig } from '../../lambda/shared/database';
import type { TestCluster } from './database';
import { migrate } from './migrate';
import { borrowDatabase, type MigratedDatabase } from './run-loan';

/** A row as PostgreSQL sends it. */
export type Row = Readonly<Record<string, unknown>>;

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
 * Gives a migrated database of its own, in the server that the files of a run share.
 *
 * @param start gives another, such as {@link ownServer}'s; its server is stopped with the service.
 */
export async function startSqlService(start: () => Promise<MigratedDatabase> = borrowDatabase): Promise<SqlService> {
  return serve(await start());
}

/** A database in a server that nothing is known of yet, such as one that keeps its log. */
export async function migratedIn(start: Promise<TestCluster>): Promise<MigratedDatabase> {
  const cluster = await start;
  return { cluster, database: await migrate(cluster) };
}

function serve({ cluster, database }: MigratedDatabase): SqlService {
  const pools = new Map<string, Pool>();
  const clients: Client[] = [];
  const config = (user: string) => clientConfig({ host: 'localhost', port: cluster.port, database, user }, cluster.password, cluster.trust);
  const pool = (user: string): Pool => {
    const known = pools.get(user);
    if (known) return known;
    const made = new Pool({ ...config(user), max: 20 });
    made.on('error', () => undefined);
    // A pool listens to the connections that it holds, and not to those that it handed out: a killed server breaks both.
    made.on('connect', (client) => client.on('error', () => undefined));
    pools.set(user, made);
    return made;
  };
  // The pool's own query drops the connection at every error, and most statements of these tests are refused: a new one takes longer than
  // all of them.
  const as: SqlService['as'] = async <Result extends QueryResultRow>(login: string, sql: string, values: readonly unknown[] = []) => {
    const client = await pool(login).connect();
    let isUsable = true;
    try {
      return (await client.query<Result>(sql, [...values])).rows;
    } catch (error) {
      isUsable = error instanceof DatabaseError && error.severity === 'ERROR';
      throw error;
    } finally {
      client.release(!isUsable);
    }
  };
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
