import * as z from 'zod/mini';
import type { Role } from './contract';
import { FIELD_SHAPES, indexed, REVIEW_OUTCOMES, text, time, uuid } from './fields';
import { searchableFields, writableFields, type FieldOf, type Resource, type WriteMoment } from './policy';
import type { RouteName } from './routes';

/** Largest page, as the database caps it. */
export const MAX_PAGE = 100;

/** Largest page of the audit trail. */
export const MAX_AUDIT_PAGE = 200;

/** Longest cursor taken, in characters; what may be in one, the cursor's own reader decides. */
const MAX_CURSOR = 1_024;

/** Kinds of audit event that can be searched for. */
export const EVENT_TYPES = [
  'session', 'phi.search', 'phi.access', 'phi.change', 'phi.disclosure.grant', 'emergency.override', 'emergency.review', 'audit.read',
  'disclosure', 'breach', 'authz.change', 'key.change', 'integrity.failure',
] as const;

/** Why a record is marked as entered in error. */
export const VOID_REASONS = ['wrong_patient', 'duplicate', 'test_data', 'other'] as const;

/** Why an appointment is cancelled. */
export const CANCEL_REASONS = ['patient_request', 'clinician_request', 'booked_in_error', 'other'] as const;

type Schema = z.ZodMiniType<Readonly<Record<string, unknown>>>;

/** The fields that the policy table lets the role write; those named are required, the rest may be left out. */
function written<Of extends Resource>(resource: Of, moment: WriteMoment, required: readonly FieldOf<Of>[]) {
  return (role: Role): Schema => {
    const fields = writableFields(role, resource, moment);
    const shape = Object.fromEntries(
      fields.map((field) => {
        const { schema } = FIELD_SHAPES[resource][field];
        return [field, required.includes(field) ? schema : z.optional(schema)];
      }),
    );
    const object = z.strictObject(shape);
    // An empty change would be a new version of nothing.
    return moment === 'change' ? object.check(z.refine((body) => Object.keys(body).length > 0)) : object;
  };
}

const always = (schema: Schema) => () => schema;

/** Exactly one of the fields that the role may match for an exact value. */
function search(role: Role): Schema {
  const resource = role === 'billing' ? 'billing' : 'patient';
  const fields: readonly string[] = searchableFields(role, resource);
  const shapes: Readonly<Record<string, { readonly schema: z.ZodMiniType }>> = FIELD_SHAPES[resource];
  const shape = Object.fromEntries(fields.flatMap((field) => (shapes[field] ? [[field, z.optional(shapes[field].schema)]] : [])));
  return z.strictObject(shape).check(z.refine((body) => Object.keys(body).length === 1));
}

const review = z.strictObject({ outcome: z.optional(z.enum(REVIEW_OUTCOMES)) });

/** A grant is asked for by the record's id or by its exact mrn, since search hides patients outside the care team. */
const emergency = z
  .strictObject({
    patient_id: z.optional(uuid()),
    mrn: z.optional(indexed('mrn')),
    reason_code: FIELD_SHAPES.emergency.reason_code.schema,
    reason_text: FIELD_SHAPES.emergency.reason_text.schema,
  })
  .check(z.refine((body) => (body.patient_id === undefined) !== (body.mrn === undefined)));

const auditSearch = z.strictObject({
  actor: z.optional(uuid()),
  patient: z.optional(uuid()),
  type: z.optional(z.enum(EVENT_TYPES)),
  from: z.optional(time()),
  to: z.optional(time()),
  cursor: z.optional(text(MAX_CURSOR)),
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_AUDIT_PAGE))),
});

const breach = z.strictObject({
  discovered_at: time(),
  from: time(),
  to: time(),
  actor: z.optional(uuid()),
  patients: z.optional(z.array(uuid()).check(z.minLength(1), z.maxLength(1_000))),
  key_exposure: z.enum(['none', 'unknown', 'exposed']),
});

const principal = z.strictObject({
  role: z.enum(['admin', 'clinician', 'billing', 'patient']),
  patient_id: z.optional(uuid()),
  disabled: z.boolean(),
});

const BODIES: { readonly [Name in RouteName]?: (role: Role) => Schema } = {
  'patient.create': written('patient', 'creation', ['name', 'date_of_birth', 'mrn']),
  'patient.search': search,
  'patient.update': written('patient', 'change', []),
  'patient.void': always(z.strictObject({ reason: z.enum(VOID_REASONS) })),
  'billing.update': written('billing', 'change', []),
  'note.create': written('note', 'creation', ['body']),
  'note.amend': written('note', 'creation', ['body']),
  'appointment.create': written('appointment', 'creation', ['starts_at', 'ends_at']),
  'appointment.update': written('appointment', 'change', []),
  'appointment.cancel': always(z.strictObject({ reason: z.enum(CANCEL_REASONS) })),
  'session.create': written('session', 'creation', ['started_at']),
  'document.create': written('document', 'creation', ['title', 'content_type', 'size_bytes', 'sha256']),
  'emergency.open': always(emergency),
  'emergency.review': always(review),
  'disclosure.create': written('disclosure', 'creation', ['disclosed_at', 'recipient', 'data_classes', 'purpose']),
  'audit.search': always(auditSearch),
  'breach.assess': always(breach),
  'principal.put': always(principal),
};

const built = new Map<string, Schema>();

/**
 * What a body must be, for one route and role: derived from the policy table wherever it writes fields, so that a key the role may not
 * write is an unknown key: 164.502(b). Made at first use and kept.
 *
 * @returns undefined for a route without a body.
 */
export function bodySchema(route: RouteName, role: Role): Schema | undefined {
  const name = `${route} ${role}`;
  const known = built.get(name);
  if (known) return known;
  const made = BODIES[route]?.(role);
  if (made) built.set(name, made);
  return made;
}
