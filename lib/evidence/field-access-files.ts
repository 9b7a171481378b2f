import type { FieldAccess } from '../compliance/field-access';
import { groupedBy, keyOf } from './order';
import { jsonFile, type PackFile } from './pack-file';

/** `field-access.json`: role by field by what may be done, as the build wrote it beside the handler: 164.312(a)(1), 164.502(b). */
export function fieldAccessFile(rows: readonly FieldAccess[] | undefined): PackFile {
  return jsonFile('field-access.json', {
    source: rows ? 'the table beside the handler in the cloud assembly' : 'the cloud assembly has no such table',
    rows: rows ?? [],
  });
}

/** A field with what each role may do with it, in words; `none` where that is nothing. */
export interface FieldLine {
  readonly field: string;
  readonly dataClass: string;
  readonly stored: string;
  /** Role to words. */
  readonly roles: Readonly<Record<string, string>>;
}

/** A line for each field, in the order of the table. */
export function fieldLinesOf(rows: readonly FieldAccess[]): readonly FieldLine[] {
  return [...groupedBy(rows, ({ resource, field }) => keyOf(resource, field)).values()].flatMap((each) => {
    const [first] = each;
    if (!first) return [];
    const roles = Object.fromEntries(each.map((row) => [row.role, wordsOf(row)]));
    return [{ field: `${first.resource}.${first.field}`, dataClass: first.dataClass, stored: first.stored, roles }];
  });
}

function wordsOf({ read, write, search }: FieldAccess): string {
  const acts = [...(read ? ['read'] : []), ...write.map((moment) => `write at ${moment}`), ...(search ? ['search'] : [])];
  return acts.join(', ') || 'none';
}
