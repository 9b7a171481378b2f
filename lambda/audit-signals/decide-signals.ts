import { createHash } from 'node:crypto';
import { openedAtMs, type BusinessHours } from './business-hours';
import type { Signal, SignalRule } from './contract';
import type { CountedActor, Growth, ReachCount, SignalCounts, SignalWindow } from './ports';

/** From where on a count is a signal. Starting values, to be tuned to what a practice does in an ordinary week. */
export interface SignalLimits {
  /** A1: patients of an actor in an hour, at least, whatever the actor's own median is. */
  readonly patientsFloor: number;
  /** A1: times the actor's own median. */
  readonly medianFactor: number;
  /** A4: refusals, and likewise misses and collisions, of an actor within five minutes. */
  readonly burst: number;
  /** A10: silence of the trail during business hours, in milliseconds. */
  readonly silenceMs: number;
  /** A10: when silence counts; undefined where nobody works yet. */
  readonly businessHours: BusinessHours | undefined;
}

/** The starting values, without the hours. */
export const STARTING_LIMITS = { patientsFloor: 20, medianFactor: 4, burst: 10, silenceMs: 600_000 } as const;

/** The medians that a decision needs, by {@link baselineKey}. */
export type Baseline = ReadonlyMap<string, number>;

/** Names an actor's hour in a {@link Baseline}. */
export function baselineKey({ actorId, hourMs }: ReachCount): string {
  return `${actorId ?? ''} ${hourMs}`;
}

/** The counts that need a baseline: whoever reached no more patients than the floor is judged without one. */
export function aboveFloor({ reach }: SignalCounts, { patientsFloor }: SignalLimits): readonly ReachCount[] {
  return reach.filter(({ after }) => after > patientsFloor);
}

/**
 * Decides what is told of a window: 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii). A limit that was crossed before the window was told then, so
 * nothing is told twice; a count that is higher never tells less.
 */
export function decideSignals(counts: SignalCounts, baseline: Baseline, limits: SignalLimits): readonly Signal[] {
  const { window } = counts;
  const reached = aboveFloor(counts, limits).flatMap((each) => {
    const limit = Math.max(limits.patientsFloor, limits.medianFactor * (baseline.get(baselineKey(each)) ?? 0));
    // Over the limit, where a burst is told at it.
    if (each.after <= limit || each.before > limit) return [];
    return [signalOf('A1', window, { patients: each.after, limit }, each, String(each.hourMs))];
  });
  const bursts = (['denied', 'probe'] as const).flatMap((kind) => {
    const crossed = counts.bursts.filter((each) => each.kind === kind && crosses(each, limits.burst));
    return highest(crossed).map((each) => signalOf('A4', window, { [kind]: each.after, limit: limits.burst }, each, kind));
  });
  const overrides = counts.overrides
    .filter(({ events }) => events > 0)
    .map((each) => signalOf('A8', window, { grants: each.events }, each));
  const bait = counts.bait.filter(({ events }) => events > 0).map((each) => signalOf('A11', window, { events: each.events }, each));
  return [...reached, ...bursts, ...overrides, ...gaps(window, limits), ...bait];
}

/** Missing numbers, and silence that reached its limit in this window. */
function gaps(window: SignalWindow, { silenceMs, businessHours }: SignalLimits): readonly Signal[] {
  const missing = window.missingBatches > 0 ? [signalOf('A10', window, { missingBatches: window.missingBatches })] : [];
  const opened = businessHours && openedAtMs(businessHours, window.toMs);
  if (opened === undefined) return missing;
  const since = Math.max(opened, window.lastEventMs ?? 0);
  const told = window.fromMs - since >= silenceMs;
  if (told || window.toMs - since < silenceMs) return missing;
  return [...missing, signalOf('A10', window, { silentS: Math.floor((window.toMs - since) / 1_000) }, undefined, 'silence')];
}

function crosses({ before, after }: Growth, limit: number): boolean {
  return before < limit && after >= limit;
}

/** One count of each actor, the highest. */
function highest<Count extends Growth>(counts: readonly Count[]): readonly Count[] {
  const byActor = new Map<string | undefined, Count>();
  for (const each of counts) {
    if (each.after > (byActor.get(each.actorId)?.after ?? 0)) byActor.set(each.actorId, each);
  }
  return [...byActor.values()];
}

function signalOf(rule: SignalRule, window: SignalWindow, counts: Signal['counts'], actor?: CountedActor, part = ''): Signal {
  const name = [rule, part, actor?.actorId ?? '', window.fromXid, window.toXid, window.toMs].join(' ');
  return {
    signalId: createHash('sha256').update(name).digest('hex').slice(0, 32),
    rule,
    ...(actor?.actorId ? { actorId: actor.actorId } : {}),
    ...(actor?.actorRole ? { actorRole: actor.actorRole } : {}),
    counts,
    window: { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() },
  };
}
