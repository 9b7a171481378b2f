import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from '../../local/openapi-types';
import { resolve } from './contract';

type Properties = Readonly<Record<string, JsonSchema>>;

/** Any value that a schema of the document admits; texts up to their greatest length, lists of a few. */
export function valuesOf(given: JsonSchema): Arbitrary<unknown> {
  const schema = resolve<JsonSchema>(given);
  const { type, format, pattern } = schema;
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (type === 'object') return objectsOf(schema);
  if (type === 'array') {
    const least = Number(schema['minItems'] ?? 0);
    const most = Math.min(Number(schema['maxItems'] ?? 3), least + 2);
    return fc.array(valuesOf(schema['items'] as JsonSchema), { minLength: least, maxLength: most });
  }
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum']) });
  if (type !== 'string') throw new Error(`No values for ${JSON.stringify(schema)}.`);
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return times('1900-01-01', '2199-12-31').map((time) => time.toISOString());
  if (format === 'date') return times('1800-01-01', '2199-12-31').map((time) => time.toISOString().slice(0, 10));
  const most = Number(schema['maxLength'] ?? 1_024);
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= most);
  return textsOf(Number(schema['minLength'] ?? 0), most);
}

const times = (from: string, to: string) => fc.date({ min: new Date(from), max: new Date(`${to}T23:59:59.999Z`), noInvalidDate: true });

/** Texts of characters, not of code units: at its greatest length a text of emoji has twice as many of those. */
function textsOf(least: number, most: number): Arbitrary<string> {
  const texts = fc.string({ unit: 'binary', minLength: least, maxLength: Math.min(most, 60) }).filter((text) => !/[\0\uFFFD]/.test(text));
  return fc.oneof({ weight: 6, arbitrary: texts }, fc.constantFrom('x'.repeat(most), '\u{1F600}'.repeat(Math.min(most, 2_000))));
}

/** Objects with every required key and some of the others, as many as the schema allows, and of keys that exclude each other one. */
function objectsOf(schema: JsonSchema): Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Properties;
  const required = (schema['required'] ?? []) as readonly string[];
  const [least, most] = [Number(schema['minProperties'] ?? 0), Number(schema['maxProperties'] ?? Number.POSITIVE_INFINITY)];
  const oneOf = (schema['oneOf'] ?? [{ required: [] }]) as readonly { readonly required: readonly string[] }[];
  const alternatives = oneOf.map((one) => one.required);
  const choices = alternatives.map((chosen) => {
    const keys = Object.keys(properties).filter((key) => chosen.includes(key) || !alternatives.flat().includes(key));
    const record = Object.fromEntries(keys.map((key) => [key, valuesOf(properties[key] ?? {})]));
    return fc.record(record, { requiredKeys: [...required, ...chosen] });
  });
  return fc.oneof(...choices).filter((value) => Object.keys(value).length >= least && Object.keys(value).length <= most);
}

/** A body with one fault, and which. */
export type Mutation = readonly [fault: string, value: unknown];

/** Every way to put one part of a valid value outside its schema: unknown or missing key, wrong type, too long, out of bounds. */
export function mutationsOf(given: JsonSchema, value: unknown, at = 'body'): Mutation[] {
  const schema = resolve<JsonSchema>(given);
  if (Array.isArray(value)) return listMutations(schema, value, at);
  if (typeof value === 'object' && value !== null) return objectMutations(schema, value as Readonly<Record<string, unknown>>, at);
  const found: Mutation[] = [
    [`${at} of another type`, typeof value === 'string' ? 7 : 'seven'],
    [`${at} null`, null],
  ];
  const most = schema['maxLength'];
  if (typeof most === 'number') found.push([`${at} too long`, 'x'.repeat(most + 1)]);
  if (schema['minLength'] === 1) found.push([`${at} empty`, '']);
  if (typeof schema['pattern'] === 'string') found.push([`${at} against its pattern`, '!']);
  if (Array.isArray(schema['enum'])) found.push([`${at} not listed`, 'not_listed']);
  if (typeof schema['minimum'] === 'number') found.push([`${at} too small`, schema['minimum'] - 1], [`${at} no integer`, 1.5]);
  if (typeof schema['maximum'] === 'number') found.push([`${at} too large`, schema['maximum'] + 1]);
  return found;
}

function listMutations(schema: JsonSchema, list: readonly unknown[], at: string): Mutation[] {
  const most = schema['maxItems'];
  return [
    [`${at} of another type`, {}],
    ...(typeof most === 'number' ? [[`${at} too long`, Array.from({ length: most + 1 }, () => list[0])] as const] : []),
    ...(schema['minItems'] === 1 ? [[`${at} empty`, []] as const] : []),
    ...mutationsOf(schema['items'] as JsonSchema, list[0], `${at}[0]`).map(([fault, item]) => [fault, [item]] as const),
  ];
}

function objectMutations(schema: JsonSchema, object: Readonly<Record<string, unknown>>, at: string): Mutation[] {
  const properties = schema['properties'] as Properties;
  const required = (schema['required'] ?? []) as readonly string[];
  return [
    ...(at === 'body' ? [] : [[`${at} of another type`, 'object'] as const]),
    [`${at} with an unknown key`, { ...object, unknown_key: 1 }],
    ...required.map((key) => [`${at} without ${key}`, { ...object, [key]: undefined }] as const),
    ...(schema['minProperties'] === 1 ? [[`${at} without any key`, {}] as const] : []),
    ...Object.entries(object).flatMap(([key, part]) =>
      mutationsOf(properties[key] ?? {}, part, `${at}.${key}`).map(([fault, mutated]) => [fault, { ...object, [key]: mutated }] as const),
    ),
  ];
}
