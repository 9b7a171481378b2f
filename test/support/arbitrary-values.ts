import fc from 'fast-check';
import { CONTENT_TYPES, DISCLOSURE_PURPOSES } from '../../lambda/records/fields';

/** Any Unicode text of 1 to `max` units that a body may hold: no NUL, and no mark of a character that was lost on the way. */
export const anyText = (max: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: Math.min(max, 60) }) },
      { weight: 1, arbitrary: fc.constantFrom('"\\"', '\u2028', '\ufeff', ' ', '\u200d', 'e\u0301', '\ud83e\uddec', '{"a":1}', "'; --", '$1', 'null') },
      // The longest, in one, two, three and four bytes a unit or pair.
      {
        weight: 1,
        arbitrary: fc.constantFrom('x'.repeat(max), '\u00e9'.repeat(max), '\u4e2d'.repeat(max), '\ud83e\uddec'.repeat(Math.floor(max / 2))),
      },
    )
    .map((text) => text.replace(/[\0\ufffd]/g, '?').slice(0, max))
    .filter((text) => text.length > 0 && !/\p{Surrogate}/u.test(text));

const dayIn = (from: string, to: string) =>
  fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));

/** A day from 1800 to 2199. */
export const anyDay = (): fc.Arbitrary<string> => dayIn('1800-01-01', '2199-12-31');

/** A time from 1900 to 2199, as an answer writes it. */
export const anyTime = (): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date('1900-01-01T00:00:00.000Z'), max: new Date('2199-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((date) => date.toISOString());

/** Two times, the later one last. */
export const anyTimes = (): fc.Arbitrary<readonly [string, string]> =>
  fc.tuple(anyTime(), anyTime()).map(([a, b]) => (a < b ? [a, b] : [b, a]));

const anyAddress = () =>
  fc.record(
    {
      line1: anyText(200),
      line2: anyText(200),
      city: anyText(100),
      state: anyText(100),
      postal_code: anyText(20),
      country: fc.stringMatching(/^[A-Z]{2}$/),
    },
    { requiredKeys: ['line1', 'city', 'postal_code', 'country'] },
  );

/** An identifier as people write it, with and without its separators. */
export const anyIdentifier = (): fc.Arbitrary<string> => fc.stringMatching(/^[A-Za-z0-9]{1,20}(?:[ -][A-Za-z0-9]{1,20}){0,2}$/);

/** Values that each field of the table may be given, by resource and field. */
export const ANY_VALUE = {
  patient: {
    name: anyText(200),
    date_of_birth: anyDay(),
    address: anyAddress(),
    medical_history: anyText(10_000),
    diagnoses: fc.array(fc.record({ code: anyText(20), description: anyText(100), recorded_on: anyDay() }), { maxLength: 6 }),
    prescriptions: fc.array(fc.record({ medication: anyText(100), dosage: anyText(100), prescribed_on: anyDay() }), { maxLength: 6 }),
  },
  billing: {
    insurance_id: anyIdentifier(),
    billing_address: anyAddress(),
    payment_history: fc.array(
      fc.record({
        paid_on: anyDay(),
        amount_cents: fc.integer({ min: -100_000_000, max: 100_000_000 }),
        currency: fc.stringMatching(/^[A-Z]{3}$/),
        method: fc.constantFrom('card', 'bank_transfer', 'check', 'cash', 'insurance'),
      }),
      { maxLength: 20 },
    ),
  },
  note: { body: anyText(20_000) },
  appointment: { reason: anyText(2_000) },
  session: { recording_version: fc.stringMatching(/^[A-Za-z0-9._-]{1,1024}$/) },
  document: {
    title: anyText(500),
    content_type: fc.constantFrom(...CONTENT_TYPES),
    size_bytes: fc.integer({ min: 1, max: 5_368_709_120 }),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  },
  disclosure: {
    disclosed_at: anyTime(),
    recipient: anyText(500),
    data_classes: fc.uniqueArray(fc.constantFrom('identity', 'clinical', 'billing'), { minLength: 1 }),
    purpose: fc.constantFrom(...DISCLOSURE_PURPOSES),
  },
} as const;
