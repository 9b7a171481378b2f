import * as z from 'zod/mini';

// FHIR knows neither null nor empty text: https://hl7.org/fhir/R4/json.html.
const text = () => z.string().check(z.regex(/\S/));
const uri = () => z.string().check(z.regex(/^(https?:\/\/|urn:)\S+$/));
const id = () => z.string().check(z.regex(/^[A-Za-z0-9.-]{1,64}$/));
const instant = () => z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const some = <Element extends z.ZodMiniType>(element: Element) => z.array(element).check(z.minLength(1));

const coding = z.strictObject({ system: uri(), code: text(), display: z.optional(text()) });
const concept = z.union([z.strictObject({ coding: some(coding) }), z.strictObject({ text: text() })]);
/** A reference to a record, an identifier, or a word for a thing that is no person. */
const reference = z.union([
  z.strictObject({ reference: z.string().check(z.regex(/^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/)) }),
  z.strictObject({ identifier: z.strictObject({ value: text() }) }),
  z.strictObject({ display: z.enum(['records service', 'client of the API']) }),
]);

const agent = z.strictObject({
  type: concept,
  role: z.optional(some(concept)),
  who: reference,
  requestor: z.boolean(),
  network: z.optional(z.strictObject({ address: text(), type: z.enum(['1', '2', '3', '4', '5']) })),
});

/**
 * AuditEvent of R4 with its cardinalities, https://hl7.org/fhir/R4/auditevent.html, but for the elements that would hold more than a
 * reference: no name, no description, no query.
 */
export const AUDIT_EVENT = z.strictObject({
  resourceType: z.literal('AuditEvent'),
  id: id(),
  type: coding,
  subtype: some(coding),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  recorded: instant(),
  outcome: z.enum(['0', '4', '8', '12']),
  outcomeDesc: z.optional(z.string().check(z.regex(/^[a-z_]+$/))),
  purposeOfEvent: z.optional(some(concept)),
  agent: some(agent),
  source: z.strictObject({ observer: reference, type: z.optional(some(coding)) }),
  entity: some(
    z.strictObject({
      what: z.optional(reference),
      type: coding,
      role: z.optional(coding),
      detail: z.optional(some(z.strictObject({ type: text(), valueString: text() }))),
    }),
  ),
});

/** A searchset of them, https://hl7.org/fhir/R4/bundle.html. */
export const AUDIT_BUNDLE = z.strictObject({
  resourceType: z.literal('Bundle'),
  type: z.literal('searchset'),
  timestamp: instant(),
  link: z.optional(some(z.strictObject({ relation: z.literal('next'), url: uri() }))),
  entry: z.optional(
    some(z.strictObject({ fullUrl: uri(), resource: AUDIT_EVENT, search: z.strictObject({ mode: z.literal('match') }) })),
  ),
});

/** One event, as it is rendered. */
export type AuditEvent = z.infer<typeof AUDIT_EVENT>;

/**
 * The events of a bundle that is one by the structure of R4.
 *
 * @throws the list of what is not.
 */
export function readAuditBundle(body: unknown): readonly AuditEvent[] {
  return (AUDIT_BUNDLE.parse(body).entry ?? []).map(({ resource }) => resource);
}
