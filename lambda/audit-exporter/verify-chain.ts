import { NO_PREVIOUS_DIGEST, type BatchHeader } from './batch';
import { findingsOf, type Finding } from './findings';

/** What a later batch is compared with; `header` is absent when it could not be read. */
interface Place {
  readonly no: number;
  readonly header: BatchHeader | undefined;
}

/**
 * Checks how batches hang together, one after the other: 164.312(b), 164.312(c)(1). Numbers without gap from 1, each batch citing the digest
 * of the one before, each window beginning where the one before ended. A new epoch goes on from an earlier number, since the database it
 * was begun on had been restored to that, and cites the last digest of the epoch before it.
 *
 * Of a batch that cannot be compared, because the one before is missing or unreadable, that one finding is enough. State is one batch and
 * one entry per epoch, whatever the number of batches.
 */
export class ChainVerifier {
  private previous: Place | undefined;
  private inEpoch = false;
  private highest = 0;
  private newest: { readonly key: string; readonly plannedAt: string } | undefined;
  private readonly endsAt = new Map<number, Set<string>>();

  /** @param forks numbers after which some epoch begins: where their windows ended is remembered. */
  constructor(private readonly forks: ReadonlySet<number>) {}

  /** To be called before the batches of each epoch, in the order in which the epochs began. */
  beginEpoch(): void {
    this.inEpoch = false;
  }

  /** Takes the next batch of the epoch, in the order of their numbers. */
  add(key: string, no: number, header: BatchHeader | undefined): readonly Finding[] {
    const findings = this.previous === undefined ? this.checkFirst(key, no, header) : this.checkNext(key, no, header, this.previous);
    this.previous = { no, header };
    this.inEpoch = true;
    this.highest = Math.max(this.highest, no);
    if (header) {
      if (this.newest === undefined || header.planned_at > this.newest.plannedAt) this.newest = { key, plannedAt: header.planned_at };
      if (this.forks.has(no)) this.endsAt.set(no, (this.endsAt.get(no) ?? new Set()).add(header.to_xid));
    }
    return findings;
  }

  /** When the newest batch was planned. */
  newestPlannedAt(): string | undefined {
    return this.newest?.plannedAt;
  }

  /** The heartbeat, which is what shows that an end is missing: a batch is written every minute, empty or not. */
  end(nowMs: number, maxAgeMs: number): readonly Finding[] {
    if (!this.newest || nowMs - Date.parse(this.newest.plannedAt) <= maxAgeMs) return [];
    const since = new Date(nowMs - maxAgeMs).toISOString();
    return [findingsOf(this.newest.key)('heartbeat_late', `a batch planned after ${since}`, `the newest, planned at ${this.newest.plannedAt}`)];
  }

  private checkFirst(key: string, no: number, header: BatchHeader | undefined): readonly Finding[] {
    const finding = findingsOf(key);
    if (no !== 1) return [finding('batch_missing', range(1, no - 1), `${no} as the first`)];
    return header ? compare(key, header, NO_PREVIOUS_DIGEST, ['0']) : [];
  }

  private checkNext(key: string, no: number, header: BatchHeader | undefined, previous: Place): readonly Finding[] {
    const next = this.inEpoch ? previous.no + 1 : this.highest + 1;
    if (no > next) return [findingsOf(key)('batch_missing', range(next, no - 1), `${no} after ${next - 1}`)];
    if (!header) return [];
    const begins = this.inEpoch ? previous.header && [previous.header.to_xid] : this.forkedAt(no - 1);
    return compare(key, header, previous.header?.digest, begins);
  }

  /** Where windows of this number ended, in whichever epoch: the restored database can have been at any of them. */
  private forkedAt(no: number): readonly string[] | undefined {
    return no === 0 ? ['0'] : [...(this.endsAt.get(no) ?? [])];
  }
}

function compare(key: string, header: BatchHeader, prev: string | undefined, begins: readonly string[] | undefined): readonly Finding[] {
  const finding = findingsOf(key);
  const findings: Finding[] = [];
  if (prev !== undefined && header.prev !== prev) findings.push(finding('chain_broken', prev, header.prev));
  if (begins && begins.length > 0 && !begins.includes(header.from_xid))
    findings.push(finding('window_gap', `a begin at ${begins.join(' or ')}`, header.from_xid));
  return findings;
}

function range(from: number, to: number): string {
  return from === to ? `batch ${from}` : `batches ${from} to ${to}`;
}
