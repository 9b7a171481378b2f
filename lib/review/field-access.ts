import type { FieldAccess } from '../compliance/field-access';
import type { Entry, EnvironmentPair } from './entry';
import { say, type Phrase } from './phrase';

/** What each role may newly do with which field of a record, and what protects a field less: 164.312(a)(1), 164.502(b). */
export function fieldAccessEntries({ fieldAccess: { base, head } }: EnvironmentPair): readonly Entry[] {
  if (!head) {
    const text = ['The table of roles and fields is gone from the assembly: nobody can tell what a role may do'];
    return base ? [{ kind: 'field-access-gone', weight: 'asks', text, details: [] }] : [];
  }
  if (!base) return [{ kind: 'field-access-new', weight: 'tells', text: ['The base has no table of roles and fields'], details: [] }];
  const [before, after] = [permissionsOf(base), permissionsOf(head)];
  const changed = (of: ReadonlyMap<string, Phrase>, without: ReadonlyMap<string, Phrase>): readonly Phrase[] =>
    [...of].filter(([key]) => !without.has(key)).map(([, text]) => text);
  return [
    ...changed(after, before).map((text): Entry => ({ kind: 'field-opened', weight: 'asks', text: ['New: ', ...text], details: [] })),
    ...protectionEntries(base, head),
    ...changed(before, after).map((text): Entry => ({ kind: 'field-closed', weight: 'tells', text: ['No longer: ', ...text], details: [] })),
  ];
}

/** Everything that is allowed, by a key that says what. */
function permissionsOf(rows: readonly FieldAccess[]): ReadonlyMap<string, Phrase> {
  return new Map(
    rows.flatMap(({ role, resource, field, read, write, search }) => {
      const acts = [...(read ? ['reads'] : []), ...write.map((moment) => `writes at ${moment}`), ...(search ? ['searches by'] : [])];
      const where = `${resource}.${field}`;
      return acts.map((act): readonly [string, Phrase] => [`${role} ${act} ${where}`, say`${role} ${act} ${where}`]);
    }),
  );
}

/** Fields that are in the clear now, or count as another class of data. */
function protectionEntries(base: readonly FieldAccess[], head: readonly FieldAccess[]): readonly Entry[] {
  const before = new Map(base.map((row) => [`${row.resource}.${row.field}`, row]));
  const fields = new Map(head.map((row) => [`${row.resource}.${row.field}`, row]));
  return [...fields].flatMap(([where, { stored, dataClass }]): Entry[] => {
    const was = before.get(where);
    if (!was || (was.stored === stored && was.dataClass === dataClass)) return [];
    const text = say`${where} is of class ${dataClass} and stored ${stored}; it was of class ${was.dataClass} and stored ${was.stored}`;
    return [{ kind: 'field-protection', weight: 'asks', text, details: [] }];
  });
}
