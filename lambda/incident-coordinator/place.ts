import type { ChangeOf } from '../incident/entry';
import { EntryTakenError } from '../incident/incident-error';
import type { IncidentStore } from '../incident/ports';
import { recordOf, type IncidentRecord } from '../incident/record';
import { append, findSeries } from '../incident/registry';
import { parseUuid, uuidOf, type Uuid } from '../shared/uuid';
import type { IncidentDefaults } from './contract';
import type { Detected } from './message';

/** Name under which the coordinator writes into records. */
export const COORDINATOR = 'incident-coordinator';

/** Detections of one rule about one subject within this are one incident. */
export const WINDOW_MS = 15 * 60_000;

/** The record that a detection belongs to. */
export interface Placed {
  readonly id: Uuid;
  readonly record: IncidentRecord;
  readonly isNew: boolean;
}

/** Whom or what it is about: what would be contained, else who did it, else the rule alone. */
export function subjectOf({ principal, target, user }: Detected): string {
  return target || principal || user;
}

/**
 * Finds the record that a detection belongs to, or opens it: 164.308(a)(6)(ii). The id follows from rule, subject and quarter of an hour of
 * the event, and the first entry of a record is written once, so that the same detection twice, or two at once, meet in one record.
 *
 * One that falls just past the end of a quarter belongs to the record of the quarter before, when that is still open and began less than
 * {@link WINDOW_MS} earlier. Two of which the later is handled first, or both at the very same moment, may get a record each, which does no
 * harm: what contains twice finds it contained.
 *
 * @param nowMs milliseconds since the epoch.
 * @throws CodedError of the store. IncidentError when a record is not whole.
 */
export async function place(store: IncidentStore, detected: Detected, defaults: IncidentDefaults, nowMs: number): Promise<Placed> {
  const atMs = Date.parse(detected.time);
  const quarter = Math.floor(atMs / WINDOW_MS);
  const idIn = (each: number): Uuid => uuidOf('incident', detected.ruleId, subjectOf(detected), each);
  const own = idIn(quarter);
  const there = await present(store, own);
  if (there) return there;
  const earlier = await present(store, idIn(quarter - 1));
  if (earlier?.record.status === 'open' && atMs - Date.parse(earlier.record.opened.detectedAt) < WINDOW_MS) return earlier;
  try {
    const now = new Date(nowMs).toISOString();
    const change = openedBy(detected, defaults, new Date(Math.min(atMs, nowMs)).toISOString());
    return { id: own, record: await append(store, own, change, { now, by: COORDINATOR }), isNew: true };
  } catch (error) {
    if (!(error instanceof EntryTakenError)) throw error;
    const taken = await present(store, own);
    if (!taken) throw error;
    return taken;
  }
}

/** One record as it is now; undefined when there is none. */
async function present(store: IncidentStore, id: Uuid): Promise<Placed | undefined> {
  const series = await findSeries(store, id);
  return series && { id, record: recordOf(series), isNew: false };
}

function openedBy(detected: Detected, defaults: IncidentDefaults, at: string): ChangeOf<'opened'> {
  const { eventId, region, ruleId, severity, target, targetField } = detected;
  const user = targetField === 'userSub' ? parseUuid(target) : undefined;
  return {
    kind: 'opened',
    timeZone: defaults.timeZone,
    summary: `Detected by the rule ${ruleId} as event ${eventId} of ${region}: see the rule's entry in docs/runbook.md.`,
    severity,
    regime: [...defaults.regime],
    as: defaults.as,
    coveredEntities: [],
    detectionIds: [ruleId],
    subjects: user ? [user] : [],
    detectedAt: at,
    discoveredAt: at,
    basis: 'A rule detected it, and opened this record. Until a person decides otherwise, it counts as discovered at that moment.',
  };
}
