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
  /** A new database owned by {@link MASTER}, empty or like the given one. Roles, unlike databases, are shared by the whole cluster. */
  createDatabase(template?: string): Promise<string>;
  /** Removes one, whoever is connected to it. */
  dropDatabase(database: string): Promise<void>;
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
  const entered = joinCluster({ port, trust, password }, () => cluster.stop());
  if (isNew) await makeMaster(entered);
  return entered;
}

/** Makes {@link MASTER}, in a server that is new. */
export async function makeMaster(cluster: TestCluster): Promise<void> {
  await cluster.as('postgres', 'postgres', (client) => client.query(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '${cluster.password}'`));
}

/**
 * A cluster that is running already and has {@link MASTER}.
 *
 * @param stop what {@link TestCluster.stop} is to do.
 */
export function joinCluster(
  { port, trust, password }: Pick<TestCluster, 'port' | 'trust' | 'password'>,
  stop: () => Promise<void>,
): TestCluster {
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
  return {
    port,
    trust,
    password,
    as,
    createDatabase: async (template = 'template1') => {
      const name = `records_${randomBytes(6).toString('hex')}`;
      await superuser(`CREATE DATABASE ${name} OWNER ${MASTER} TEMPLATE ${template} STRATEGY file_copy`);
      return name;
    },
    dropDatabase: async (database) => {
      await superuser(`DROP DATABASE ${database} WITH (FORCE)`);
    },
    allowPassword: async (user) => {
      await superuser(`ALTER ROLE ${user} PASSWORD '${password}'`);
    },
    stop,
  };
}
