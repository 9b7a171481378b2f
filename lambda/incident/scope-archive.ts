import type { BatchArchive } from '../audit-exporter/archive';
import type { Finding } from '../audit-exporter/findings';
import type { VerificationKey } from '../audit-exporter/verification-key';
import { verifyArchive } from '../audit-exporter/verify-archive';
import { drain } from '../shared/drain';
import { ScopeCounter, type DataEvent, type Scope, type ScopeQuestion } from './scope';

/**
 * Counts over a whole archive, verified on the way: a batch that is missing or broken makes the result a lower bound, and is named.
 * 164.402, 164.312(c)(2).
 *
 * @param dataEvents undefined where there are none to be had: then nothing tells what was viewed.
 * @throws ArchiveError when the archive cannot be read at all.
 */
export async function scopeOf(
  archive: BatchArchive,
  keys: readonly VerificationKey[],
  question: ScopeQuestion,
  dataEvents: readonly DataEvent[] | undefined,
): Promise<Scope> {
  const counter = new ScopeCounter(question);
  const findings = new Map<string, Finding[]>();
  const walk = verifyArchive(archive, {
    keys,
    nowMs: Date.now(),
    maxAgeMs: Number.MAX_SAFE_INTEGER,
    // Called when everything that is to be said of the batch has been said.
    onBatch: (key, { header, events }) => {
      counter.add(key, header?.planned_at, events, findings.get(key) ?? []);
      findings.delete(key);
      return [];
    },
  });
  await drain(walk, (finding) => findings.set(finding.batch, [...(findings.get(finding.batch) ?? []), finding]));
  // About no batch that could be read.
  for (const [key, rest] of findings) counter.add(key, undefined, [], rest);
  return counter.result(dataEvents);
}
