import type { ClientBase } from 'pg';
import type { DataKeyRow, RowName } from '../records/data-keys';
import type { EncryptedTable } from '../records/places';
import type { KeyClass, SqlRow } from '../records/ports';
import { CodedError } from '../shared/outcome';
import { newUuid, parseUuid, type Uuid } from '../shared/uuid';
import { columnsOfClass, ROTATED_TABLES } from './columns';
import type { Pass } from './next-step';
import type { RotationStore, StoredValues } from './ports';

/**
 * The store behind a connection of the login `key_rotator`. Every change leaves its event in the trail: 164.312(b).
 *
 * @throws CodedError `rotation_row_malformed` from its methods for a row of another shape, and what the driver throws.
 */
export function rotationStore(client: Pick<ClientBase, 'query'>): RotationStore {
  const call = async (name: string, values: readonly unknown[]): Promise<readonly SqlRow[]> => {
    const parameters = values.map((_, at) => `$${at + 1}`).join();
    return (await client.query<SqlRow>(`SELECT * FROM crypto.${name}(${parameters})`, [...values])).rows;
  };
  // The id of the event, and the request that it belongs to: there is none of a user.
  const change = (name: string, values: readonly unknown[]) => call(name, [newUuid(), newUuid(), ...values]);
  return {
    lock: async () => (await call('lock_rotation', []))[0]?.['lock_rotation'] === true,
    listKeys: async (keyClass) => (await call('list_data_keys', [keyClass])).map((row) => toKey(keyClass, row)),
    addKey: async ({ keyId, keyClass, wrapped }, newest) =>
      outcomeOf(await change('add_data_key', [keyClass, keyId, wrapped, newest ?? null])),
    retireKey: async (keyId) => outcomeOf(await change('retire_data_key', [keyId])),
    readPass: async (keyClass) => (await call('read_pass', [keyClass])).map(toPass)[0],
    savePass: async (keyClass, { keyId, startedAtMs, finished, position, moved, stuck }) => {
      const after = position?.after;
      const place = [position?.table ?? null, after?.id ?? null, after?.version ?? null];
      await call('save_pass', [keyClass, keyId, new Date(startedAtMs), finished, ...place, moved, stuck]);
    },
    readValues: async (table, keyClass, after, limit) => {
      const rows = await call('read_values', [table, keyClass, after?.id ?? null, after?.version ?? null, limit]);
      return rows.map((row) => toValues(columnsOfClass(table, keyClass), row));
    },
    rewriteValues: async (table, keyClass, keyId, changes) => {
      const rows = await change('rewrite_values', [
        ...[table, keyClass, keyId, changes.map(({ id }) => id), changes.map(({ version }) => version)],
        ...[changes.flatMap(({ before }) => before), changes.flatMap(({ after }) => after)],
      ]);
      if (outcomeOf(rows) !== 'ok') throw new CodedError('rewrite_refused');
      return numberOf(rows[0]?.['rewritten']);
    },
  };
}

function malformed(): never {
  throw new CodedError('rotation_row_malformed');
}

const uuidOf = (value: unknown): Uuid => parseUuid(value) ?? malformed();
const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : malformed());
const timeOf = (value: unknown): number => (value instanceof Date ? value.getTime() : malformed());
// The driver gives a bigint as text.
const numberOf = (value: unknown): number => (Number.isSafeInteger(Number(value ?? Number.NaN)) ? Number(value) : malformed());

function outcomeOf(rows: readonly SqlRow[]): string {
  const outcome = rows[0]?.['outcome'];
  return typeof outcome === 'string' ? outcome : malformed();
}

function toKey(keyClass: KeyClass, { id, wrapped, created_at, retired_at }: SqlRow): DataKeyRow {
  const retiredAtMs = retired_at === null ? undefined : timeOf(retired_at);
  return { keyId: uuidOf(id), keyClass, wrapped: bytesOf(wrapped), createdAtMs: timeOf(created_at), retiredAtMs };
}

function toPass(row: SqlRow): Pass {
  const table = row['at_table'] === null ? undefined : tableOf(row['at_table']);
  const after: RowName | undefined =
    row['after_id'] === null ? undefined : { id: uuidOf(row['after_id']), version: numberOf(row['after_version']) };
  return {
    keyId: uuidOf(row['key_id']),
    startedAtMs: timeOf(row['started_at']),
    finished: row['finished'] === true,
    position: table && { table, after },
    moved: numberOf(row['moved']),
    stuck: numberOf(row['stuck']),
  };
}

function tableOf(value: unknown): EncryptedTable {
  return ROTATED_TABLES.find((table) => table === value) ?? malformed();
}

function toValues(columns: readonly string[], { id, version, patient_id, ciphertexts }: SqlRow): StoredValues {
  if (!Array.isArray(ciphertexts) || ciphertexts.length !== columns.length) return malformed();
  const all: readonly unknown[] = ciphertexts;
  const values = Object.fromEntries(columns.map((column, at) => [column, all[at] === null ? null : bytesOf(all[at])]));
  return { id: uuidOf(id), version: numberOf(version), patientId: patient_id === null ? undefined : uuidOf(patient_id), values };
}
