import type { Client } from 'pg';
import type { ActionOutcome } from '../shared/custom-resource';
import type { DatabaseAddress } from '../shared/database';
import { CONNECTION_FAILURES, connectToInstance } from '../shared/instance-connection';
import { assertNever, CodedError } from '../shared/outcome';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import type { MigrationFile } from './files';
import type { MasterLogin } from './master-secret';
import { MIGRATION_FAILURES, runMigrations } from './runner';

/** Every way the custom resource can fail. */
export const MIGRATE_FAILURES = [
  ...MIGRATION_FAILURES,
  'master_secret_unreadable',
  'master_secret_malformed',
  ...CONNECTION_FAILURES,
  'database_failed',
] as const;

/** One of {@link MIGRATE_FAILURES}. */
export type MigrateFailure = (typeof MIGRATE_FAILURES)[number];

/** What a run needs. `login` is asked again at every attempt, because a rotation may be under way. */
export interface MigratePorts {
  readonly address: Omit<DatabaseAddress, 'user'>;
  readonly login: () => Promise<MasterLogin>;
  readonly files: readonly MigrationFile[];
  readonly trust?: readonly string[];
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Waits before the second and third attempt to connect, in milliseconds. */
const CONNECT_BACKOFF_MS = [2_000, 5_000] as const;

/**
 * Connects to the instance as its master and applies the pending migrations. Safe to repeat at any point: an applied file is never applied
 * again and an interrupted one has left nothing behind.
 */
export async function migrateDatabase(ports: MigratePorts): Promise<ActionOutcome<MigrateFailure>> {
  const connected = await connect(ports);
  if (connected.kind === 'failed') return connected;
  const { client } = connected;
  try {
    const outcome = await runMigrations(client, ports.files);
    switch (outcome.kind) {
      case 'migrated':
        return { kind: 'done' };
      case 'refused':
        return { kind: 'failed', code: outcome.code, subject: outcome.file, sqlState: outcome.sqlState };
      default:
        return assertNever(outcome);
    }
  } catch (error) {
    return { kind: 'failed', code: 'database_failed', sqlState: sqlStateOf(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

type Connected = { readonly kind: 'connected'; readonly client: Client };
type Failed = { readonly kind: 'failed'; readonly code: MigrateFailure; readonly sqlState?: SqlState | undefined };

async function connect(ports: MigratePorts): Promise<Connected | Failed> {
  const sleep = ports.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  for (let attempt = 0; ; attempt += 1) {
    const result = await connectOnce(ports);
    const wait = CONNECT_BACKOFF_MS[attempt];
    if (result.kind === 'connected' || wait === undefined) return result;
    await sleep(wait);
  }
}

async function connectOnce({ address, login, trust }: MigratePorts): Promise<Connected | Failed> {
  let master: MasterLogin;
  try {
    master = await login();
  } catch (error) {
    const malformed = error instanceof CodedError && error.code === 'master_secret_malformed';
    return { kind: 'failed', code: malformed ? 'master_secret_malformed' : 'master_secret_unreadable' };
  }
  return connectToInstance({ ...address, user: master.username }, master.password, trust);
}
