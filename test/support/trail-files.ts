import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { dayOf, digestsPrefix, parseDigestKey, type DigestName, type DigestPlace } from '../../lambda/trail-guardian/digest-names';
import type { DigestStore, PublicKeySource } from '../../lambda/trail-guardian/ports';

/** Whose trail the tests look at. */
export const PLACE: DigestPlace = { account: '111122223333', trail: 'prod-audit-trail', homeRegion: 'us-east-1', prefix: 'cloudtrail' };

/** Where it delivers to. */
export const BUCKET = 'prod-archive-trail-bucket';

/** When its first digest begins. */
export const FIRST_MS = Date.parse('2026-11-26T22:00:00Z');

const HOUR_MS = 3_600_000;

/** One object of the bucket. */
export interface StoredObject {
  readonly bytes: Buffer;
  readonly signature?: string | undefined;
  readonly generatedAt?: string | undefined;
}

/** The trail's objects by key. */
export type TrailFiles = Map<string, StoredObject>;

/** A key pair as CloudTrail has one for each Region. */
export interface SigningKey {
  readonly fingerprint: string;
  readonly der: Buffer;
  readonly privateKey: KeyObject;
}

/** Makes a real RSA key. */
export function makeSigningKey(form: 'pkcs1' | 'spki' = 'pkcs1'): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const der = publicKey.export({ format: 'der', type: form });
  return { fingerprint: createHash('md5').update(der).digest('hex'), der, privateKey };
}

/** The fields of a digest, as JSON has them. */
export type DigestJson = Record<string, unknown>;

/** A digest that another can go on from. */
export interface Written {
  readonly key: string;
  readonly json: DigestJson;
  readonly signature: string;
  readonly sha256: string;
}

/** One digest and its log files. */
export interface Hour {
  readonly signedBy: SigningKey;
  readonly startMs: number;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default none: the digest begins a chain */
  readonly after?: Written | undefined;
  /** @default 2 */
  readonly logs?: number;
  /** When a backfill digest was made. @default none: it is no backfill */
  readonly generatedAt?: string;
  /** Changes what CloudTrail would write, before it signs. */
  readonly edit?: (json: DigestJson) => void;
}

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const compact = (ms: number): string => stamp(ms).replaceAll(/[-:]/g, '');

/** Writes an hour as CloudTrail does: log files, and a signed digest over them. */
export function writeHour(
  files: TrailFiles,
  { signedBy, startMs, region = 'us-east-1', after, logs = 2, generatedAt, edit }: Hour,
): Written {
  const endMs = startMs + HOUR_MS;
  const base = `${PLACE.prefix}/AWSLogs/${PLACE.account}`;
  const suffix = generatedAt === undefined ? '' : '_backfill';
  const name = `${PLACE.account}_CloudTrail-Digest_${region}_${PLACE.trail}_${PLACE.homeRegion}_${compact(endMs)}${suffix}.json.gz`;
  const key = `${base}/CloudTrail-Digest/${region}/${dayOf(endMs)}/${name}`;
  const logFiles = Array.from({ length: logs }, (_, at) => {
    const text = JSON.stringify({ Records: [{ eventTime: stamp(startMs + at * 60_000), eventName: 'GetObject', awsRegion: region, at }] });
    const minute = `${compact(startMs).slice(0, 13)}Z`;
    const logName = `${PLACE.account}_CloudTrail_${region}_${minute}_${at}${suffix}.json.gz`;
    const logKey = `${base}/CloudTrail/${region}/${dayOf(startMs)}/${logName}`;
    files.set(logKey, { bytes: gzipSync(text) });
    return {
      s3Bucket: BUCKET,
      s3Object: logKey,
      hashValue: sha256(text),
      hashAlgorithm: 'SHA-256',
      newestEventTime: stamp(endMs),
      oldestEventTime: stamp(startMs),
    };
  });
  const json: DigestJson = {
    awsAccountId: PLACE.account,
    digestStartTime: stamp(startMs),
    digestEndTime: stamp(endMs),
    digestS3Bucket: BUCKET,
    digestS3Object: key,
    digestPublicKeyFingerprint: signedBy.fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: logs === 0 ? null : stamp(endMs),
    oldestEventTime: logs === 0 ? null : stamp(startMs),
    previousDigestS3Bucket: after ? BUCKET : null,
    previousDigestS3Object: after?.key ?? null,
    previousDigestHashValue: after?.sha256 ?? null,
    previousDigestHashAlgorithm: after ? 'SHA-256' : null,
    previousDigestSignature: after?.signature ?? null,
    logFiles,
  };
  edit?.(json);
  const written = { key, json, ...sealed(json, signedBy) };
  files.set(key, { bytes: gzipSync(JSON.stringify(json)), signature: written.signature, generatedAt });
  return written;
}

/** Signs what a digest says, as CloudTrail does. */
export function sealed(json: DigestJson, { privateKey }: SigningKey): { readonly signature: string; readonly sha256: string } {
  const digest = sha256(JSON.stringify(json));
  const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature } = json as Record<string, string | null>;
  const signed = `${digestEndTime}\n${digestS3Bucket}/${digestS3Object}\n${digest}\n${previousDigestSignature ?? 'null'}`;
  return { signature: sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('hex'), sha256: digest };
}

/** Writes hours one after the other, each going on from the one before. */
export function writeHours(files: TrailFiles, count: number, hour: Hour): readonly Written[] {
  const written: Written[] = [];
  for (let at = 0; at < count; at += 1)
    written.push(writeHour(files, { ...hour, startMs: hour.startMs + at * HOUR_MS, after: written.at(-1) ?? hour.after }));
  return written;
}

/** The public keys of each Region. */
export function keysOf(byRegion: Readonly<Record<string, readonly SigningKey[]>>): PublicKeySource {
  return (region, fromMs, toMs) =>
    Promise.resolve(
      (byRegion[region] ?? []).map(({ fingerprint, der }) => ({ fingerprint, der, fromMs: fromMs - HOUR_MS, toMs: toMs + HOUR_MS })),
    );
}

/** The files as a store, read as a bucket is. */
export function storeOf(files: TrailFiles, copy = false): DigestStore {
  const prefix = digestsPrefix(PLACE);
  const names = (): readonly DigestName[] =>
    [...files.keys()].sort().flatMap((key) => {
      const name = parseDigestKey(PLACE, key);
      return name ? [name] : [];
    });
  return {
    bucket: BUCKET,
    losesSignatures: copy,
    regions: () => Promise.resolve([...new Set(names().map(({ key }) => key.slice(prefix.length).split('/')[0] ?? ''))].sort()),
    async *digests(region, fromMs, toMs) {
      for (const name of names())
        if (name.region === region && name.endMs > fromMs && name.endMs <= toMs) yield await Promise.resolve(name);
    },
    readDigest(key) {
      const found = files.get(key);
      return Promise.resolve(found && { bytes: found.bytes, signature: found.signature, generatedAt: found.generatedAt });
    },
    openLog(key) {
      const found = files.get(key);
      return Promise.resolve(found && Readable.from([found.bytes]));
    },
  };
}
