import type { Readable } from 'node:stream';
import type { EventSelector } from './contract';
import type { DigestName } from './digest-names';

/** A trail as CloudTrail describes it. */
export interface LiveTrail {
  readonly arn: string;
  readonly name: string;
  readonly homeRegion: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly keyArn: string;
  readonly logGroupArn: string;
  readonly logRoleArn: string;
  readonly isMultiRegion: boolean;
  readonly hasGlobalEvents: boolean;
  readonly isValidated: boolean;
}

/** What a trail delivers from one Region. Errors are those of S3 and CloudWatch Logs, empty for none; times in milliseconds since 1970. */
export interface DeliveryStatus {
  readonly isLogging: boolean;
  readonly startedMs: number | undefined;
  readonly deliveryError: string;
  readonly deliveredMs: number | undefined;
  readonly digestError: string;
  readonly digestedMs: number | undefined;
  readonly logGroupError: string;
}

/** A trail has one kind of event selectors or the other. */
export type LiveSelectors =
  { readonly kind: 'advanced'; readonly selectors: readonly EventSelector[] } | { readonly kind: 'basic'; readonly count: number };

/** CloudTrail, read. Every method throws a {@link TrailError} when it cannot. */
export interface TrailReader {
  /** Trails that a Region knows, those of other home Regions included. */
  trails(region: string): Promise<readonly LiveTrail[]>;
  status(region: string, arn: string): Promise<DeliveryStatus>;
  eventSelectors(region: string, arn: string): Promise<LiveSelectors>;
  /** Insight types; none where insights are off. */
  insights(region: string, arn: string): Promise<readonly string[]>;
}

/** Starts logging. Throws a {@link TrailError} when it cannot. */
export interface TrailStarter {
  start(region: string, arn: string): Promise<void>;
}

/** A public key that CloudTrail signed digests with. */
export interface PublicKeyRecord {
  readonly fingerprint: string;
  /** DER. */
  readonly der: Uint8Array;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The keys of a Region that were in use within a time. Throws a {@link TrailError} when it cannot tell. */
export type PublicKeySource = (region: string, fromMs: number, toMs: number) => Promise<readonly PublicKeyRecord[]>;

/** A digest as it was read. */
export interface DigestObject {
  /** Compressed. */
  readonly bytes: Uint8Array;
  /** Hex, from the object's metadata; undefined where there is none. */
  readonly signature: string | undefined;
  /** When a backfill digest was made, from the same place. */
  readonly generatedAt: string | undefined;
}

/** Where digests and log files are read. Every method throws a {@link TrailError} when it cannot. */
export interface DigestStore {
  /** The bucket that digests must name; undefined where a copy does not say. */
  readonly bucket: string | undefined;
  /** Whether an object without a signature is one that was written anew, or a copy that lost it. */
  readonly losesSignatures: boolean;
  /** Regions with digests, sorted. */
  regions(): Promise<readonly string[]>;
  /** Digests of a Region that ended after `fromMs` and not after `toMs`, in order of their names. */
  digests(region: string, fromMs: number, toMs: number): AsyncIterable<DigestName>;
  /** @returns undefined when it is not there. */
  readDigest(key: string): Promise<DigestObject | undefined>;
  /** @returns a log file's compressed bytes, undefined when it is not there. */
  openLog(key: string): Promise<Readable | undefined>;
}
