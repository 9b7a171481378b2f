import { DigestChain } from './digest-chain';
import type { DigestName, DigestPlace } from './digest-names';
import { digestsPrefix } from './digest-names';
import { findingsAbout, type Finding } from './findings';
import { MAX_DIGEST_AGE_MS } from './limits';
import type { DigestStore } from './ports';
import type { PublicKeys } from './public-keys';
import { verifyDigest } from './verify-digest';
import { verifyLogs } from './verify-logs';

/** What to verify. Times in milliseconds since 1970. */
export interface VerifyOptions {
  readonly place: DigestPlace;
  readonly keys: PublicKeys;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** When logging was started last, where it is known: digests are not expected before. */
  readonly startedMs?: number | undefined;
  /** Regions that must have digests; any other that has some is looked at, too. */
  readonly regions: readonly string[];
  /** Looks at these Regions alone. @default all */
  readonly onlyRegions?: readonly string[] | undefined;
  /** Is called after each digest. */
  readonly onDigest?: (summary: VerifySummary) => void;
  /** Ends the run early when it says so, between two digests. @default never */
  readonly isOver?: () => boolean;
}

/** How much was looked at. */
export interface VerifySummary {
  readonly regions: number;
  readonly digests: number;
  /** Of them, those whose signature was checked and found CloudTrail's. */
  readonly signed: number;
  readonly backfills: number;
  readonly logs: number;
  /** Regions that were not looked at to their end; none of a run that nobody cut short. */
  readonly leftRegions: number;
}

type Counts = { -readonly [Field in keyof VerifySummary]: VerifySummary[Field] };

/**
 * Verifies the digests of a window and the log files that they name, Region by Region: 164.312(b), 164.312(c)(1), 164.312(c)(2). Yields
 * what it finds and returns how much it was. Holds one digest at a time.
 *
 * @throws TrailError when something cannot be read or a key cannot be had.
 */
export async function* verifyDigests(store: DigestStore, options: VerifyOptions): AsyncGenerator<Finding, VerifySummary> {
  const counts: Counts = { regions: 0, digests: 0, signed: 0, backfills: 0, logs: 0, leftRegions: 0 };
  const there = await store.regions();
  const wanted = options.onlyRegions ?? [...new Set([...options.regions, ...there])].sort();
  for (const [at, region] of wanted.entries()) {
    counts.regions += 1;
    const isLookedAt = yield* verifyRegion(store, region, options, counts);
    if (!isLookedAt) {
      counts.leftRegions = wanted.length - at;
      break;
    }
  }
  return { ...counts };
}

/** @returns false when the run was over before the Region was. */
async function* verifyRegion(store: DigestStore, region: string, options: VerifyOptions, counts: Counts): AsyncGenerator<Finding, boolean> {
  const { fromMs, place, toMs } = options;
  const chains: Record<'standard' | 'backfill', DigestChain | undefined> = { standard: undefined, backfill: undefined };
  const oldest = await oldestOf(store, region);
  for await (const name of store.digests(region, fromMs, toMs)) {
    if (options.isOver?.()) return false;
    const kind = name.isBackfill ? 'backfill' : 'standard';
    const chain = (chains[kind] ??= new DigestChain({ place, fromMs, oldestKey: oldest?.key }, kind));
    yield* verifyOne(store, name, chain, options, counts);
    options.onDigest?.({ ...counts });
  }
  const expectedUntilMs = Math.min(toMs, options.nowMs);
  const isYoung = options.startedMs !== undefined && options.startedMs > expectedUntilMs - MAX_DIGEST_AGE_MS;
  const isExpected =
    [...options.regions, ...(options.onlyRegions ?? [])].includes(region) || (oldest !== undefined && oldest.endMs <= fromMs);
  yield* chains.backfill?.end(expectedUntilMs) ?? [];
  if (chains.standard) yield* chains.standard.end(isYoung ? fromMs : expectedUntilMs);
  else if (isExpected && !isYoung && expectedUntilMs - fromMs > MAX_DIGEST_AGE_MS)
    yield findingsAbout(`${digestsPrefix(place)}${region}/`)('digests_absent', 'a digest for every hour of the window', 'none');
  return true;
}

async function* verifyOne(
  store: DigestStore,
  name: DigestName,
  chain: DigestChain,
  options: VerifyOptions,
  counts: Counts,
): AsyncGenerator<Finding> {
  const object = await store.readDigest(name.key);
  // It was there a moment ago: the one after it will miss it.
  if (!object) return;
  const { findings, link, trusted } = await verifyDigest(name, object, { place: options.place, store, keys: options.keys });
  counts.digests += 1;
  if (name.isBackfill) counts.backfills += 1;
  if (link.standing === 'signed') counts.signed += 1;
  yield* findings;
  yield* chain.add(link);
  if (!trusted) return;
  counts.logs += trusted.logs.length;
  yield* await verifyLogs(trusted, options.place, store);
}

/** The first digest there is, which may name none before it. */
async function oldestOf(store: DigestStore, region: string): Promise<DigestName | undefined> {
  for await (const name of store.digests(region, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) if (!name.isBackfill) return name;
  return undefined;
}
