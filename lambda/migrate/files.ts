import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { CodedError } from '../shared/outcome';

/** One migration: its file name, its text with LF line ends, and the SHA-256 of that text in hex. */
export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** `0001-roles.sql`: the number orders, the words explain. */
const NAME = /^(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/;

/** The migrations beside this module; in the bundle, `sql/` beside the bundled file. */
export const MIGRATIONS_DIRECTORY = path.join(__dirname, 'sql');

/**
 * Reads the migrations in the order they run. Line ends are made LF first, so a checkout with other line ends is the same migration.
 *
 * @throws CodedError `migration_name_invalid` for a file not named NNNN-words.sql, `migration_number_repeated` for two files of one number,
 *   `migrations_missing` for an empty folder: a bundle without its SQL must not pass for a database that is up to date.
 */
export function readMigrations(directory: string = MIGRATIONS_DIRECTORY): readonly MigrationFile[] {
  const names = readdirSync(directory).sort();
  if (names.length === 0) throw new CodedError('migrations_missing');
  const numbers = names.map((name) => NAME.exec(name)?.[1]);
  if (numbers.includes(undefined)) throw new CodedError('migration_name_invalid');
  if (new Set(numbers).size !== names.length) throw new CodedError('migration_number_repeated');
  return names.map((name) => {
    const sql = readFileSync(path.join(directory, name), 'utf8').replace(/\r\n?/g, '\n');
    return { name, sql, sha256: sha256(sql) };
  });
}

/**
 * One digest over names and contents, in order: it changes when a migration is added, renamed or edited, and only then. The stack passes it
 * to the custom resource, and a new value is what makes CloudFormation run the function again.
 */
export function migrationsSha256(files: readonly MigrationFile[]): string {
  return sha256(JSON.stringify(files.map(({ name, sql }) => [name, sha256(sql)])));
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
