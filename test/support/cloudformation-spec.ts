import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface SpecResource {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>>;
}

/** AWS's specification of resource types, as the CDK's CLI brings it along: what a change of each property does. */
export function replacementsOf(type: string): Readonly<Record<'yes' | 'maybe', readonly string[]>> {
  const found = specification().find(({ cloudFormationType }) => cloudFormationType === type);
  if (!found) throw new Error(`The specification knows no ${type}.`);
  const named = (wanted: string): readonly string[] =>
    Object.entries(found.properties).flatMap(([name, { causesReplacement }]) => (causesReplacement === wanted ? [name] : []));
  return { yes: named('yes'), maybe: named('maybe') };
}

let read: readonly SpecResource[] | undefined;

function specification(): readonly SpecResource[] {
  if (read) return read;
  const file = join(__dirname, '..', '..', 'node_modules', 'aws-cdk', 'db.json.gz');
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    schema: { resource: { entities: readonly SpecResource[] } };
  };
  read = schema.resource.entities;
  return read;
}
