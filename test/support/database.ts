import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { clientConfig } from '../../lambda/shared/database';
import * as local from '../../local/cluster';

/** The login that stands for the master of an RDS instance: it may make roles and databases and is not a superuser. */
export const MASTER = 'rds_master_like';

/** A real PostgreSQL, reachable over TLS only. */
export interface TestCluster {
  readonly port: number;
  /** The authority to trust, in the form `clientConfig` takes. */
  readonly trust: readonly string[];
  /** Password of every login made through this helper. */
  readonly password: string;
  /** A new empty database owned by {@link MASTER}. Roles, unlike databases, are shared by the whole cluster. */
  createDatabase(): Promise<string>;
  /** Connects, runs, disconnects. */
  as<Result>(user: string, database: string, run: (client: Client) => Promise<Result>): Promise<Result>;
  /** Gives a login made by a migration the cluster's password, as IAM does in AWS. */
  allowPassword(user: string): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/**
 * Starts a cluster of its own for one test file, in about 2 s: the one of the local run, without a folder to keep. Call
 * {@link TestCluster.stop} in `afterAll`; if that is never reached the server still ends with the test process.
 *
 * @param logFile where the server's log is to be kept, which is otherwise nowhere.
 */
export async function startCluster(logFile?: string): Promise<TestCluster> {
  const password = randomBytes(12).toString('hex');
  return enter(await local.startCluster({ password, logFile }), password, true);
}

/** What a cluster is kept in between two runs of its server, and what opens it. */
export interface KeptCluster {
  readonly directory: string;
  readonly password: string;
}

/** Starts a cluster that keeps its folder, for others to begin as a copy of; it has {@link MASTER}. */
export async function startKeptCluster({ directory, password }: KeptCluster): Promise<TestCluster> {
  return enter(await local.startCluster({ directory, password }), password, true);
}

/** Starts a cluster of its own as a copy of a stopped one. Far quicker than {@link startCluster}: nothing is initialised. */
export async function startCopy({ directory, password }: KeptCluster): Promise<TestCluster> {
  return enter(await local.startCluster({ template: directory, password }), password, false);
}

async function enter(cluster: local.Cluster, password: string, isNew: boolean): Promise<TestCluster> {
  const { port, trust } = cluster;

  const as: TestCluster['as'] = async (user, database, run) => {
    const client = new Client(clientConfig({ host: 'localhost', port, database, user }, password, trust));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await run(client);
    } finally {
      await client.end();
    }
  };
  const superuser = (sql: string) => as('postgres', 'postgres', (client) => client.query(sql));
  if (isNew) await superuser(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);

  // A copy has the first one already.
  let databases = isNew ? 0 : 1;
  return {
    port,
    trust,
    password,
    as,
    createDatabase: async () => {
      databases += 1;
      const name = `records_${databases}`;
      await superuser(`CREATE DATABASE ${name} OWNER ${MASTER}`);
      return name;
    },
    allowPassword: async (user) => {
      await superuser(`ALTER ROLE ${user} PASSWORD '${password}'`);
    },
    stop: () => cluster.stop(),
  };
}
