import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyError } from './assembly';
import type { EnvironmentModel } from './model/environment';
import { isJson } from './model/template';

/** What one role may do with one field of a record: 164.312(a)(1), 164.502(b). */
export interface FieldAccess {
  readonly resource: string;
  readonly field: string;
  /** Which class of data the field is of; `none` says nothing about a person. */
  readonly dataClass: string;
  readonly stored: string;
  readonly role: string;
  readonly read: boolean;
  /** At which moments of a record it may be written; never, where there is none. */
  readonly write: readonly string[];
  readonly search: boolean;
}

/** As the build names the table, beside the handler that decides by it. */
const FILE = 'field-access.json';

/** How CDK names the object that a function's asset becomes. */
const ASSET_KEY = /^([0-9a-f]{64})\.zip$/;

/**
 * The table that stands beside a function of an environment, in the assembly that the environment was read from; undefined where none has
 * one.
 *
 * @throws AssemblyError when the table is no such table.
 */
export function readFieldAccess(folder: string, environment: EnvironmentModel): readonly FieldAccess[] | undefined {
  for (const { properties } of environment.of('AWS::Lambda::Function')) {
    const code = properties['Code'];
    const hash = ASSET_KEY.exec(isJson(code) ? String(code['S3Key']) : '')?.[1];
    const file = join(folder, `asset.${hash ?? ''}`, FILE);
    if (hash !== undefined && existsSync(file)) return rowsIn(file);
  }
  return undefined;
}

function rowsIn(file: string): readonly FieldAccess[] {
  let table: unknown;
  try {
    table = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AssemblyError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}. Run \`npm run synth\` again.`);
  }
  const rows = isJson(table) ? table['rows'] : undefined;
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isRow))
    throw new AssemblyError(`${file} is no table of field access. Run \`npm run synth\` again.`);
  return rows;
}

function isRow(row: unknown): row is FieldAccess {
  if (!isJson(row)) return false;
  const { read, search, write } = row;
  return (
    ['resource', 'field', 'dataClass', 'stored', 'role'].every((name) => typeof row[name] === 'string') &&
    [read, search].every((value) => typeof value === 'boolean') &&
    Array.isArray(write) &&
    write.every((moment) => typeof moment === 'string')
  );
}
