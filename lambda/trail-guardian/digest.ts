import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { isRecord } from '../shared/record';
import { MAX_DIGEST_BYTES } from './limits';

/** The digest before, as a digest names it; a digest that begins a chain names none. */
export interface PreviousDigest {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of its uncompressed bytes, in lower-case hex. */
  readonly sha256: string;
  /** Its signature in hex. */
  readonly signature: string;
}

/** A log file, as a digest names it. */
export interface DigestedLog {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of its uncompressed bytes, in lower-case hex. */
  readonly sha256: string;
}

/** What a digest file says. */
export interface Digest {
  readonly account: string;
  /** As written: the signature is over this text. */
  readonly endTime: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly bucket: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly previous: PreviousDigest | undefined;
  readonly logs: readonly DigestedLog[];
  /** SHA-256 of the uncompressed bytes, in lower-case hex. */
  readonly sha256: string;
}

const SIGNATURE_ALGORITHM = 'SHA256withRSA';
const HASH_ALGORITHM = 'SHA-256';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;

/**
 * Reads a digest file.
 *
 * @param compressed bytes of the object.
 * @returns what is wrong, where it is no digest: a sentence without any value of the file.
 */
export function parseDigest(compressed: Uint8Array): Digest | string {
  let bytes: Buffer;
  let parsed: unknown;
  try {
    bytes = gunzipSync(compressed, { maxOutputLength: MAX_DIGEST_BYTES });
  } catch {
    return 'bytes that are not gzip, break off, or are too many';
  }
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'a text that is not JSON';
  }
  if (!isRecord(parsed)) return 'JSON that is no object';
  try {
    return readDigest(parsed, createHash('sha256').update(bytes).digest('hex'));
  } catch (error) {
    if (error instanceof FieldError) return error.message;
    throw error;
  }
}

class FieldError extends Error {}

type Json = Readonly<Record<string, unknown>>;

function readDigest(json: Json, sha256: string): Digest {
  const endTime = matching(json, 'digestEndTime', TIME);
  if (text(json, 'digestSignatureAlgorithm') !== SIGNATURE_ALGORITHM) throw new FieldError('another digestSignatureAlgorithm');
  const { logFiles } = json;
  if (!Array.isArray(logFiles)) throw new FieldError('no list logFiles');
  return {
    account: text(json, 'awsAccountId'),
    endTime,
    startMs: Date.parse(matching(json, 'digestStartTime', TIME)),
    endMs: Date.parse(endTime),
    bucket: text(json, 'digestS3Bucket'),
    key: text(json, 'digestS3Object'),
    fingerprint: text(json, 'digestPublicKeyFingerprint'),
    previous: previousOf(json),
    logs: logFiles.map(readLog),
    sha256,
  };
}

const PREVIOUS_FIELDS = [
  'previousDigestS3Bucket',
  'previousDigestS3Object',
  'previousDigestHashValue',
  'previousDigestHashAlgorithm',
  'previousDigestSignature',
];

/** All five fields, or none of them: a digest with some would be one of which a part was taken away. */
function previousOf(json: Json): PreviousDigest | undefined {
  const missing = PREVIOUS_FIELDS.find((name) => json[name] === undefined);
  if (missing !== undefined) throw new FieldError(`no ${missing}`);
  if (PREVIOUS_FIELDS.every((name) => json[name] === null)) return undefined;
  if (text(json, 'previousDigestHashAlgorithm') !== HASH_ALGORITHM) throw new FieldError('another previousDigestHashAlgorithm');
  return {
    bucket: text(json, 'previousDigestS3Bucket'),
    key: text(json, 'previousDigestS3Object'),
    sha256: matching(json, 'previousDigestHashValue', HEX).toLowerCase(),
    signature: matching(json, 'previousDigestSignature', HEX),
  };
}

function readLog(log: unknown): DigestedLog {
  if (!isRecord(log)) throw new FieldError('an entry of logFiles that is no object');
  if (text(log, 'hashAlgorithm') !== HASH_ALGORITHM) throw new FieldError('another hashAlgorithm of a log file');
  return { bucket: text(log, 's3Bucket'), key: text(log, 's3Object'), sha256: matching(log, 'hashValue', HEX).toLowerCase() };
}

function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string' || value === '') throw new FieldError(`no ${name}`);
  return value;
}

function matching(json: Json, name: string, pattern: RegExp): string {
  const value = text(json, name);
  if (!pattern.test(value)) throw new FieldError(`a ${name} of another form`);
  return value;
}
