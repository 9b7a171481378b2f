import { createHash } from 'node:crypto';
import type { MigrationFile } from '../../lambda/migrate/files';

/** A migration that exists in a test only. */
export function migrationFile(name: string, sql: string): MigrationFile {
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}
