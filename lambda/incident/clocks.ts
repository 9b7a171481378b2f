import { addDays, dayIn, endOfYear, laterOf, type Day } from './calendar';
import type { ClockId } from './clock-ids';
import { presumption, type IncidentRecord } from './record';

/** Calendar days of the regulation: 164.404(b), 164.406(b), 164.408(b), (c), 164.410(b). */
export const NOTICE_DAYS = 60;

/** Longest delay that an oral statement of law enforcement gives: 164.412(b). */
export const ORAL_HOLD_DAYS = 30;

/** Individuals from which the Secretary is told with them, and above which, in one State, the media: 164.408(b), 164.406(a). */
export const LARGE_BREACH = 500;

/** Six years with their leap days: 164.316(b)(2)(i), 164.530(j)(2) ask for six years; this is never fewer. */
export const RECORD_DAYS = 2192;

/** One thing that is due. */
export interface Clock {
  readonly id: ClockId;
  readonly what: string;
  readonly citation: string;
  /** A gate of the project is no demand of the regulation. */
  readonly setBy: 'regulation' | 'project';
  readonly due: Day;
  /** `argued`: the record says why nothing is due. `not_due`: what is known so far says so. */
  readonly state: 'running' | 'overdue' | 'met' | 'met_late' | 'argued' | 'not_due';
  /** Why it is due then, or not. */
  readonly because: string;
}

/** Gates of the project, in days from discovery; those of hours end with the day in which the hours do. */
const GATES: readonly { readonly id: ClockId; readonly what: string; readonly hours: number }[] = [
  { id: 'contain', what: 'evidence captured, first containment', hours: 1 },
  { id: 'officers', what: 'privacy and security officers at work', hours: 24 },
  { id: 'scope', what: 'affected patients counted', hours: 72 },
  { id: 'assessment', what: 'four-factor assessment signed', hours: 10 * 24 },
  { id: 'drafts', what: 'notices drafted, counsel and State law asked', hours: 30 * 24 },
  { id: 'executive', what: 'last gate before the hard stop: the executive decides', hours: 45 * 24 },
];

/**
 * When the breach counts as discovered: the earliest defensible of the three instants. When a machine told counts, too, because reasonable
 * diligence would have known, unless the record argues why not. 164.404(a)(2), 164.410(a)(2).
 */
export function discoveryInstant({ discovery }: IncidentRecord): string {
  const { detectedAt, firstSeenByHumanAt, discoveredAt, detectionWasNoDiscovery } = discovery;
  const known = [discoveredAt, firstSeenByHumanAt, detectionWasNoDiscovery === undefined ? detectedAt : undefined];
  return known.filter((at) => at !== undefined).reduce((first, at) => (Date.parse(at) < Date.parse(first) ? at : first));
}

/** The day of discovery, in the zone of the record. */
export function discoveryDay(record: IncidentRecord): Day {
  return dayIn(discoveryInstant(record), record.opened.timeZone);
}

/** Until when law enforcement may have the notices wait: 164.412. Undefined without a statement. */
export function heldUntil({ holds }: IncidentRecord): Day | undefined {
  const ends = holds.map((hold) => {
    if (hold.form === 'written') return hold.until;
    const longest = addDays(hold.statedOn, ORAL_HOLD_DAYS);
    return hold.until === undefined || hold.until > longest ? longest : hold.until;
  });
  return ends.length === 0 ? undefined : ends.reduce(laterOf);
}

/** The last day that the record has to be kept, at least. */
export function retainedUntil({ lastEntryAt, opened }: IncidentRecord): Day {
  return addDays(dayIn(lastEntryAt, opened.timeZone), RECORD_DAYS);
}

/**
 * Every clock of a record, those of the regulation first. "Without unreasonable delay" is sooner than all of them: a due day is the last
 * one, not the right one.
 *
 * @param today in the zone of the record.
 */
export function clocksOf(record: IncidentRecord, today: Day): readonly Clock[] {
  const discovered = discoveryDay(record);
  const demands = demandsOf(record, discovered).map((demand) => ({ ...demand, setBy: 'regulation' as const }));
  const gates = GATES.map(({ id, what, hours }) => ({
    ...{ id, what, citation: 'this project', setBy: 'project' as const, isDue: true, because: `within ${hoursText(hours)} of discovery` },
    due: dayIn(new Date(Date.parse(discoveryInstant(record)) + hours * 3_600_000).toISOString(), record.opened.timeZone),
  }));
  return [...demands, ...gates].map(({ isDue, ...clock }) => ({
    ...clock,
    ...stateOf(record, clock.id, clock.due, isDue, clock.because, today),
  }));
}

interface Demand {
  readonly id: ClockId;
  readonly what: string;
  readonly citation: string;
  readonly due: Day;
  readonly isDue: boolean;
  readonly because: string;
}

function demandsOf(record: IncidentRecord, discovered: Day): readonly Demand[] {
  const { isBreach, because } = presumption(record);
  const held = heldUntil(record);
  const delayed = (day: Day): Day => (held === undefined ? day : laterOf(day, held));
  const sixty = delayed(addDays(discovered, NOTICE_DAYS));
  const owed = (id: ClockId, what: string, citation: string, due: Day, isDue: boolean, why: string): Demand => ({
    ...{ id, what, citation, due },
    isDue: isBreach && isDue,
    because: isBreach ? `${why}${held !== undefined && due === held ? '; held by law enforcement (164.412)' : ''}` : because,
  });
  const within = `${NOTICE_DAYS} days from discovery on ${discovered}`;
  if (record.opened.as === 'business_associate')
    return [owed('covered_entity', 'notice to each covered entity, with the individuals', '164.410', sixty, true, within)];
  const small = isSmall(record);
  const secretary = small ? delayed(addDays(endOfYear(discovered), NOTICE_DAYS)) : sixty;
  const media = mediaOwed(record);
  return [
    ...(record.opened.as === 'agent_business_associate'
      ? [
          owed(
            'covered_entity',
            'notice to each covered entity, whose clocks run already',
            '164.410',
            sixty,
            true,
            `${within}, which is the covered entity’s, too`,
          ),
        ]
      : []),
    owed('individuals', 'notice to each individual', '164.404', sixty, true, within),
    owed(
      'media',
      'notice to the media of each State with more than 500',
      '164.406',
      sixty,
      media.isDue,
      media.isDue ? `${media.because}; ${within}` : media.because,
    ),
    owed(
      'secretary',
      small ? 'entry into the yearly log of HHS' : 'notice to HHS together with the individuals',
      small ? '164.408(c)' : '164.408(b)',
      secretary,
      true,
      small
        ? `fewer than ${LARGE_BREACH}: ${NOTICE_DAYS} days after the end of the year of discovery`
        : `${LARGE_BREACH} or more, or not known to be fewer; ${within}`,
    ),
  ];
}

/** Fewer than 500 by a count that leaves nobody out. */
function isSmall({ affected }: IncidentRecord): boolean {
  return affected !== undefined && !affected.isLowerBound && affected.individuals < LARGE_BREACH;
}

/** States with so many of the affected that their media are told, as far as they are counted by State: 164.406(a). */
export function mediaStates(affected: IncidentRecord['affected']): readonly string[] {
  return Object.entries(affected?.byState ?? {})
    .filter(([, count]) => count > LARGE_BREACH)
    .map(([state]) => state);
}

/** Without a count by State, more than 500 of one State cannot be ruled out by a total of more than 500. */
function mediaOwed({ affected }: IncidentRecord): { readonly isDue: boolean; readonly because: string } {
  if (affected === undefined) return { isDue: true, because: 'nobody has counted yet' };
  const { individuals, isLowerBound, byState } = affected;
  const large = mediaStates(affected);
  if (large.length > 0) return { isDue: true, because: `more than ${LARGE_BREACH} in ${large.join(', ')}` };
  if (isLowerBound) return { isDue: true, because: 'the count is a lower bound' };
  if (individuals <= LARGE_BREACH) return { isDue: false, because: `not more than ${LARGE_BREACH} in all` };
  const placed = Object.values(byState ?? {}).reduce((sum, count) => sum + count, 0);
  return couldExceed(byState, individuals - placed)
    ? { isDue: true, because: `${individuals} in all, of whom ${individuals - placed} have no State yet` }
    : { isDue: false, because: `not more than ${LARGE_BREACH} in any State` };
}

function couldExceed(byState: Readonly<Record<string, number>> | undefined, unplaced: number): boolean {
  return Math.max(0, ...Object.values(byState ?? {})) + unplaced > LARGE_BREACH;
}

function stateOf(
  record: IncidentRecord,
  id: ClockId,
  due: Day,
  isDue: boolean,
  because: string,
  today: Day,
): Pick<Clock, 'state' | 'because'> {
  const met = record.met.get(id);
  if (met) return { state: met.on > due ? 'met_late' : 'met', because: `met on ${met.on}: ${met.proof}` };
  const argued = record.argued.get(id);
  if (argued) return { state: 'argued', because: `${argued.because} (${argued.decidedBy})` };
  if (!isDue) return { state: 'not_due', because };
  return { state: today > due ? 'overdue' : 'running', because };
}

function hoursText(hours: number): string {
  if (hours === 1) return 'an hour';
  return hours > 72 ? `${hours / 24} days` : `${hours} hours`;
}
