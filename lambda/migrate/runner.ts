import type { ClientBase } from 'pg';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import type { MigrationFile } from './files';

/** Why migrations did not run, or did not run to the end. */
export const MIGRATION_FAILURES = [
  'migration_lock_timeout',
  'migration_altered',
  'migration_missing',
  'migration_out_of_order',
  'migration_left_transaction',
  'migration_failed',
] as const;

/** One of {@link MIGRATION_FAILURES}. */
export type MigrationFailure = (typeof MIGRATION_FAILURES)[number];

/** Result of a run: how many files it applied, or what stopped it and at which file. */
export type MigrationOutcome =
  | { readonly kind: 'migrated'; readonly applied: number }
  | { readonly kind: 'refused'; readonly code: MigrationFailure; readonly file?: string; readonly sqlState?: SqlState | undefined };

/** Any fixed number will do, as long as every runner uses the same one. */
const ADVISORY_LOCK = 4_064_312;

const LOCK_TIMEOUT_MS = 75_000;

/** A function that ran out of time is frozen with its connection open: the server ends a session that has been silent this long. */
const SILENCE_LIMIT_MS = 60_000;

const SETTINGS = `SELECT set_config('lock_timeout', $1, false), set_config('idle_session_timeout', $2, false),
  set_config('idle_in_transaction_session_timeout', $2, false)`;

const LEDGER = `
  CREATE SCHEMA IF NOT EXISTS migration;
  CREATE TABLE IF NOT EXISTS migration.schema_migration (
    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());`;

// The marker is gone if the file ended the transaction it was given, and then there is nothing to record.
const RECORD = `
  INSERT INTO migration.schema_migration (name, sha256) SELECT $1, $2 WHERE current_setting('migration.file', true) = $1`;

/**
 * Applies every file not applied yet, in name order, each in a transaction of its own together with its row in the ledger: a file is
 * either applied and recorded or neither, and one that ends its transaction itself is refused. An advisory lock admits one runner at a
 * time; a second one waits and then finds nothing to do. History is checked before anything is applied: a file edited, removed or slipped
 * in before an applied one stops the run, since a database would otherwise no longer be what the repository says it is: 164.312(c)(1).
 *
 * The lock belongs to the session, so the connection must go to the instance, and closing it releases the lock whatever happens.
 *
 * @param lockTimeoutMs longest wait for another runner, and for any lock a migration needs; by default longer than a frozen runner can
 *   keep the lock.
 * @throws what the driver throws when the connection itself fails.
 */
export async function runMigrations(
  client: ClientBase,
  files: readonly MigrationFile[],
  lockTimeoutMs: number = LOCK_TIMEOUT_MS,
): Promise<MigrationOutcome> {
  await client.query(SETTINGS, [String(lockTimeoutMs), String(SILENCE_LIMIT_MS)]);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  } catch (error) {
    if (sqlStateOf(error) === '55P03') return { kind: 'refused', code: 'migration_lock_timeout' };
    throw error;
  }
  try {
    return await migrate(client, files);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
  }
}

async function migrate(client: ClientBase, files: readonly MigrationFile[]): Promise<MigrationOutcome> {
  await client.query(LEDGER);
  const ledger = await client.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM migration.schema_migration ORDER BY name COLLATE "C"',
  );
  const fault = findFault(ledger.rows, files);
  if (fault) return fault;
  const pending = files.slice(ledger.rows.length);
  for (const { name, sql, sha256 } of pending) {
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('migration.file', $1, true)`, [name]);
      await client.query(sql);
      const recorded = await client.query(RECORD, [name, sha256]);
      if (recorded.rowCount !== 1) return { kind: 'refused', code: 'migration_left_transaction', file: name };
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      return { kind: 'refused', code: 'migration_failed', file: name, sqlState: sqlStateOf(error) };
    }
  }
  return { kind: 'migrated', applied: pending.length };
}

/** Compares the ledger, in name order, with the files: the applied ones must be exactly the first ones. */
function findFault(applied: readonly { name: string; sha256: string }[], files: readonly MigrationFile[]): MigrationOutcome | undefined {
  for (const [index, row] of applied.entries()) {
    const file = files.find(({ name }) => name === row.name);
    if (!file) return { kind: 'refused', code: 'migration_missing', file: row.name };
    if (file.sha256 !== row.sha256) return { kind: 'refused', code: 'migration_altered', file: row.name };
    const expected = files[index];
    if (expected && expected !== file) return { kind: 'refused', code: 'migration_out_of_order', file: expected.name };
  }
  return undefined;
}
