import * as z from 'zod/mini';
import { normalise } from './blind-index';
import type { FieldOf, Resource } from './policy';
import type { IndexedColumn } from './ports';

/** What a field looks like to a client, and how it is kept. */
export interface FieldShape {
  readonly schema: z.ZodMiniType;
  /**
   * How its column holds it. `json`: its JSON text is encrypted; `hex`: bytes, which JSON has in hexadecimal; `bigint`: a whole number that
   * the driver gives as text; `plain`: the text itself, encrypted or not, or what the driver makes of it.
   */
  readonly as: 'plain' | 'json' | 'hex' | 'bigint';
  /** Whether an answer may hold null for it: the record was made without. */
  readonly nullable: boolean;
}

const shape = (schema: z.ZodMiniType, rest: Partial<FieldShape> = {}): FieldShape => ({ schema, as: 'plain', nullable: false, ...rest });
const optional = (schema: z.ZodMiniType, rest: Partial<FieldShape> = {}): FieldShape => shape(schema, { nullable: true, ...rest });

/** A text of 1 to `max` characters. */
export const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** A lower-case UUID. */
export const uuid = () => z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/));

/** A time in UTC, to the millisecond, that PostgreSQL and JavaScript both can hold: `2031-05-06T07:08:09.123Z`. */
export const time = () => z.iso.datetime().check(z.regex(/^(?:19|20|21)\d\d-[0-9-]{5}T[0-9:]{8}(?:\.\d{1,3})?Z$/));

/** A day of the calendar: `1984-02-29`. */
export const day = () => z.iso.date().check(z.regex(/^(?:1[89]|20|21)\d\d-/));

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = () => z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** An identifier that has a blind index, in any of the spellings that mean the same. */
export const indexed = (column: IndexedColumn) =>
  z.string().check(
    z.maxLength(200),
    z.refine((value) => normalise(column, value) !== undefined),
  );

const address = z.strictObject({
  line1: text(200),
  line2: z.optional(text(200)),
  city: text(100),
  state: z.optional(text(100)),
  postal_code: text(20),
  country: z.string().check(z.regex(/^[A-Z]{2}$/)),
});

const diagnosis = z.strictObject({ code: text(20), description: text(500), recorded_on: day() });
const prescription = z.strictObject({ medication: text(200), dosage: text(200), prescribed_on: day() });
const payment = z.strictObject({
  paid_on: day(),
  amount_cents: z.int().check(z.minimum(-100_000_000), z.maximum(100_000_000)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  method: z.enum(['card', 'bank_transfer', 'check', 'cash', 'insurance']),
});
const listOf = (element: z.ZodMiniType, most: number) => z.array(element).check(z.maxLength(most));

const version = shape(z.int().check(z.minimum(1)));
const id = shape(uuid());
const moment = shape(time());
const recordStatus = shape(z.enum(['active', 'entered_in_error']));

/** Codes of why an emergency grant was opened, as the database admits them. */
export const EMERGENCY_REASONS = ['imminent_danger', 'unable_to_consent', 'care_team_unavailable', 'disaster'] as const;

/** Codes of what a review found. */
export const REVIEW_OUTCOMES = ['justified', 'unjustified', 'inconclusive'] as const;

/** Grounds of a disclosure that has to be accounted for: 164.528(a)(1), 164.512. */
export const DISCLOSURE_PURPOSES = [
  'required_by_law', 'public_health', 'oversight', 'judicial', 'law_enforcement', 'decedent', 'research', 'safety', 'government',
  'workers_compensation', 'impermissible',
] as const;

/** Media types that a document may have. */
export const CONTENT_TYPES = ['application/pdf', 'application/dicom', 'image/jpeg', 'image/png', 'text/plain'] as const;

/** Largest document, in bytes: what S3 takes in one request. */
const MAX_DOCUMENT_BYTES = 5_368_709_120;

/**
 * The shape of every field of {@link FIELD_POLICY}, in its words: what a request may hold, what an answer holds, and so what the interface
 * description says: 164.312(c)(1). A field without a shape does not compile.
 */
export const FIELD_SHAPES: { readonly [Of in Resource]: Readonly<Record<FieldOf<Of>, FieldShape>> } = {
  patient: {
    id,
    version,
    status: recordStatus,
    name: optional(text(200)),
    date_of_birth: optional(day()),
    address: optional(address, { as: 'json' }),
    mrn: optional(indexed('mrn')),
    ssn: optional(indexed('ssn')),
    medical_history: optional(text(20_000)),
    diagnoses: optional(listOf(diagnosis, 100), { as: 'json' }),
    prescriptions: optional(listOf(prescription, 100), { as: 'json' }),
  },
  billing: {
    id,
    version,
    status: recordStatus,
    name: optional(text(200)),
    insurance_id: optional(indexed('insurance_id')),
    billing_address: optional(address, { as: 'json' }),
    payment_history: optional(listOf(payment, 300), { as: 'json' }),
  },
  note: { id, version, patient_id: id, author_id: id, created_at: moment, written_at: moment, body: shape(text(20_000)) },
  appointment: {
    id,
    version,
    patient_id: id,
    status: shape(z.enum(['booked', 'cancelled'])),
    clinician_id: id,
    starts_at: moment,
    ends_at: moment,
    reason: optional(text(2_000)),
  },
  session: {
    id,
    patient_id: id,
    appointment_id: optional(uuid()),
    clinician_id: id,
    started_at: moment,
    ended_at: optional(time()),
    recorded: shape(z.boolean()),
    recording_version: optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,1024}$/))),
  },
  document: {
    id,
    patient_id: id,
    uploaded_by: id,
    created_at: moment,
    title: shape(text(500)),
    content_type: shape(z.enum(CONTENT_TYPES)),
    size_bytes: shape(z.int().check(z.minimum(1), z.maximum(MAX_DOCUMENT_BYTES)), { as: 'bigint' }),
    sha256: shape(sha256(), { as: 'hex' }),
  },
  emergency: {
    id,
    sub: id,
    patient_id: id,
    reason_code: shape(z.enum(EMERGENCY_REASONS)),
    reason_text: shape(text(2_000)),
    granted_at: moment,
    expires_at: moment,
    reviewed_by: optional(uuid()),
    reviewed_at: optional(time()),
    review_outcome: optional(z.enum(REVIEW_OUTCOMES)),
  },
  disclosure: {
    id,
    patient_id: id,
    recorded_at: moment,
    recorded_by: id,
    disclosed_at: moment,
    recipient: shape(text(500)),
    data_classes: shape(z.array(z.enum(['identity', 'clinical', 'billing'])).check(z.minLength(1), z.maxLength(3))),
    purpose: shape(z.enum(DISCLOSURE_PURPOSES)),
  },
};
