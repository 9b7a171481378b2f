import type { JsonSchema } from './openapi-types';

const id = (last: string): string => `3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e${last}`;

/** Made-up values by the name of a property: an ssn that is never given out, a company and persons that do not exist. */
const VALUES: Readonly<Record<string, unknown>> = {
  id: id('01'),
  patient_id: id('02'),
  sub: id('03'),
  clinician_id: id('03'),
  author_id: id('03'),
  uploaded_by: id('03'),
  actor: id('03'),
  actor_id: id('03'),
  appointment_id: id('04'),
  recorded_by: id('05'),
  assessed_by: id('05'),
  reviewed_by: id('05'),
  request_id: id('06'),
  resource_id: id('01'),
  patient: id('02'),
  patients: [id('02')],
  version: 3,
  name: 'Avery Example',
  date_of_birth: '1984-02-29',
  mrn: 'MRN-900001',
  ssn: '900-12-3456',
  line1: '1 Example Street',
  line2: 'Unit 2',
  city: 'Exampleton',
  state: 'NY',
  postal_code: '00000',
  country: 'US',
  medical_history: 'None of it is true.',
  code: 'Z00.0',
  description: 'General examination',
  medication: 'Examplin',
  dosage: 'Once daily',
  insurance_id: 'INS-900001',
  amount_cents: 12_345,
  currency: 'USD',
  body: 'Feels well.',
  title: 'Letter of a laboratory that does not exist',
  content_type: 'application/pdf',
  size_bytes: 48_213,
  sha256: 'ab'.repeat(32),
  recording_version: 'example.version-1',
  reason_text: 'Unconscious on arrival.',
  recipient: 'Example County Court',
  data_classes: ['clinical'],
  key_exposure: 'none',
  role: 'patient',
  actor_role: 'clinician',
  event_type: 'phi.access',
  resource_type: 'patient',
  action: 'R',
  purpose: 'TREAT',
  ip: '203.0.113.7',
  fields: ['name', 'date_of_birth'],
  individuals: 1,
  events: 12,
  disabled: false,
  emergency: false,
  method: 'GET',
  url: 'https://documents.example.com/documents/3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e01?X-Amz-Expires=60&X-Amz-Signature=0000',
  headers: {},
  cursor: 'AAECAwQFBgcICQoLDA0ODw',
  next: null,
  limit: 50,
  reason: 'Follow-up',
  starts_at: '2031-05-06T07:00:00.000Z',
  ends_at: '2031-05-06T07:30:00.000Z',
  started_at: '2031-05-06T07:01:00.000Z',
  ended_at: '2031-05-06T07:28:00.000Z',
  from: '2031-05-01T00:00:00.000Z',
  window_from: '2031-05-01T00:00:00.000Z',
};

/** Where a name means something else: within one route, or within one property. */
const WITHIN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Reasons of events are codes, and a success seldom has one.
  'audit.search': { reason: null },
  upload: {
    method: 'PUT',
    headers: {
      'content-type': 'application/pdf',
      'content-length': '48213',
      'if-none-match': '*',
      'x-amz-checksum-sha256': 'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=',
    },
  },
};

/**
 * An example of a schema: every property, each with the made-up value of its name, or else the first value its schema allows.
 *
 * @param resolve gives the schema that a reference names.
 * @param name of the property, or of the route for a whole body.
 * @throws Error for a text or number without a value here: an example would be invented from nothing.
 */
export function exampleOf(schema: JsonSchema, resolve: (reference: string) => JsonSchema, name: string, values = VALUES): unknown {
  const { $ref, type, properties, items, anyOf, oneOf } = schema;
  const allowed = (schema['enum'] ?? (schema['const'] === undefined ? [] : [schema['const']])) as readonly unknown[];
  if (Object.hasOwn(values, name) && (allowed.length === 0 || allowed.includes(values[name]))) return values[name];
  if (allowed.length > 0) return allowed[0];
  const shape = typeof $ref === 'string' ? resolve($ref) : undefined;
  if (shape) return exampleOf(shape, resolve, name, values);
  if (type === undefined && Array.isArray(anyOf)) return exampleOf((anyOf as readonly JsonSchema[])[0] ?? {}, resolve, name, values);
  if (type === 'array') return [exampleOf(items as JsonSchema, resolve, '', values)];
  if (type === 'object') {
    const known = { ...values, ...WITHIN[name] };
    const all = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
    return Object.fromEntries(
      chosen(all, schema['maxProperties'], oneOf).map(([key, part]) => [key, exampleOf(part, resolve, key, known)]),
    );
  }
  if (type === 'boolean') return true;
  if (schema['format'] === 'date') return '2031-05-06';
  if (schema['format'] === 'date-time') return '2031-05-06T08:00:00.000Z';
  throw new Error(`No example for ${name}.`);
}

/** As many properties as there may be; of properties that exclude each other, the first. */
function chosen<Entry extends readonly [string, unknown]>(all: readonly Entry[], most: unknown, oneOf: unknown): readonly Entry[] {
  const [, ...excluded] = ((oneOf ?? []) as readonly { readonly required: readonly string[] }[]).map(({ required }) => required);
  return all.filter(([key]) => !excluded.flat().includes(key)).slice(0, typeof most === 'number' ? most : undefined);
}
