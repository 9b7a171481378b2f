import type { RotationBatch } from '../records/data-keys';
import { RecordCipher, type KeyRing } from '../records/field-crypto';
import { placeOf, type EncryptedTable } from '../records/places';
import type { KeyClass } from '../records/ports';
import type { RowChange, StoredValues } from './ports';

/** Rows under the active key, and how many of their values did not open and so stay as they are. */
export interface Reencrypted {
  readonly changes: readonly RowChange[];
  readonly unreadable: number;
}

/**
 * Decrypts the values that a plan names and encrypts them under the active key, in the places they are bound to: 164.312(a)(2)(iv),
 * 164.312(c)(1). A text is in memory for the length of this call only.
 */
export function reencrypt(
  keys: KeyRing,
  table: EncryptedTable,
  keyClass: KeyClass,
  rows: readonly StoredValues[],
  plan: Pick<RotationBatch, 'rewrite'>,
): Reencrypted {
  const changes: RowChange[] = [];
  let unreadable = 0;
  for (const { id, version, columns } of plan.rewrite) {
    const row = rows.find((candidate) => candidate.id === id && candidate.version === version);
    if (!row) continue;
    const cipher = new RecordCipher(keys, placeOf(table, id, row.patientId ?? id));
    const rewritten = new Map<string, Uint8Array>();
    for (const column of columns) {
      const decrypted = cipher.decrypt({ column, keyClass }, row.values[column] ?? new Uint8Array());
      if (decrypted.kind === 'text') rewritten.set(column, cipher.encrypt({ column, keyClass }, decrypted.text));
      else unreadable += 1;
    }
    const before = Object.entries(row.values);
    if (rewritten.size > 0) {
      const after = before.map(([column, value]) => rewritten.get(column) ?? value);
      changes.push({ id, version, before: before.map(([, value]) => value), after });
    }
  }
  return { changes, unreadable };
}
