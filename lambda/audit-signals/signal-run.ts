import { CodedError } from '../shared/outcome';
import { aboveFloor, baselineKey, decideSignals, type Baseline, type SignalLimits } from './decide-signals';
import type { SignalBus, SignalCounts, SignalDatabase } from './ports';
import type { Signal } from './contract';

/** What a run has told so far; kept up to date while it runs, so that a run that fails can still say it. */
export interface SignalProgress {
  windows: number;
  signals: Signal[];
}

/** Time that must be left for another window to be begun: counting and sending the largest one takes less. */
const WINDOW_RESERVE_MS = 45_000;

/**
 * Tells window after window: 164.308(a)(1)(ii)(D). A window is finished after its signals were sent and not before, and one that is not
 * finished is counted again by the next run, to the same signals under the same ids: none is lost, and only a run that failed in between
 * repeats any. Connections hold no transaction while signals are sent, so that the export's windows do not wait for a bus.
 *
 * @throws CodedError `window_conflict` when another run told the same window, or with a failure of the bus; what the database throws
 *   passes through.
 */
export async function runSignals(
  database: SignalDatabase,
  bus: SignalBus,
  limits: SignalLimits,
  remainingMs: () => number,
  progress: SignalProgress,
): Promise<void> {
  for (let more = true; more; ) {
    const window = await database.take();
    const counts = await database.count(window);
    const signals = decideSignals(counts, await baselineOf(database, counts, limits), limits);
    await bus.send(signals);
    if ((await database.finish(window)) !== 'ok') throw new CodedError('window_conflict');
    progress.windows += 1;
    progress.signals.push(...signals);
    more = window.more && remainingMs() > WINDOW_RESERVE_MS;
  }
}

async function baselineOf(database: SignalDatabase, counts: SignalCounts, limits: SignalLimits): Promise<Baseline> {
  const baseline = new Map<string, number>();
  for (const each of aboveFloor(counts, limits)) {
    if (each.actorId) baseline.set(baselineKey(each), await database.medianPatients(each.actorId, each.hourMs));
  }
  return baseline;
}
