import { fieldsOf, RESOURCES, ruleOf } from '../records/policy';
import type { KeyClass } from '../records/ports';

/**
 * What a field name of an audit event says of the data, as the database classes it in `audit.field_class`: by the policy of the records,
 * and for what a document holds, which is in no field of its own.
 */
export const FIELD_CLASS: Readonly<Record<string, KeyClass>> = Object.fromEntries([
  ...RESOURCES.flatMap((resource) =>
    fieldsOf(resource).flatMap((field) => {
      const dataClass = ruleOf(resource, field)?.dataClass ?? 'none';
      return dataClass === 'none' ? [] : [[field, dataClass] as const];
    }),
  ),
  ['content', 'clinical'] as const,
]);
