import type { ClockId } from './clock-ids';
import type { Change, ChangeOf, Entry } from './entry';
import { IncidentError } from './incident-error';
import type { Series } from './series';

/** What is so now, worked out from the entries: 164.308(a)(6)(ii), 164.414(b). */
export interface IncidentRecord {
  readonly id: string;
  readonly status: 'open' | 'closed';
  readonly opened: ChangeOf<'opened'>;
  readonly openedAt: string;
  readonly openedBy: string;
  /** As last decided. */
  readonly discovery: ChangeOf<'discovery'>;
  readonly affected: ChangeOf<'affected'> | undefined;
  readonly encryption: ChangeOf<'encryption'> | undefined;
  readonly assessment: ChangeOf<'assessment'> | undefined;
  readonly assessedAt: string | undefined;
  readonly holds: readonly ChangeOf<'hold'>[];
  readonly met: ReadonlyMap<ClockId, ChangeOf<'met'>>;
  readonly argued: ReadonlyMap<ClockId, ChangeOf<'argued'>>;
  readonly actions: readonly (ChangeOf<'action'> & { readonly at: string; readonly by: string })[];
  readonly cause: ChangeOf<'cause'> | undefined;
  readonly closed: ChangeOf<'closed'> | undefined;
  readonly entries: number;
  readonly lastEntryAt: string;
  /** SHA-256 of the newest entry: by it a print tells which state it shows. */
  readonly headSha256: string;
}

/** The fold of the entries. What is said twice is as it was said last; what was written stays in the entries. */
export function recordOf({ incident, entries, headSha256 }: Series): IncidentRecord {
  const [first] = entries;
  const opened = first.change as ChangeOf<'opened'>; // A series begins with it.
  const last = <Kind extends Change['kind']>(kind: Kind): ChangeOf<Kind> | undefined =>
    entries.findLast(({ change }) => change.kind === kind)?.change as ChangeOf<Kind> | undefined;
  const all = <Kind extends Change['kind']>(kind: Kind): readonly (Entry & { readonly change: ChangeOf<Kind> })[] =>
    entries.filter(({ change }) => change.kind === kind) as unknown as readonly (Entry & { readonly change: ChangeOf<Kind> })[];
  const { detectedAt, firstSeenByHumanAt, discoveredAt, basis, detectionWasNoDiscovery } = opened;
  const status = entries.findLast(({ change: { kind } }) => kind === 'closed' || kind === 'reopened')?.change.kind;
  return {
    id: incident,
    status: status === 'closed' ? 'closed' : 'open',
    opened,
    openedAt: first.at,
    openedBy: first.by,
    discovery: last('discovery') ?? { kind: 'discovery', detectedAt, firstSeenByHumanAt, discoveredAt, basis, detectionWasNoDiscovery },
    affected: last('affected'),
    encryption: last('encryption'),
    assessment: last('assessment'),
    assessedAt: all('assessment').at(-1)?.at,
    holds: all('hold').map(({ change }) => change),
    met: new Map(all('met').map(({ change }) => [change.clock, change])),
    argued: new Map(all('argued').map(({ change }) => [change.clock, change])),
    actions: all('action').map(({ at, by, change }) => ({ ...change, at, by })),
    cause: last('cause'),
    closed: status === 'closed' ? last('closed') : undefined,
    entries: entries.length,
    lastEntryAt: (entries.at(-1) ?? first).at,
    headSha256,
  };
}

/** Whether, as far as the record goes, there is a breach of unsecured PHI: presumed until it says otherwise. 164.402. */
export function presumption(record: IncidentRecord): { readonly isBreach: boolean; readonly because: string } {
  if (isSecured(record.encryption))
    return { isBreach: false, because: 'all PHI was encrypted, no key was exposed, and nothing was read with valid access' };
  switch (record.assessment?.conclusion) {
    case 'low_probability':
      return { isBreach: false, because: 'the assessment shows a low probability of compromise' };
    case 'exception':
      return { isBreach: false, because: 'the assessment shows an exception of the definition' };
    case 'breach':
      return { isBreach: true, because: 'the assessment concludes that it is one' };
    case undefined:
      return { isBreach: true, because: 'there is no assessment, and a breach is presumed' };
  }
}

/** The encryption safe harbour: every store answered, and none with a doubt. */
function isSecured(encryption: ChangeOf<'encryption'> | undefined): boolean {
  return (
    encryption !== undefined &&
    encryption.stores.every((each) => each.encrypted === 'yes' && each.keyExposed === 'no' && each.readWithValidAccess === 'no')
  );
}

/**
 * Sees whether a change may follow.
 *
 * @param now instant in ISO 8601.
 * @throws IncidentError with the one thing that is wrong.
 */
export function checkChange(record: IncidentRecord | undefined, change: Change, now: string): void {
  if (record?.status === 'closed' && change.kind !== 'reopened')
    throw new IncidentError(`Incident ${record.id} is closed: reopen it first, with a reason.`);
  if (record?.status === 'open' && change.kind === 'reopened')
    throw new IncidentError(`Incident ${record.id} is open: there is nothing to reopen.`);
  if (change.kind === 'opened' || change.kind === 'discovery') checkDiscovery(change, now);
  if (change.kind === 'assessment') checkAssessment(change);
  if (change.kind === 'affected') checkAffected(change);
  if (change.kind === 'hold' && change.form === 'written' && change.until < change.statedOn)
    throw new IncidentError(`hold: until is ${change.until}, before the statement of ${change.statedOn}.`);
}

function checkDiscovery(change: ChangeOf<'opened'> | ChangeOf<'discovery'>, now: string): void {
  const { detectedAt, firstSeenByHumanAt, discoveredAt } = change;
  for (const [name, at] of Object.entries({ detectedAt, firstSeenByHumanAt, discoveredAt })) {
    if (at !== undefined && Date.parse(at) > Date.parse(now))
      throw new IncidentError(`${name} is ${at}, and it is ${now}: nothing is discovered in the future.`);
  }
  if (firstSeenByHumanAt !== undefined && Date.parse(firstSeenByHumanAt) < Date.parse(detectedAt))
    throw new IncidentError(
      `firstSeenByHumanAt is ${firstSeenByHumanAt}, before detectedAt ${detectedAt}: who sees it first detects it.`,
    );
  if (firstSeenByHumanAt !== undefined && Date.parse(discoveredAt) > Date.parse(firstSeenByHumanAt))
    throw new IncidentError(
      `discoveredAt is ${discoveredAt}, after a person saw it at ${firstSeenByHumanAt}: ` +
        'what one of the workforce knows is discovered (164.404(a)(2)).',
    );
}

function checkAssessment({ conclusion, exception }: ChangeOf<'assessment'>): void {
  if ((conclusion === 'exception') !== (exception !== undefined))
    throw new IncidentError('assessment: the conclusion exception names which, and no other conclusion does.');
}

function checkAffected({ individuals, byState }: ChangeOf<'affected'>): void {
  const counted = Object.values(byState ?? {}).reduce((sum, each) => sum + each, 0);
  if (counted > individuals) throw new IncidentError(`affected: byState adds up to ${counted}, and individuals is ${individuals}.`);
}
