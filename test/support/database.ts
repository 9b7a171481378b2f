import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from 'esbuild';
import { Client } from 'pg';
import { clientConfig } from '../../lambda/shared/database';
import { selfSignedCertificate } from './certificate';

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

const START_LIMIT_MS = 60_000;

/** The program of `database-process.ts`, compiled here because a compiler hook in the child would take longer than starting PostgreSQL. */
function serverProgram(): string {
  const source = readFileSync(path.join(__dirname, 'database-process.ts'), 'utf8');
  return transformSync(source, { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20' }).code;
}

/**
 * Starts a cluster of its own for one test file, in about 2 s. Call {@link TestCluster.stop} in `afterAll`; if that is never reached the
 * server still ends with the test process.
 *
 * @param logFile where the server's log is to be kept, which is otherwise nowhere.
 */
export async function startCluster(logFile = ''): Promise<TestCluster> {
  const password = randomBytes(12).toString('hex');
  const { cert, key } = selfSignedCertificate('localhost');
  const trust = [cert];
  const child = spawn(process.execPath, ['--eval', serverProgram(), password, cert, key, logFile], {
    cwd: path.join(__dirname, '..', '..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.stdin.end();
      reject(new Error(`PostgreSQL did not start within ${START_LIMIT_MS} ms.`));
    }, START_LIMIT_MS);
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(limit);
      resolve((JSON.parse(line) as { port: number }).port);
    });
    void exited.then(() => reject(new Error('PostgreSQL ended before it took connections.')));
  });

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
  await superuser(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);

  let databases = 0;
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
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
