import { trailFilesPrefix } from './contract';

/** Whose digests are meant: others may share the bucket. */
export interface DigestPlace {
  readonly account: string;
  readonly trail: string;
  readonly homeRegion: string;
  readonly prefix: string;
}

/** A digest by its name, which says when it ended. */
export interface DigestName {
  readonly key: string;
  /** The Region whose events it is about. */
  readonly region: string;
  readonly endMs: number;
  /** Delivered late, for a time that has digests already: a chain of its own. */
  readonly isBackfill: boolean;
}

/** Where the digests of all Regions are, a folder each. */
export function digestsPrefix({ prefix, account }: Pick<DigestPlace, 'prefix' | 'account'>): string {
  return `${trailFilesPrefix(prefix, account)}CloudTrail-Digest/`;
}

/** The part of a name that is a day: names sort by it. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '/');
}

const NAME = /^([a-z0-9-]+)\/(\d{4}\/\d\d\/\d\d)\/(.+)_(\d{8}T\d{6}Z)(_backfill)?\.json\.gz$/;

/**
 * Reads a digest's name: below `cloudtrail/AWSLogs/111122223333/CloudTrail-Digest/`, the Region and the day of its end, and a file such as
 * `us-east-1/2026/11/27/111122223333_CloudTrail-Digest_us-east-1_prod-audit-trail_us-east-1_20261127T150131Z.json.gz`.
 *
 * @returns undefined for any other name, another trail's digest included.
 */
export function parseDigestKey(place: DigestPlace, key: string): DigestName | undefined {
  const prefix = digestsPrefix(place);
  const [, region, day, whose, time, backfill] = (key.startsWith(prefix) ? NAME.exec(key.slice(prefix.length)) : undefined) ?? [];
  if (region === undefined || time === undefined) return undefined;
  if (whose !== `${place.account}_CloudTrail-Digest_${region}_${place.trail}_${place.homeRegion}`) return undefined;
  const endMs = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(endMs) || dayOf(endMs) !== day) return undefined;
  return { key, region, endMs, isBackfill: backfill !== undefined };
}
