type Json = Readonly<Record<string, unknown>>;

/** Events that a function of these templates sends. */
export interface OwnEvents {
  readonly name: string;
  /** As in "somebody is told when …". */
  readonly when: string;
  readonly citation: string;
  readonly events: readonly Json[];
  /** How many topics are told: two where one officer may be the one whom it is about, or has to judge it beside the other. */
  readonly topics: 1 | 2;
}

const SOMEBODY: Json = { actorId: '00000000-0000-4000-8000-000000000000', actorRole: 'clinician' };

const signalOf = (rule: string, counts: Json, actor: Json = SOMEBODY): Json => ({
  source: 'telehealth.audit-signals',
  'detail-type': 'Unusual access',
  detail: {
    signalId: '0'.repeat(32), rule, ...actor, counts, window: { from: '2026-11-22T09:55:00.000Z', to: '2026-11-22T10:00:00.000Z' },
  },
});

/** What the counts over the audit trail of the application find. */
export const OWN_EVENTS: readonly OwnEvents[] = [
  {
    name: 'many-patients',
    when: 'a user opens more patients than is usual for them',
    citation: '164.308(a)(1)(ii)(D)',
    events: [signalOf('A1', { patients: 21, limit: 20 })],
    topics: 1,
  },
  {
    name: 'probing',
    when: 'a user is refused again and again, or tries identifiers',
    citation: '164.308(a)(1)(ii)(D)',
    events: [signalOf('A4', { denied: 10, limit: 10 }), signalOf('A4', { probe: 10, limit: 10 })],
    topics: 1,
  },
  {
    name: 'emergency-access',
    when: 'emergency access to a patient is opened, and so is another',
    citation: '164.312(a)(2)(ii)',
    events: [signalOf('A8', { grants: 1 })],
    topics: 2,
  },
  {
    name: 'a-gap-in-the-audit',
    when: 'the audit of the application lacks a batch, or is silent',
    citation: '164.312(b)',
    events: [signalOf('A10', { missingBatches: 1 }, {}), signalOf('A10', { silentS: 600 }, {})],
    topics: 1,
  },
  {
    name: 'touched-bait',
    when: 'a user touches a record that is set out as bait, and so is another',
    citation: '164.308(a)(6)(ii)',
    events: [signalOf('A11', { events: 1 })],
    topics: 2,
  },
];
