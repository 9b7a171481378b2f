import { CodedError } from '../shared/outcome';
import { BATCH_CONFLICT_CODE } from './contract';
import type { BatchPlan } from './batch';
import { eventLine } from './event-line';
import type { BatchSigner, BatchStore, ExportDatabase } from './ports';
import { sealBatch, type SealedBatch } from './seal-batch';

/** What the effects of a run go through. */
export interface ExportPorts {
  readonly database: ExportDatabase;
  readonly store: BatchStore;
  readonly signer: BatchSigner;
}

/** What a run has done so far; kept up to date while it runs, so that a run that fails can still say it. */
export interface ExportProgress {
  batches: number;
  events: number;
}

/** Why a run stopped although database, store and signer did their part. */
export const WINDOW_FAILURES = [BATCH_CONFLICT_CODE, 'window_conflict'] as const;

/** One of {@link WINDOW_FAILURES}. */
export type WindowFailure = (typeof WINDOW_FAILURES)[number];

/** Events read in one statement: about 1 MB. */
const PAGE_EVENTS = 2_000;

/** Time that must be left for another window to be begun: reading, signing and writing the largest one takes less. */
const WINDOW_RESERVE_MS = 25_000;

/** Younger than this, what is left can wait for the next run. */
const FRESH_S = 30;

/**
 * Exports window after window: 164.312(b), 164.312(c)(1), 164.316(b)(2)(i). A window is planned before it is read and finished after it is
 * stored, each in a transaction of its own, so a run that dies anywhere is followed by one that writes the same bytes under the same name
 * and finds them there. Any number of runs may go on at once. An empty window is written too, since silence is an alarm.
 *
 * Memory: the lines of one window, which the database holds to 10,000 events or one transaction (about 5 MB), twice.
 *
 * @throws CodedError with a {@link WindowFailure} or a failure of a port; what the database throws passes through.
 */
export async function runExport(ports: ExportPorts, remainingMs: () => number, progress: ExportProgress): Promise<void> {
  let goOn = true;
  while (goOn) {
    const first = progress.batches === 0;
    const events = await exportWindow(ports);
    progress.batches += 1;
    progress.events += events;
    // The first window may be an interrupted run's, so that its being empty tells nothing about what is left.
    goOn =
      (first || events > 0) && remainingMs() > WINDOW_RESERVE_MS && (await ports.database.oldestUnexportedS()) > FRESH_S;
  }
}

async function exportWindow({ database, store, signer }: ExportPorts): Promise<number> {
  const plan = await database.plan();
  const batch = await sealBatch(plan, await readLines(database, plan), signer);
  await put(store, batch);
  const finished = await database.finish(plan, batch.digest, batch.n);
  if (finished !== 'ok') throw new CodedError<WindowFailure>('window_conflict');
  return batch.n;
}

async function readLines(database: ExportDatabase, plan: BatchPlan): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await database.read(plan, after, PAGE_EVENTS);
    for (const event of page) lines.push(eventLine(event));
    after = page.at(-1)?.seq;
    if (page.length < PAGE_EVENTS) return lines;
  }
}

/** A name that is taken by the same bytes is what a repeated run finds; by other bytes, somebody else's doing, or a restored database. */
async function put(store: BatchStore, batch: SealedBatch): Promise<void> {
  if ((await store.create(batch.key, batch.bytes)) === 'created') return;
  const stored = await store.read(batch.key);
  if (Buffer.compare(stored, batch.bytes) !== 0) throw new CodedError<WindowFailure>(BATCH_CONFLICT_CODE);
}
