import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DATABASE_PARAMETERS } from '../../lib/data/database-parameters';
import type { SqlService } from './sql-service';

/** A file that a server of the tests keeps its log in. */
export interface ServerLog {
  readonly file: string;
  /** The whole log up to now. */
  read(sql: SqlService): Promise<string>;
  remove(): void;
}

const WAIT_MS = 10_000;

/** Makes the place for a log. The server writes behind our back, so before each reading a line of our own is waited for. */
export function makeServerLog(): ServerLog {
  const folder = mkdtempSync(path.join(tmpdir(), 'server-log-'));
  const file = path.join(folder, 'server.log');
  writeFileSync(file, '');
  return {
    file,
    read: async (sql) => {
      const mark = `mark ${randomUUID()}`;
      await sql.admin(`DO $$ BEGIN RAISE LOG '${mark}'; END $$`);
      const until = Date.now() + WAIT_MS;
      while (Date.now() < until) {
        const log = readFileSync(file, 'utf8');
        if (log.includes(mark)) return log;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`The server's log did not reach its mark within ${WAIT_MS} ms.`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The parameters that decide what of a statement gets into the log. */
const PARAMETERS = [
  ...['log_error_verbosity', 'log_parameter_max_length', 'log_parameter_max_length_on_error', 'log_min_error_statement'],
  ...['log_min_duration_statement', 'log_statement', 'log_min_messages', 'log_duration'],
];

/**
 * Makes new connections of a login log as the production parameter group says, whatever the server of the tests was started with; what that
 * group leaves open is PostgreSQL's own default.
 */
export async function logAsInProduction(sql: SqlService, login: string, changed: Readonly<Record<string, string>> = {}): Promise<void> {
  const defaults = await sql.admin<{ name: string; value: string }>(
    'SELECT name, boot_val AS value FROM pg_settings WHERE name = ANY ($1)',
    [PARAMETERS],
  );
  for (const { name, value } of defaults) {
    await sql.admin(`ALTER ROLE ${login} SET ${name} = '${changed[name] ?? DATABASE_PARAMETERS[name] ?? value}'`);
  }
}
