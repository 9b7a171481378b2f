import { gunzipSync, gzipSync } from 'node:zlib';
import type { Finding, FindingCode } from '../../lambda/trail-guardian/findings';
import type { DigestStore, PublicKeySource } from '../../lambda/trail-guardian/ports';
import { PublicKeys } from '../../lambda/trail-guardian/public-keys';
import { verifyDigests, type VerifyOptions, type VerifySummary } from '../../lambda/trail-guardian/verify-digests';
import { FIRST_MS, keysOf, makeSigningKey, PLACE, writeHours, type StoredObject, type TrailFiles, type Written } from './trail-files';

/** Length of an hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** CloudTrail's key in the tests. */
export const key = makeSigningKey();

/** How many hours {@link fiveHours} has. */
export const HOURS = 5;

/** When they end. */
export const END_MS = FIRST_MS + HOURS * HOUR_MS;

/** What a run found and looked at. */
export interface Verified {
  readonly findings: readonly Finding[];
  readonly codes: readonly FindingCode[];
  readonly summary: VerifySummary;
}

/** Verifies a store over the five hours, with CloudTrail's key unless told otherwise. */
export async function verify(
  store: DigestStore,
  options: Partial<VerifyOptions> = {},
  source: PublicKeySource = keysOf({ 'us-east-1': [key] }),
): Promise<Verified> {
  const window = { fromMs: FIRST_MS, toMs: END_MS, nowMs: END_MS, regions: ['us-east-1'] };
  const run = verifyDigests(store, { place: PLACE, ...window, keys: new PublicKeys(source), ...options });
  const findings: Finding[] = [];
  let step = await run.next();
  for (; !step.done; step = await run.next()) findings.push(step.value);
  return { findings, codes: findings.map(({ code }) => code), summary: step.value };
}

/** Five hours of one Region, of which a test may change what it likes. */
export interface Hours {
  readonly files: TrailFiles;
  readonly hours: readonly Written[];
  /** Name of a digest. */
  readonly at: (hour: number) => string;
  /** Name of a log file. */
  readonly log: (hour: number, no?: number) => string;
}

/** Makes them. */
export function fiveHours(): Hours {
  const files: TrailFiles = new Map();
  const hours = writeHours(files, HOURS, { signedBy: key, startMs: FIRST_MS });
  return {
    files,
    hours,
    at: (hour) => hours[hour]?.key ?? '',
    log: (hour, no = 0) => (hours[hour]?.json['logFiles'] as { s3Object: string }[])[no]?.s3Object ?? '',
  };
}

/** An object that is there. */
export function objectAt({ files }: Pick<Hours, 'files'>, name: string): StoredObject {
  const found = files.get(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

/** Changes what a file says, and packs it again. */
export function rewrite(hours: Hours, name: string, change: (text: string) => string): void {
  const object = objectAt(hours, name);
  hours.files.set(name, { ...object, bytes: gzipSync(change(gunzipSync(object.bytes).toString('utf8'))) });
}
