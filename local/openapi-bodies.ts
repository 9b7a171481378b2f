import { answerSchema } from '../lambda/records/answers';
import { bodySchema } from '../lambda/records/bodies';
import type { Role } from '../lambda/records/contract';
import type { Route, RouteName } from '../lambda/records/routes';
import type { Components } from './openapi-components';
import type { JsonSchema } from './openapi-types';

type Named = Route & { readonly name: RouteName };

const AT_LEAST_ONE = { minProperties: 1 };
const EXACTLY_ONE = { minProperties: 1, maxProperties: 1 };

/** Rules between the keys of a body: the schemas that validate state them as code, which no conversion can read. */
const BETWEEN_KEYS: { readonly [Name in RouteName]?: JsonSchema } = {
  'patient.update': AT_LEAST_ONE,
  'billing.update': AT_LEAST_ONE,
  'appointment.update': AT_LEAST_ONE,
  'patient.search': EXACTLY_ONE,
  'emergency.open': { oneOf: [{ required: ['patient_id'] }, { required: ['mrn'] }] },
};

/** What a body of a route is, for the roles that it is the same for. */
export interface Variant {
  readonly roles: readonly Role[];
  readonly schema: JsonSchema;
}

/** A name of words between dots and underscores as one word: `care_team.put` as `CareTeamPut`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The body of a request by role; empty for a route that takes none. Roles with equal bodies share one. */
export function requestVariants(components: Components, route: Named): readonly Variant[] {
  const found = route.roles.flatMap((role) => {
    const schema = bodySchema(route.name, role);
    return schema ? [{ role, schema: { ...components.describe(schema, 'request'), ...BETWEEN_KEYS[route.name] } }] : [];
  });
  return variants(components, `${pascalCase(route.name)}Body`, found);
}

/** The body of an answer by role. */
export function answerVariants(components: Components, route: Named): readonly Variant[] {
  const found = route.roles.map((role) => ({ role, schema: components.describe(answerSchema(route.name, role), 'answer') }));
  return variants(components, `${pascalCase(route.name)}Answer`, found);
}

/** One schema for all roles, or one of several, each with a name and a title that say whose it is. */
export function together(all: readonly Variant[]): JsonSchema {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('A body of no role.');
  return others.length === 0 ? first.schema : { oneOf: all.map(({ schema }) => schema) };
}

interface ForRole {
  readonly role: Role;
  readonly schema: JsonSchema;
}

function variants(components: Components, name: string, found: readonly ForRole[]): readonly Variant[] {
  const groups = new Map<string, { roles: Role[]; schema: JsonSchema }>();
  for (const { role, schema } of found) {
    const text = JSON.stringify(schema);
    const group = groups.get(text) ?? { roles: [], schema };
    group.roles.push(role);
    groups.set(text, group);
  }
  return [...groups.values()].map(({ roles, schema }) => {
    if (groups.size === 1) return { roles, schema: { ...components.add(name, schema) } };
    const title = `${name}: ${roles.join(', ')}`;
    const reference = components.add(`${name}For${roles.map(pascalCase).join('And')}`, schema, { title, 'x-roles': roles });
    return { roles, schema: { ...reference } };
  });
}
