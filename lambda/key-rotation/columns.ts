import { ENCRYPTED_TABLES, type EncryptedTable } from '../records/places';
import type { KeyClass } from '../records/ports';

/** Every table with ciphertext, in the order in which a pass goes through them. */
// The keys of a constant are the names its type lists.
export const ROTATED_TABLES = Object.keys(ENCRYPTED_TABLES) as readonly EncryptedTable[];

/** The columns of a table under keys of one class, in the order in which the database hands their values over. */
export function columnsOfClass(table: EncryptedTable, keyClass: KeyClass): readonly string[] {
  return ENCRYPTED_TABLES[table].filter((each) => each.keyClass === keyClass).map(({ column }) => column);
}

/** The tables that keep values of a class. */
export function tablesOfClass(keyClass: KeyClass): readonly EncryptedTable[] {
  return ROTATED_TABLES.filter((table) => columnsOfClass(table, keyClass).length > 0);
}
