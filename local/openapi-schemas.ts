import { toJSONSchema, type $ZodType, type $ZodTypes } from 'zod/v4/core';
import { FIELD_SHAPES } from '../lambda/records/fields';
import { INDEXED_COLUMNS, type IndexedColumn } from '../lambda/records/ports';
import { RESOURCES, ruleOf, type FieldRule } from '../lambda/records/policy';
import type { JsonSchema } from './openapi-types';

/** Which way a body travels: a request is described as narrowly as a client should write it, an answer as widely as it may be. */
export type Direction = 'request' | 'answer';

/** Gives a part of a schema a name of its own, or leaves it as it is. */
export type Name = (schema: JsonSchema) => JsonSchema;

/** The spellings of an identifier that a client should send. The service reads further ones, as people paste them. */
const SPELLINGS: Readonly<Record<IndexedColumn, string>> = {
  mrn: '^[ -]*[A-Za-z0-9](?:[ -]*[A-Za-z0-9]){0,63}[ -]*$',
  ssn: '^[ -]*[0-9](?:[ -]*[0-9]){8}[ -]*$',
  insurance_id: '^[ -]*[A-Za-z0-9](?:[ -]*[A-Za-z0-9]){0,63}[ -]*$',
};

/**
 * Describes one of the schemas that validate, as JSON Schema, and adds what such a schema cannot say by itself: the class of data of each
 * field of the policy table as `x-data-class`, and the spelling of identifiers in requests. Parts that have a name become references.
 *
 * @param name asked for every part, innermost first.
 */
export function describe(schema: $ZodType, direction: Direction, name: Name): JsonSchema {
  const { $schema, ...json } = toJSONSchema(schema, { io: direction === 'request' ? 'input' : 'output' });
  void $schema;
  return walk(schema, json, direction, name);
}

function walk(schema: $ZodType, json: JsonSchema, direction: Direction, name: Name): JsonSchema {
  // Every schema is one of this union; the base type is what its parts are declared as.
  const { def } = (schema as $ZodTypes)._zod;
  const inner = (part: $ZodType, described: unknown) => walk(part, described as JsonSchema, direction, name);
  if (def.type === 'object') {
    const described = json['properties'] as Readonly<Record<string, unknown>>;
    const properties = Object.fromEntries(
      Object.entries(def.shape).map(([key, part]) => [key, { ...inner(part, described[key]), ...facts(key, part, direction) }]),
    );
    return name({ ...json, properties });
  }
  if (def.type === 'array') return name({ ...json, items: inner(def.element, json['items']) });
  if (def.type === 'optional') return inner(def.innerType, json);
  // What may be null is described as one of two, unless it is so simple that null is one of its types.
  const [first, ...others] = (json['anyOf'] ?? []) as readonly unknown[];
  if (def.type === 'nullable') return first === undefined ? json : { ...json, anyOf: [inner(def.innerType, first), ...others] };
  if (def.type === 'union') return name({ ...json, anyOf: def.options.map((option, at) => inner(option, [first, ...others][at])) });
  return name(json);
}

/** What is known of a property by its name, where it is a field of the policy table and not only called like one. */
function facts(key: string, part: $ZodType, direction: Direction): JsonSchema {
  const indexed = INDEXED_COLUMNS.find((column) => column === key);
  const rule = RESOURCES.map((resource) => ruleIn(resource, key, indexed === undefined ? unwrap(part) : undefined)).find((found) => found);
  return {
    ...(indexed && direction === 'request' ? { pattern: SPELLINGS[indexed] } : {}),
    ...(rule ? { 'x-data-class': rule.dataClass } : {}),
  };
}

/** A field that several resources have is of one class in all of them, so the first one found will do. */
function ruleIn(resource: (typeof RESOURCES)[number], key: string, part: $ZodType | undefined): FieldRule | undefined {
  const shapes: Readonly<Record<string, { readonly schema: $ZodType }>> = FIELD_SHAPES[resource];
  const isField = part === undefined || (Object.hasOwn(shapes, key) && shapes[key]?.schema === part);
  return isField ? ruleOf(resource, key) : undefined;
}

function unwrap(schema: $ZodType): $ZodType {
  const { def } = (schema as $ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'nullable' ? unwrap(def.innerType) : schema;
}
