import type { Digest } from './digest';
import { parseDigestKey, type DigestName, type DigestPlace } from './digest-names';
import { findingsAbout, type Finding } from './findings';
import { MAX_DIGEST_AGE_MS } from './limits';

/** A digest in its chain: `digest` is absent when it could not be read. */
export interface ChainLink {
  readonly name: DigestName;
  readonly digest: Digest | undefined;
  /** Hex; undefined where it is not known. */
  readonly signature: string | undefined;
  /** `signed` by CloudTrail, `unsigned` where a copy lost the signature, `refused` where there is a finding about it. */
  readonly standing: 'signed' | 'unsigned' | 'refused';
}

/** What a chain is looked at for. */
export interface ChainScope {
  readonly place: DigestPlace;
  /** Digests that ended later must be there. */
  readonly fromMs: number;
  /** The first digest there is, which may begin the chain: any other that names none before it comes after a gap. */
  readonly oldestKey: string | undefined;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

/**
 * Checks how the digests of one Region hang together, one after the other: each names the one before it, with its signature and the hash
 * of its bytes. 164.312(b), 164.312(c)(1). Holds one digest, whatever their number.
 *
 * Without a signature of its own, a digest is vouched for by a signed one that comes after it.
 */
export class DigestChain {
  private previous: ChainLink | undefined;
  /** Digests since the last signed one, each linked to the next: the first of them, and how many. */
  private unsigned: { readonly first: string; readonly last: string; readonly count: number } | undefined;

  constructor(
    private readonly scope: ChainScope,
    private readonly kind: 'standard' | 'backfill',
  ) {}

  /** Takes the next digest, in the order of time. */
  add(link: ChainLink): readonly Finding[] {
    const findings = this.linkOf(link);
    const isLinked = findings.every(({ code }) => code === 'gap');
    const settled = this.settle(link, isLinked);
    this.previous = link;
    return [...findings, ...settled];
  }

  /** To be called after the last one: digests whose signature nothing stands for, and an end that comes too early. */
  end(expectedUntilMs: number): readonly Finding[] {
    const unsigned = this.unsigned ? [notKept(this.unsigned)] : [];
    const newest = this.previous?.name;
    if (this.kind === 'backfill' || !newest || newest.endMs >= expectedUntilMs - MAX_DIGEST_AGE_MS) return unsigned;
    const expected = `a digest that ends after ${timeOf(expectedUntilMs - MAX_DIGEST_AGE_MS)}`;
    return [...unsigned, findingsAbout(newest.key)('digests_end_early', expected, `the last, which ends at ${timeOf(newest.endMs)}`)];
  }

  private linkOf({ name, digest }: ChainLink): readonly Finding[] {
    // What cannot be read has its finding already, and the one after it shows whether it is the one that was there.
    if (!digest) return [];
    const finding = findingsAbout(name.key);
    const { previous } = this;
    const named = digest.previous;
    if (!named) return this.beginsAnew(name, digest);
    if (previous?.name.key === named.key) return compare(named, previous, digest, this.kind);
    const before = parseDigestKey(this.scope.place, named.key);
    if (before?.region !== name.region || before.endMs >= name.endMs)
      return [finding('chain_broken', 'an earlier digest of this trail and Region', `another name, ${named.key}`)];
    if (previous && before.endMs <= previous.name.endMs)
      return [finding('chain_broken', `${previous.name.key} as the one before`, `an earlier one, ${named.key}`)];
    const isInScope = previous !== undefined || before.endMs > this.scope.fromMs;
    if (!isInScope) return [];
    const unproven = `${previous ? timeOf(previous.name.endMs) : 'the begin of the window'} to ${timeOf(digest.startMs)}`;
    return [findingsAbout(named.key)('digest_missing', `the digest that ${name.key} names`, `none; nothing is proven from ${unproven}`)];
  }

  private beginsAnew(name: DigestName, digest: Digest): readonly Finding[] {
    if (this.kind === 'backfill' || (this.previous === undefined && name.key === this.scope.oldestKey)) return [];
    const since = this.previous ? timeOf(this.previous.name.endMs) : 'a digest before the window';
    return [findingsAbout(name.key)('gap', `a digest that goes on from ${since}`, `one that begins a chain at ${timeOf(digest.startMs)}`)];
  }

  /** A signed digest vouches for the ones before it, as far as each is the one that the next names. */
  private settle({ name, standing, digest }: ChainLink, isLinked: boolean): readonly Finding[] {
    const open = this.unsigned;
    const vouches = isLinked && standing !== 'refused' && digest?.previous !== undefined;
    const goesOn = open !== undefined && vouches;
    if (standing !== 'unsigned') this.unsigned = undefined;
    else this.unsigned = goesOn ? { ...open, last: name.key, count: open.count + 1 } : { first: name.key, last: name.key, count: 1 };
    return open && !goesOn ? [notKept(open)] : [];
  }
}

function compare(
  named: NonNullable<Digest['previous']>,
  previous: ChainLink,
  digest: Digest,
  kind: 'standard' | 'backfill',
): readonly Finding[] {
  const finding = findingsAbout(digest.key);
  const findings: Finding[] = [];
  const isAs = (known: string | undefined, text: string): boolean => known === undefined || known.toLowerCase() === text.toLowerCase();
  if (!isAs(previous.signature, named.signature))
    findings.push(finding('chain_broken', `the signature of ${previous.name.key}`, 'another previousDigestSignature'));
  if (!isAs(previous.digest?.sha256, named.sha256))
    findings.push(finding('chain_broken', `the hash of ${previous.name.key}`, 'another previousDigestHashValue'));
  if (previous.digest && previous.digest.bucket !== named.bucket)
    findings.push(finding('chain_broken', `the bucket of ${previous.name.key}`, `another previousDigestS3Bucket, ${named.bucket}`));
  if (kind === 'standard' && digest.startMs > previous.name.endMs)
    findings.push(finding('gap', `a begin at ${timeOf(previous.name.endMs)}`, timeOf(digest.startMs)));
  return findings;
}

function notKept({ first, last, count }: { readonly first: string; readonly last: string; readonly count: number }): Finding {
  const which = count === 1 ? 'this digest' : `${count} digests up to ${last}`;
  return findingsAbout(first)('signature_not_kept', `a signature beside ${which}, or a signed digest after it`, 'neither');
}
