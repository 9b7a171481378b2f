import type { Uuid } from '../shared/uuid';
import type { ArchiveEntry, BatchArchive, BatchEntry } from './archive';
import { findingsOf, type Finding } from './findings';
import type { VerificationKey } from './verification-key';
import { verifyBatch, type BatchVerdict } from './verify-batch';
import { ChainVerifier } from './verify-chain';

/** What to verify against. */
export interface VerifyOptions {
  readonly keys: readonly VerificationKey[];
  readonly nowMs: number;
  /** How old the newest batch may be. */
  readonly maxAgeMs: number;
  /** Is shown every batch in order, and may have findings of its own. */
  readonly onBatch?: (key: string, verdict: BatchVerdict) => readonly Finding[];
}

/** How much was looked at. */
export interface VerifySummary {
  readonly batches: number;
  readonly events: number;
  readonly epochs: number;
  readonly newestPlannedAt: string | undefined;
}

/** Far more than the exporter writes. */
export const MAX_BATCH_BYTES = 64 * 1_024 * 1_024;

/** Batches asked for ahead of the one that is checked: a bucket answers late, but answers many at once. */
const READ_AHEAD = 8;

/**
 * Verifies a whole archive: 164.312(b), 164.312(c)(1), 164.316(b)(2)(i). Findings come as they are made; the summary is the value returned
 * at the end. Holds a few batches at a time and nothing of those that are done.
 *
 * @throws ArchiveError when something cannot be read, which is no finding: nothing is known then.
 */
export async function* verifyArchive(archive: BatchArchive, options: VerifyOptions): AsyncGenerator<Finding, VerifySummary> {
  const { epochs, strays } = await archive.epochs();
  for (const stray of strays) yield unknownFile(stray);
  const beginnings = await Promise.all(epochs.map((epoch) => beginningOf(archive, epoch, options.keys)));
  // By the database's clock. Whoever takes an epoch away breaks the citation of the one after it, or the heartbeat.
  beginnings.sort((a, b) => (a.plannedAt < b.plannedAt ? -1 : 1));
  const chain = new ChainVerifier(new Set(beginnings.map(({ no }) => no - 1)));
  let [batches, events] = [0, 0];
  for (const { epoch } of beginnings) {
    chain.beginEpoch();
    for await (const { entry, read } of readAhead(archive, epoch)) {
      if (entry.kind === 'stray') {
        yield unknownFile(entry.key);
        continue;
      }
      yield* ofStorage(entry, read);
      // What is gone for good is a gap that the next batch shows.
      if (entry.versions === 0) continue;
      const verdict = read ? verifyBatch(entry.key, read.bytes, options.keys) : UNREADABLE;
      yield* verdict.findings;
      yield* chain.add(entry.key, entry.no, verdict.header);
      yield* options.onBatch?.(entry.key, verdict) ?? [];
      batches += 1;
      events += verdict.events.length;
    }
  }
  yield* chain.end(options.nowMs, options.maxAgeMs);
  return { batches, events, epochs: beginnings.length, newestPlannedAt: chain.newestPlannedAt() };
}

const UNREADABLE: BatchVerdict = { header: undefined, events: [], findings: [] };

function unknownFile(key: string): Finding {
  return findingsOf(key)('unknown_file', 'batches only', 'a file that is none');
}

/** What the store says about a name, beside what is in it. */
function ofStorage(entry: BatchEntry, read: Read): readonly Finding[] {
  const finding = findingsOf(entry.key);
  const { versions, deleteMarkers } = entry;
  return [
    ...(versions > 1 ? [finding('several_versions', 'one version', `${versions} versions`)] : []),
    ...(deleteMarkers > 0 ? [finding('delete_marker', 'no delete marker', `${deleteMarkers}, over ${versions} versions`)] : []),
    ...(versions > 0 && !read ? [finding('batch_too_large', `at most ${MAX_BATCH_BYTES} bytes`, 'more')] : []),
    ...(read?.lock === 'missing' ? [finding('retention_missing', 'a lock until a date', 'none')] : []),
  ];
}

type Read = Awaited<ReturnType<BatchArchive['read']>>;

interface Beginning {
  readonly epoch: Uuid;
  /** Number of the first batch there is. */
  readonly no: number;
  /** Time of the first batch that can be read; sorts last when there is none. */
  readonly plannedAt: string;
}

async function beginningOf(archive: BatchArchive, epoch: Uuid, keys: readonly VerificationKey[]): Promise<Beginning> {
  let no: number | undefined;
  for await (const entry of archive.entries(epoch)) {
    if (entry.kind === 'stray' || entry.versions === 0) continue;
    no ??= entry.no;
    const read = await archive.read(entry, MAX_BATCH_BYTES);
    const header = read && verifyBatch(entry.key, read.bytes, keys).header;
    if (header) return { epoch, no, plannedAt: header.planned_at };
  }
  return { epoch, no: no ?? 1, plannedAt: '~' };
}

/** The entries of an epoch in order, each with its bytes, of which some are on their way already. */
async function* readAhead(archive: BatchArchive, epoch: Uuid): AsyncGenerator<{ entry: ArchiveEntry; read: Read }> {
  const pending: Promise<{ entry: ArchiveEntry; read: Read }>[] = [];
  for await (const entry of archive.entries(epoch)) {
    const reading = entry.kind === 'batch' && entry.versions > 0 ? archive.read(entry, MAX_BATCH_BYTES) : Promise.resolve(undefined);
    const next = reading.then((read) => ({ entry, read }));
    // It is awaited below, in its turn; until then a rejection is nobody's.
    next.catch(() => undefined);
    pending.push(next);
    if (pending.length === READ_AHEAD) yield await (pending.shift() ?? next);
  }
  for (const next of pending) yield await next;
}
