import { ROLES } from './contract';
import { fieldsOf, RESOURCES, ruleOf } from './policy';

/** Name of the table beside the bundled handler, so that whoever has the assembly alone can read it. */
export const FIELD_ACCESS_FILE = 'field-access.json';

/**
 * Who may do what with which field, as text of JSON: a row for each role and each field, what is refused included. It is the policy that the
 * handler beside it decides by, written out: 164.312(a)(1), 164.502(b). Holds names of fields, and no value of any record.
 */
export function fieldAccessText(): string {
  const rows = RESOURCES.flatMap((resource) =>
    fieldsOf(resource).flatMap((field) => {
      const rule = ruleOf(resource, field);
      if (!rule) return [];
      const { dataClass, stored } = rule;
      return ROLES.map((role) => {
        const { read = false, write = [], search = false } = rule[role] ?? {};
        return { resource, field, dataClass, stored, role, read, write, search };
      });
    }),
  );
  return `${JSON.stringify({ roles: ROLES, rows }, null, 1)}\n`;
}
