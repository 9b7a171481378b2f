import { Client } from 'pg';
import { ADMINISTER_DATABASE_USER } from '../lambda/administer/contract';
import { AUDIT_EXPORTER_DATABASE_USER } from '../lambda/audit-exporter/contract';
import { MASTER_DATABASE_USER } from '../lambda/migrate/contract';
import { readMigrations } from '../lambda/migrate/files';
import { runMigrations } from '../lambda/migrate/runner';
import { KEY_ROTATION_DATABASE_USER } from '../lambda/key-rotation/contract';
import { RECORDS_DATABASE_NAME, RECORDS_DATABASE_USER } from '../lambda/records/contract';
import { clientConfig, type DatabaseAddress } from '../lambda/shared/database';
import { startCluster } from './cluster';
import { Complaint } from './complaint';
import type { AnnouncedDatabase } from './lock';
import { passwordsFor, type Passwords } from './passwords';
import { afresh, type StatePaths } from './state';

/** Stands for the master of an RDS instance: it may make roles and databases and is not a superuser. */
const MASTER = MASTER_DATABASE_USER;

/** The logins of the functions that run here; the migrations make them. */
const SERVICE_LOGINS = [
  RECORDS_DATABASE_USER,
  ADMINISTER_DATABASE_USER,
  AUDIT_EXPORTER_DATABASE_USER,
  KEY_ROTATION_DATABASE_USER,
] as const;

/** One of the logins a part of the service has. */
export type ServiceLogin = (typeof SERVICE_LOGINS)[number];

/** What it takes to connect as one login. */
export interface Connection {
  readonly address: DatabaseAddress;
  readonly password: string;
  readonly trust: readonly string[];
}

/** Gives what it takes to connect as a login. */
export type Connections = (login: ServiceLogin) => Connection;

/** The database of a local run, migrated. */
export interface RecordsDatabase extends AnnouncedDatabase {
  readonly connection: Connections;
  /** Settles when the server is gone, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the state folder and brings it to the migrations of this checkout, with the production files and as a master that is
 * no superuser: what is tried here is what a deployment makes. The superuser only stands in for RDS: it makes the master and the database,
 * and lets the logins in by password.
 *
 * @throws Complaint when a migration of before was changed or does not apply; ClusterError when the server does not start.
 */
export async function startRecordsDatabase(paths: StatePaths): Promise<RecordsDatabase> {
  const passwords = passwordsFor(paths, ['postgres', MASTER, ...SERVICE_LOGINS]);
  const cluster = await startCluster({ directory: paths.postgres, password: passwords.postgres });
  try {
    await as(cluster, 'postgres', 'postgres', passwords.postgres, (superuser) => makeDatabase(superuser, passwords));
    await as(cluster, MASTER, RECORDS_DATABASE_NAME, passwords[MASTER], (master) => migrate(master, paths));
    await as(cluster, 'postgres', 'postgres', passwords.postgres, (superuser) => allowLogins(superuser, passwords));
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const { port, trust, ended } = cluster;
  return { port, trust, ended, connection: connectionsTo({ port, trust }, paths), stop: () => cluster.stop() };
}

/**
 * Connections to the database of a state folder, whichever process started it.
 *
 * @throws Complaint when the passwords cannot be read.
 */
export function connectionsTo({ port, trust }: AnnouncedDatabase, paths: StatePaths): Connections {
  const passwords = passwordsFor(paths, SERVICE_LOGINS);
  return (login) => ({ address: addressOf(port, login), password: passwords[login], trust });
}

function addressOf(port: number, user: string, database: string = RECORDS_DATABASE_NAME): DatabaseAddress {
  return { host: 'localhost', port, database, user };
}

type Known = Passwords<'postgres' | typeof MASTER | ServiceLogin>;

async function makeDatabase(superuser: Client, passwords: Known): Promise<void> {
  const { rowCount } = await superuser.query('SELECT FROM pg_database WHERE datname = $1', [RECORDS_DATABASE_NAME]);
  if (rowCount !== 0) return;
  await superuser.query(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD ${superuser.escapeLiteral(passwords[MASTER])}`);
  await superuser.query(`CREATE DATABASE ${RECORDS_DATABASE_NAME} OWNER ${MASTER}`);
}

async function migrate(master: Client, paths: StatePaths): Promise<void> {
  const outcome = await runMigrations(master, readMigrations());
  if (outcome.kind === 'migrated') return;
  const { code, file, sqlState } = outcome;
  throw new Complaint(
    `The database in ${paths.folder} does not take the migrations of this checkout: ${[code, file, sqlState].filter(Boolean).join(', ')}. ` +
      afresh(paths.folder),
  );
}

async function allowLogins(superuser: Client, passwords: Known): Promise<void> {
  const { rows } = await superuser.query<{ rolname: ServiceLogin }>(
    'SELECT rolname FROM pg_authid WHERE rolname = ANY ($1) AND rolpassword IS NULL',
    [[...SERVICE_LOGINS]],
  );
  for (const { rolname } of rows) {
    await superuser.query(`ALTER ROLE ${rolname} PASSWORD ${superuser.escapeLiteral(passwords[rolname])}`);
  }
}

async function as<Result>(
  { port, trust }: AnnouncedDatabase,
  user: string,
  database: string,
  password: string,
  run: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(clientConfig(addressOf(port, user, database), password, trust));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
