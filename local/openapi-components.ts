import type { $ZodType } from 'zod/v4/core';
import { answerSchema } from '../lambda/records/answers';
import type { Role } from '../lambda/records/contract';
import { day, FIELD_SHAPES, sha256, time, uuid } from '../lambda/records/fields';
import type { RouteName } from '../lambda/records/routes';
import { describe, type Direction } from './openapi-schemas';
import type { JsonSchema, Reference } from './openapi-types';

/** Texts of one form. Their patterns are joined into one, because a text that is an `allOf` is no type to many generators of clients. */
const TEXTS: readonly (readonly [name: string, schema: $ZodType, rest: JsonSchema])[] = [
  ['Id', uuid(), { format: 'uuid', description: 'A UUID in lower case.' }],
  ['Time', time(), { format: 'date-time', description: 'A time in UTC, to the millisecond, between 1900 and 2199.' }],
  ['Day', day(), { format: 'date', description: 'A day of the calendar, between 1800 and 2199.' }],
  ['Sha256', sha256(), { description: 'SHA-256 in lower-case hexadecimal.' }],
];

/** Parts of records that have a name of their own; each is looked up where the service itself has it. */
const PARTS: readonly (readonly [name: string, schema: $ZodType, ...path: readonly string[]])[] = [
  ['Address', FIELD_SHAPES.patient.address.schema],
  ['Diagnosis', FIELD_SHAPES.patient.diagnoses.schema, 'items'],
  ['Prescription', FIELD_SHAPES.patient.prescriptions.schema, 'items'],
  ['Payment', FIELD_SHAPES.billing.payment_history.schema, 'items'],
];

/** Answers, or parts of them, that several routes give. */
const ANSWERS: readonly (readonly [name: string, route: RouteName, role: Role, ...path: readonly string[]])[] = [
  ['PresignedRequest', 'recording.access', 'clinician', 'properties', 'download'],
  ['RecordId', 'breach.assess', 'admin'],
  ['RecordVersion', 'note.create', 'clinician'],
  ['PatientSummary', 'patient.list', 'clinician', 'properties', 'items', 'items'],
  ['Billing', 'billing.read', 'billing'],
  ['Note', 'note.read', 'clinician'],
  ['Appointment', 'appointment.list', 'clinician', 'properties', 'items', 'items'],
  ['Session', 'session.list', 'clinician', 'properties', 'items', 'items'],
  ['Disclosure', 'disclosure.list', 'admin', 'properties', 'items', 'items'],
  ['Access', 'access_report.read', 'admin', 'properties', 'items', 'items'],
  ['AuditEvent', 'audit.search', 'admin', 'anyOf', '0', 'properties', 'items', 'items'],
  ['AuditEventPage', 'audit.search', 'admin', 'anyOf', '0'],
  ['AuditEventBundle', 'audit.search', 'admin', 'anyOf', '1'],
  ['BreachAssessment', 'breach.read', 'admin'],
  ['CareTeamMember', 'care_team.put', 'admin'],
];

/** The schemas of a document by name. A schema that has a name already is one schema wherever it appears. */
export class Components {
  private readonly names = new Map<string, string>();
  private readonly made = new Map<string, JsonSchema>();

  constructor() {
    for (const [name, schema, rest] of TEXTS) this.define(name, this.describe(schema, 'answer'), joinPatterns(rest));
    for (const [name, schema, ...path] of PARTS) this.define(name, at(this.describe(schema, 'answer'), path));
    for (const [name, route, role, ...path] of ANSWERS) this.define(name, at(this.describe(answerSchema(route, role), 'answer'), path));
  }

  /** Describes a schema in terms of those that have a name. */
  describe(schema: $ZodType, direction: Direction): JsonSchema {
    return describe(schema, direction, (part) => this.refer(part));
  }

  /** Gives a schema a name, unless it has one. */
  add(name: string, schema: JsonSchema, rest: JsonSchema = {}): Reference {
    if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] };
    return this.define(name, schema, (plain) => ({ ...rest, ...plain }));
  }

  /** The schema that a reference leads to; any other schema as it is. */
  resolve(schema: JsonSchema): JsonSchema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    const found = this.made.get($ref.replace('#/components/schemas/', ''));
    if (!found) throw new Error(`There is no ${$ref}.`);
    return found;
  }

  /** All of them, by name. */
  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.made].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private define(name: string, schema: JsonSchema, shown: (schema: JsonSchema) => JsonSchema = (plain) => plain): Reference {
    if (this.made.has(name) || '$ref' in schema) throw new Error(`${name} is the name of another schema, or has another name.`);
    this.names.set(JSON.stringify(schema), name);
    this.made.set(name, shown(schema));
    return referenceTo(name);
  }

  private refer(schema: JsonSchema): JsonSchema {
    const name = this.names.get(JSON.stringify(schema));
    return name === undefined ? schema : { ...referenceTo(name) };
  }
}

function referenceTo(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` };
}

function at(schema: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce<JsonSchema>((part, step) => part[step] as JsonSchema, schema);
}

/** One pattern for all that a text must match. Each begins at the start of the text, so the others can be looked ahead to from there. */
function joinPatterns(rest: JsonSchema): (schema: JsonSchema) => JsonSchema {
  return ({ allOf, ...schema }) => {
    const patterns = ((allOf ?? []) as readonly { readonly pattern: string }[]).map(({ pattern }) => pattern);
    if (patterns.some((pattern) => !pattern.startsWith('^'))) throw new Error('A pattern that begins anywhere cannot be joined.');
    const [first = '', ...others] = patterns;
    const joined = `${others.map((other) => `(?=${other})`).join('')}${first}`;
    return { ...schema, ...(patterns.length === 0 ? {} : { pattern: joined }), ...rest };
  };
}
