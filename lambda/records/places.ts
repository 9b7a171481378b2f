import type { Uuid } from '../shared/uuid';
import type { RecordPlace } from './field-crypto';
import { fieldsOf, keyClassOf, type Resource } from './policy';
import type { KeyClass } from './ports';

/** A column that holds ciphertext: whose key encrypts it, and the resource of the policy table that it is a field of. */
export interface EncryptedColumn {
  readonly column: string;
  readonly keyClass: KeyClass;
  readonly resource: Resource;
}

/** The tables by the names that values are bound to, each with the resources whose fields it keeps. */
const TABLE_RESOURCES = {
  patient: ['patient', 'billing'],
  visit_note: ['note'],
  appointment: ['appointment'],
  document: ['document'],
  emergency_grant: ['emergency'],
  disclosure: ['disclosure'],
} as const satisfies Readonly<Record<string, readonly Resource[]>>;

/** A table with ciphertext in it. */
export type EncryptedTable = keyof typeof TABLE_RESOURCES;

/**
 * Every column that holds ciphertext, table by table, derived from the policy table: 164.312(a)(2)(iv). A test compares it with the columns
 * of the database. The order of a table's columns within a class is the one in which the database hands their values to the rotation.
 */
export const ENCRYPTED_TABLES: Readonly<Record<EncryptedTable, readonly EncryptedColumn[]>> = {
  patient: columnsOf('patient'),
  visit_note: columnsOf('visit_note'),
  appointment: columnsOf('appointment'),
  document: columnsOf('document'),
  emergency_grant: columnsOf('emergency_grant'),
  disclosure: columnsOf('disclosure'),
};

/** A table of records; a video session holds nothing encrypted so far. */
export type RecordTable = EncryptedTable | 'video_session';

/**
 * The place that the values of a row are bound to. The text of an emergency grant is bound to the grant alone: of a grant opened by mrn the
 * API does not know the patient when it encrypts.
 *
 * @param patientId ignored for a table whose place does not depend on it.
 */
export function placeOf(table: RecordTable, recordId: Uuid, patientId: Uuid): RecordPlace {
  switch (table) {
    case 'patient':
    case 'emergency_grant':
      return { table, recordId, patientId: recordId };
    case 'visit_note':
    case 'appointment':
    case 'document':
    case 'disclosure':
    case 'video_session':
      return { table, recordId, patientId };
  }
}

/** The billing side repeats the patient's name, which is the same column: the first resource that names a column has it. */
function columnsOf(table: EncryptedTable): readonly EncryptedColumn[] {
  const all = TABLE_RESOURCES[table].flatMap((resource: Resource) =>
    fieldsOf(resource).flatMap((column): EncryptedColumn[] => {
      const keyClass = keyClassOf(resource, column);
      return keyClass ? [{ column, keyClass, resource }] : [];
    }),
  );
  return all.filter(({ column }, at) => all.findIndex((other) => other.column === column) === at);
}
