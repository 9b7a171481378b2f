import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isRecord } from '../shared/record';
import { trailFilesPrefix } from './contract';
import type { Digest, DigestedLog } from './digest';
import type { DigestPlace } from './digest-names';
import { findingsAbout, type Finding } from './findings';
import { LOGS_AT_ONCE } from './limits';
import type { DigestStore } from './ports';
import { TrailError } from './trail-error';

/**
 * Compares the log files of a digest with what it says of them: 164.312(c)(1). Each is unpacked and hashed as a stream, a few at a time, so
 * that neither their number nor their size is a matter of memory.
 *
 * @returns findings in the order of the digest.
 * @throws TrailError when a file cannot be read, which is not the same as when it is not there.
 */
export async function verifyLogs(digest: Digest, place: DigestPlace, store: DigestStore): Promise<readonly Finding[]> {
  const found: (Finding | undefined)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < digest.logs.length; at = next++) {
      const log = digest.logs[at];
      if (log) found[at] = await verifyLog(log, digest, place, store);
    }
  };
  await Promise.all(Array.from({ length: LOGS_AT_ONCE }, work));
  return found.filter((each) => each !== undefined);
}

async function verifyLog(log: DigestedLog, digest: Digest, place: DigestPlace, store: DigestStore): Promise<Finding | undefined> {
  const finding = findingsAbout(log.key);
  const bucket = store.bucket ?? digest.bucket;
  if (log.bucket !== bucket || !log.key.startsWith(trailFilesPrefix(place.prefix, place.account)))
    return finding('log_unverifiable', `a file of this trail in ${bucket}`, `${log.bucket}, named by ${digest.key}`);
  const compressed = await store.openLog(log.key);
  if (!compressed) return finding('log_missing', `the file that ${digest.key} names`, 'none');
  const sha256 = await hashOf(compressed, log.key);
  return sha256 === log.sha256 ? undefined : finding('log_changed', log.sha256, sha256 ?? 'bytes that are not gzip, or break off');
}

/** SHA-256 of the unpacked bytes in hex; undefined when they cannot be unpacked. */
async function hashOf(compressed: Readable, key: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(compressed, createGunzip(), hash);
  } catch (error) {
    const code = isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown error';
    if (/^Z_/.test(code)) return undefined;
    throw new TrailError('unreachable', `Cannot read ${key} to its end (${code}). Run it again.`);
  }
  return hash.digest('hex');
}
