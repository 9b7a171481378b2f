import * as z from 'zod/mini';
import { isTimeZone, parseDay, type Day } from './calendar';
import { CLOCK_IDS } from './clock-ids';
import { IncidentError } from './incident-error';

/** Names the format of an entry; another meaning of any member needs another name. */
export const ENTRY_FORMAT = 'telehealth-incident/1';

/** Before the first entry there is none. */
export const NO_PREVIOUS_ENTRY = '0'.repeat(64);

const uuid = () => z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'a lower-case UUID'));
const sha256 = () => z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits'));
const instant = () => z.iso.datetime({ error: 'an instant in UTC, such as 2026-11-27T18:22:08Z' });
const day = () =>
  z.pipe(
    z.string().check(z.refine((text) => parseDay(text) !== undefined, 'a day that exists, such as 2026-11-27')),
    z.transform((text) => text as Day),
  );
/** A code or reference without spaces: of a person, a document, a detection. */
const reference = () => z.string().check(z.regex(/^[\x21-\x7e]{1,300}$/, 'a reference of 1 to 300 visible characters without spaces'));
/** What a person writes. A number spelled as a social security number is refused: a record of a breach must not become another one. */
const prose = () =>
  z.string().check(
    z.regex(/\S/, 'a text that says something'),
    z.maxLength(4_000, 'at most 4,000 characters'),
    z.refine((text) => !/\b\d{3}-\d\d-\d{4}\b/.test(text), 'a text without a social security number: name ids, never values of a record'),
  );
const yesNoUnknown = () => z.enum(['yes', 'no', 'unknown'], { error: 'yes, no or unknown' });
const whole = () => z.int({ error: 'a whole number' }).check(z.gte(0, 'a whole number from 0'));

/** When the breach counts as discovered, and why: 164.404(a)(2), 164.410(a)(2). */
const discovery = {
  /** When a machine or a stranger told. */
  detectedAt: instant(),
  /** When a member of the workforce, or an agent, first saw it. */
  firstSeenByHumanAt: z.optional(instant()),
  /** As decided. */
  discoveredAt: instant(),
  basis: prose(),
  /** Why reasonable diligence would not have known at `detectedAt`. Without it, clocks run from there. */
  detectionWasNoDiscovery: z.optional(prose()),
};

const kinds = {
  opened: z.strictObject({
    kind: z.literal('opened'),
    /** IANA name of the zone whose days count. */
    timeZone: z.string().check(z.refine(isTimeZone, 'an IANA time zone, such as America/New_York')),
    summary: prose(),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    regime: z.array(z.enum(['hipaa', 'ftc', 'state', 'contract'])).check(z.minLength(1)),
    /** Which of the two this organization is here. A business associate that is an agent discovers for its covered entity, too. */
    as: z.enum(['covered_entity', 'business_associate', 'agent_business_associate']),
    coveredEntities: z.array(reference()),
    detectionIds: z.array(reference()),
    /** Who is suspected, by pseudonymous id. */
    subjects: z.array(uuid()),
    ...discovery,
  }),
  discovery: z.strictObject({ kind: z.literal('discovery'), ...discovery }),
  /** How many, as counted; by State only after the audited step that may read addresses. */
  affected: z.strictObject({
    kind: z.literal('affected'),
    individuals: whole(),
    /** Whether more may be affected than were counted. */
    isLowerBound: z.boolean(),
    byState: z.optional(z.record(z.string().check(z.regex(/^[A-Z]{2}$/, 'two capital letters of a State')), whole())),
    dataClasses: z.array(z.enum(['identity', 'clinical', 'billing'])),
    firstAccessAt: z.nullable(instant()),
    lastAccessAt: z.nullable(instant()),
    /** Where the list of ids is, and what it was. */
    list: z.optional(z.strictObject({ ref: reference(), sha256: sha256() })),
    basis: prose(),
  }),
  /** The questions of the encryption safe harbour, for each store: only what the intruder cannot use is secured. */
  encryption: z.strictObject({
    kind: z.literal('encryption'),
    stores: z
      .array(
        z.strictObject({
          store: reference(),
          encrypted: yesNoUnknown(),
          keyExposed: yesNoUnknown(),
          readWithValidAccess: yesNoUnknown(),
        }),
      )
      .check(z.minLength(1)),
  }),
  /** The four factors, each in words, and what follows: 164.402, definition of breach, paragraph (2). */
  assessment: z.strictObject({
    kind: z.literal('assessment'),
    nature: prose(),
    recipient: prose(),
    acquiredOrViewed: prose(),
    mitigation: prose(),
    exception: z.optional(z.enum(['unintentional_workforce', 'inadvertent_disclosure', 'not_retained'])),
    conclusion: z.enum(['breach', 'low_probability', 'exception'], { error: 'breach, low_probability or exception' }),
    reasons: prose(),
    decidedBy: reference(),
  }),
  /** A law-enforcement official asked to wait: 164.412. */
  hold: z.discriminatedUnion('form', [
    z.strictObject({
      kind: z.literal('hold'),
      form: z.literal('written'),
      official: reference(),
      statedOn: day(),
      until: day(),
      proof: reference(),
    }),
    z.strictObject({
      kind: z.literal('hold'),
      form: z.literal('oral'),
      official: reference(),
      statedOn: day(),
      until: z.optional(day()),
      proof: reference(),
    }),
  ]),
  met: z.strictObject({ kind: z.literal('met'), clock: z.enum(CLOCK_IDS), on: day(), proof: reference() }),
  /** Why a clock asks for nothing. */
  argued: z.strictObject({ kind: z.literal('argued'), clock: z.enum(CLOCK_IDS), because: prose(), decidedBy: reference() }),
  action: z.strictObject({
    kind: z.literal('action'),
    action: reference(),
    target: reference(),
    result: prose(),
    evidence: z.optional(reference()),
    /** When it was begun, where that is known apart from when it was written down. */
    startedAt: z.optional(instant()),
  }),
  cause: z.strictObject({ kind: z.literal('cause'), rootCause: prose(), correctiveActions: z.array(prose()).check(z.minLength(1)) }),
  closed: z.strictObject({ kind: z.literal('closed'), because: prose() }),
  reopened: z.strictObject({ kind: z.literal('reopened'), because: prose() }),
} as const;

/** What one entry changes. */
export type Change = z.infer<(typeof kinds)[keyof typeof kinds]>;

/** One of the kinds of {@link Change}. */
export type ChangeKind = keyof typeof kinds;

/** A change of one kind. */
export type ChangeOf<Kind extends ChangeKind> = z.infer<(typeof kinds)[Kind]>;

const envelope = z.strictObject({
  format: z.literal(ENTRY_FORMAT),
  incident: uuid(),
  /** From 1, without gap. */
  sequence: z.int().check(z.gte(1)),
  at: instant(),
  /** Who says so: the name under which that person signs in. */
  by: reference(),
  /** SHA-256 of the bytes of the entry before; 64 zeros in the first. */
  prev: sha256(),
  change: z.unknown(),
});

/** One entry of a record. Its bytes are the JSON text of it and a newline. */
export type Entry = Omit<z.infer<typeof envelope>, 'change'> & { readonly change: Change };

/** Kinds of change, in the order in which they are listed to people. */
export const CHANGE_KINDS = Object.keys(kinds) as readonly ChangeKind[];

/**
 * Reads a change.
 *
 * @throws IncidentError that names the first member that is wrong, and what is allowed; it repeats no text that was given.
 */
export function parseChange(value: unknown): Change {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind))
    throw new IncidentError(`A change is one of ${CHANGE_KINDS.join(', ')}, as its kind.`);
  const read = kinds[kind as ChangeKind].safeParse(value);
  if (read.success) return read.data;
  throw new IncidentError(`${kind}: ${complaintOf(read.error)}`);
}

/**
 * Reads an entry.
 *
 * @throws IncidentError as {@link parseChange}.
 */
export function parseEntry(text: string): Entry {
  const value = ((): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new IncidentError('An entry is a JSON object; this one is other text.');
    }
  })();
  const read = envelope.safeParse(value);
  if (!read.success) throw new IncidentError(`An entry of a record: ${complaintOf(read.error)}`);
  return { ...read.data, change: parseChange(read.data.change) };
}

function complaintOf({ issues }: z.core.$ZodError): string {
  const [issue] = issues;
  const at = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') return `unknown ${issue.keys.join(', ')}; see docs/incidents.md for what it may say.`;
  return `${at === '' ? 'the whole' : at} has to be ${wantedBy(issue)}.`;
}

function wantedBy(issue: z.core.$ZodIssue | undefined): string {
  if (issue !== undefined && issue.message !== 'Invalid input') return issue.message;
  return issue?.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : 'there, and of its kind (docs/incidents.md)';
}
