import * as z from 'zod/mini';
import { EVENT_TYPES } from './bodies';
import type { Role } from './contract';
import { FIELD_SHAPES, time, uuid } from './fields';
import { readableFields, type FieldOf, type Resource } from './policy';
import type { RouteName } from './routes';

/** What an answer is, for one role. */
export type AnswerSchema = z.ZodMiniType;

/** Fields of a resource in one route's answer, where they are not all that the role reads. */
const ONLY = {
  'patient.list': ['id', 'version', 'status', 'name', 'date_of_birth', 'mrn'],
  // The version of a recording is read to sign an address for it, and that is another route.
  'session.list': ['id', 'patient_id', 'appointment_id', 'clinician_id', 'started_at', 'ended_at', 'recorded'],
} as const satisfies { readonly [Name in RouteName]?: readonly string[] };

/** The fields of one route's answer, in the order of the policy table: what the role reads, and of that what the route gives. */
export function answerFields<Of extends Resource>(route: RouteName, role: Role, resource: Of): readonly FieldOf<Of>[] {
  const only: readonly string[] | undefined = route in ONLY ? ONLY[route as keyof typeof ONLY] : undefined;
  return readableFields(role, resource).filter((field) => only === undefined || only.includes(field));
}

const record =
  (resource: Resource) =>
  (route: RouteName, role: Role): AnswerSchema =>
    z.strictObject(fieldsOf(resource, route, role));

const page =
  (items: (route: RouteName, role: Role) => AnswerSchema) =>
  (route: RouteName, role: Role): AnswerSchema =>
    z.strictObject({ items: z.array(items(route, role)), next: z.nullable(z.string()) });

const always = (schema: AnswerSchema) => () => schema;

function fieldsOf(resource: Resource, route: RouteName, role: Role): Readonly<Record<string, z.ZodMiniType>> {
  const shapes: Readonly<Record<string, { readonly schema: z.ZodMiniType; readonly nullable: boolean }>> = FIELD_SHAPES[resource];
  return Object.fromEntries(
    answerFields(route, role, resource).flatMap((field) => {
      const shape = shapes[field];
      return shape ? [[field, shape.nullable ? z.nullable(shape.schema) : shape.schema]] : [];
    }),
  );
}

const made = z.strictObject({ id: uuid() });
const versioned = z.strictObject({ id: uuid(), version: z.int() });
const presigned = z.strictObject({
  method: z.enum(['GET', 'PUT']),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expires_at: time(),
});
const roleName = z.enum(['admin', 'clinician', 'billing', 'patient']);

/** What is said of one access in the report that a person may ask for: 164.524, 164.528. */
const access = z.strictObject({
  at: time(),
  actor_id: z.nullable(uuid()),
  actor_role: z.nullable(roleName),
  event_type: z.enum(EVENT_TYPES),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  resource_type: z.string(),
  purpose: z.nullable(z.string()),
  emergency: z.boolean(),
});

/** One event of the trail: names and codes. */
const event = z.strictObject({
  id: uuid(),
  at: time(),
  actor_id: z.nullable(uuid()),
  actor_role: z.nullable(roleName),
  event_type: z.enum(EVENT_TYPES),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  outcome: z.enum(['success', 'denied', 'failed']),
  resource_type: z.string(),
  resource_id: z.nullable(uuid()),
  patient_id: z.nullable(uuid()),
  ip: z.nullable(z.string()),
  request_id: z.string(),
  purpose: z.nullable(z.string()),
  emergency: z.boolean(),
  fields: z.nullable(z.array(z.string())),
  reason: z.nullable(z.string()),
});

/** With `?format=fhir`: an R4 Bundle of AuditEvents, whose shape is FHIR's to define. */
const bundle = z.looseObject({ resourceType: z.literal('Bundle') });

/** A last day for notice is reckoned from a time that was given, so it may come after the last one that can be. */
const deadline = () => z.iso.datetime();

const assessment = z.strictObject({
  id: uuid(),
  assessed_at: time(),
  assessed_by: uuid(),
  discovered_at: time(),
  window_from: time(),
  window_to: time(),
  actor_id: z.nullable(uuid()),
  patients: z.nullable(z.array(uuid())),
  key_exposure: z.enum(['none', 'unknown', 'exposed']),
  individuals: z.int(),
  events: z.int(),
  data_classes: z.array(z.enum(['identity', 'clinical', 'billing'])),
  fields: z.array(z.string()),
  first_event_at: z.nullable(time()),
  last_event_at: z.nullable(time()),
  notify_individuals_by: deadline(),
  notify_secretary_by: deadline(),
  notify_media: z.boolean(),
});

const ANSWERS: Readonly<Record<RouteName, (route: RouteName, role: Role) => AnswerSchema>> = {
  'me.read': always(z.strictObject({ sub: uuid(), role: roleName, patient_id: z.nullable(uuid()) })),
  'patient.list': page(record('patient')),
  'patient.create': always(versioned),
  'patient.search': page(always(made)),
  'patient.read': record('patient'),
  'patient.update': always(versioned),
  'patient.void': always(versioned),
  'billing.read': record('billing'),
  'billing.update': always(versioned),
  'note.list': page(record('note')),
  'note.create': always(versioned),
  'note.read': record('note'),
  'note.amend': always(versioned),
  'appointment.list': page(record('appointment')),
  'appointment.create': always(versioned),
  'appointment.update': always(versioned),
  'appointment.cancel': always(versioned),
  'session.list': page(record('session')),
  'session.create': always(made),
  'recording.access': always(z.strictObject({ id: uuid(), download: presigned })),
  'document.create': always(z.strictObject({ id: uuid(), upload: presigned })),
  'document.access': (route, role) => z.strictObject({ ...fieldsOf('document', route, role), download: presigned }),
  'emergency.open': always(z.strictObject({ id: uuid(), patient_id: uuid(), expires_at: time() })),
  'emergency.review': record('emergency'),
  'access_report.read': page(always(access)),
  'disclosure.list': page(record('disclosure')),
  'disclosure.create': always(made),
  'audit.search': always(z.union([z.strictObject({ items: z.array(event), next: z.nullable(z.string()) }), bundle])),
  'breach.assess': always(made),
  'breach.read': always(assessment),
  'care_team.put': always(z.strictObject({ patient_id: uuid(), sub: uuid() })),
  'care_team.delete': always(z.strictObject({ patient_id: uuid(), sub: uuid() })),
  'principal.put': always(z.strictObject({ sub: uuid(), created: z.boolean() })),
};

const built = new Map<string, AnswerSchema>();

/**
 * What the answer of a route is for a role, field by field from the policy table: 164.502(b). An answer that is not exactly this does not
 * leave the service. Made at first use and kept.
 */
export function answerSchema(route: RouteName, role: Role): AnswerSchema {
  const name = `${route} ${role}`;
  const known = built.get(name);
  if (known) return known;
  const made = ANSWERS[route](route, role);
  built.set(name, made);
  return made;
}
