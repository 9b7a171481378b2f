import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import type { Role } from '../../lambda/records/contract';
import type { Method } from '../../lambda/records/edge';
import { ROUTES, type Route, type RouteName } from '../../lambda/records/routes';
import { openApiDocument } from '../../local/openapi';
import type { JsonSchema, MediaType, Operation, Parameter, ResponseObject } from '../../local/openapi-types';

/** The document under test, made once. */
export const DOCUMENT = openApiDocument();

/** A route of the service. */
export type Named = Route & { readonly name: RouteName };

/** Every route with each of its roles. */
export const CALLS: readonly (readonly [name: RouteName, role: Role, route: Named])[] = (ROUTES as readonly Named[]).flatMap((route) =>
  route.roles.map((role) => [route.name, role, route] as const),
);

// Strict, so that a misspelt keyword of the document is an error. A format is a hint beside a pattern: the pattern is what is asserted.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false, validateFormats: false });
ajv.addVocabulary(['components', 'x-data-class', 'x-roles']);

const compiled = new Map<string, ValidateFunction>();

/** What is wrong with a value by a schema of the document; nothing when it is valid. */
export function faultsOf(schema: JsonSchema, value: unknown): readonly string[] {
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? ajv.compile({ ...schema, components: DOCUMENT.components });
  compiled.set(text, validate);
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The thing that a reference leads to; anything else as it is. */
export function resolve<Thing extends object>(thing: Thing | { readonly $ref: string }): Thing {
  if (!('$ref' in thing) || typeof thing.$ref !== 'string') return thing as Thing;
  const found = thing.$ref
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], DOCUMENT);
  if (found === undefined) throw new Error(`${thing.$ref} leads nowhere.`);
  return found as Thing;
}

/** The operation of a route. */
export function operationOf({ method, path }: { readonly method: Method; readonly path: string }): Operation {
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} is not in the document.`);
  return operation;
}

/** The documented answer of a status, if there is one. */
export function responseOf(route: Named, status: number): ResponseObject | undefined {
  const response = operationOf(route).responses[String(status)];
  return response && resolve<ResponseObject>(response);
}

/** The parameters of an operation. */
export function parametersOf(route: Named): readonly Parameter[] {
  return operationOf(route).parameters.map((parameter) => resolve<Parameter>(parameter));
}

/** The schema of a request's body for one role; undefined for a route that takes none. */
export function requestSchema(route: Named, role: Role): JsonSchema | undefined {
  const content = operationOf(route).requestBody?.content['application/json'];
  return content && forRole(content, role);
}

/** The schema of a success for one role. */
export function answerSchemaOf(route: Named, role: Role, status: number): JsonSchema | undefined {
  const content = responseOf(route, status)?.content['application/json'];
  return content && forRole(content, role);
}

/** The made-up body for one role. */
export function exampleFor({ examples = {} }: MediaType, role: Role): unknown {
  return Object.entries(examples).find(([name]) => name === 'example' || name.split('-').includes(role))?.[1].value;
}

/** Of alternatives, the one that names the role. */
function forRole({ schema }: MediaType, role: Role): JsonSchema {
  const alternatives = (schema['oneOf'] ?? []) as readonly JsonSchema[];
  return alternatives.find((one) => (resolve<JsonSchema>(one)['x-roles'] as readonly Role[]).includes(role)) ?? schema;
}
