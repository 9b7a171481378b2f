import type { Resource } from './environment';
import { once } from './once';
import { Unknown } from './unknown';

/** What the properties of a resource end in. */
export interface Leaves {
  readonly texts: readonly string[];
  readonly unknowns: readonly Unknown[];
}

/** The leaves of a resource, for what is looked for wherever it stands; walked once, however many checks look. */
export const leavesOf = once((resource: Resource): Leaves => leavesIn(resource.properties));

/** The leaves of any value. */
export function leavesIn(value: unknown): Leaves {
  const leaves = { texts: [], unknowns: [] };
  collect(value, leaves);
  return leaves;
}

function collect(value: unknown, leaves: { readonly texts: string[]; readonly unknowns: Unknown[] }): void {
  if (typeof value === 'string') leaves.texts.push(value);
  else if (typeof value !== 'object' || value === null) return;
  else if (value instanceof Unknown) leaves.unknowns.push(value);
  else for (const key in value) collect((value as Readonly<Record<string, unknown>>)[key], leaves);
}
