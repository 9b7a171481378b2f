import type { Uuid } from '../shared/uuid';
import { RecordCipher, type KeyRing } from './field-crypto';
import { FIELD_SHAPES } from './fields';
import { placeOf } from './places';
import { keyClassOf, type FieldOf, type Resource } from './policy';
import type { KeyClass, SqlRow, SqlValue } from './ports';
import { refuse, type Refused } from './refusals';

/** The table that a resource is kept in, which is part of where its values decrypt. */
const TABLES = {
  patient: 'patient',
  billing: 'patient',
  note: 'visit_note',
  appointment: 'appointment',
  session: 'video_session',
  document: 'document',
  emergency: 'emergency_grant',
  disclosure: 'disclosure',
} as const satisfies Readonly<Record<Resource, string>>;

/** The row that values belong to. For a record of the patient table both ids are the same. */
export interface RowIds {
  readonly recordId: Uuid;
  readonly patientId: Uuid;
}

/** A record as an answer holds it, or the one thing that is said when a stored value is not what was stored there. */
export type Projected = { readonly kind: 'record'; readonly record: Readonly<Record<string, unknown>> } | Refused;

/** The classes of key that a request needs for these fields. */
export function keyClassesOf<Of extends Resource>(resource: Of, fields: readonly FieldOf<Of>[]): readonly KeyClass[] {
  return [...new Set(fields.flatMap((field) => keyClassOf(resource, field) ?? []))];
}

/** The cipher of one row. */
export function cipherOf(keys: KeyRing, resource: Resource, { recordId, patientId }: RowIds): RecordCipher {
  return new RecordCipher(keys, placeOf(TABLES[resource], recordId, patientId));
}

/**
 * Encrypts or converts one field of a checked body for its column.
 *
 * @returns null for a field that was not given.
 */
export function toColumn<Of extends Resource>(cipher: RecordCipher, resource: Of, field: FieldOf<Of>, value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  const keyClass = keyClassOf(resource, field);
  const { as } = FIELD_SHAPES[resource][field];
  // The body's schema has made sure that only what is kept as JSON is anything but a text.
  if (keyClass) return cipher.encrypt({ column: field, keyClass }, typeof value === 'string' ? value : JSON.stringify(value));
  return as === 'hex' && typeof value === 'string' ? Buffer.from(value, 'hex') : (value as SqlValue);
}

/**
 * Builds a record for an answer from a row, field by field, and takes nothing else of the row: 164.502(b). A single value that does not
 * decrypt in its place ends it all: there is no partial record.
 */
export function project<Of extends Resource>(
  keys: KeyRing,
  resource: Of,
  fields: readonly FieldOf<Of>[],
  row: SqlRow,
  ids: RowIds,
): Projected {
  const cipher = cipherOf(keys, resource, ids);
  const record: Record<string, unknown> = {};
  for (const field of fields) {
    const opened = fromColumn(cipher, resource, field, row[field]);
    if (opened.kind === 'refused') return opened;
    record[field] = opened.value;
  }
  return { kind: 'record', record };
}

type Opened = { readonly kind: 'value'; readonly value: unknown } | Refused;

function fromColumn<Of extends Resource>(cipher: RecordCipher, resource: Of, field: FieldOf<Of>, stored: unknown): Opened {
  if (stored === undefined || stored === null) return { kind: 'value', value: null };
  const keyClass = keyClassOf(resource, field);
  const { as } = FIELD_SHAPES[resource][field];
  if (!keyClass) return { kind: 'value', value: as === 'bigint' ? Number(stored) : toWire(stored) };
  const opened = stored instanceof Uint8Array ? cipher.decrypt({ column: field, keyClass }, stored) : undefined;
  if (opened?.kind !== 'text') return refuse('integrity_failure');
  if (as !== 'json') return { kind: 'value', value: opened.text };
  try {
    return { kind: 'value', value: JSON.parse(opened.text) as unknown };
  } catch {
    // The error would quote the text.
    return refuse('integrity_failure');
  }
}

/** A value in the clear as JSON has it: times as ISO text in UTC, bytes in hexadecimal, absent as null. */
export function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value ?? null);
}
