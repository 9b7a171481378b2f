import { readFile } from 'node:fs/promises';
import { isRecord } from '../../shared/record';
import type { PublicKeyRecord, PublicKeySource } from '../ports';
import { TrailError } from '../trail-error';

/**
 * Public keys out of files, for where AWS cannot be asked: `REGION.json` in a folder, each what `aws cloudtrail list-public-keys` answered.
 * They prove as much as the way by which they came.
 *
 * @throws TrailError when a file is missing or holds something else.
 */
export function publicKeyFiles(folder: string): PublicKeySource {
  return async (region, fromMs, toMs) => {
    const name = `${folder}/${region}.json`;
    const text = await readFile(name, 'utf8').catch(() => {
      throw new TrailError('unreadable', `Cannot read ${name}: the public keys of ${region}. ${HOW}`);
    });
    const keys = parse(text);
    if (!keys) throw new TrailError('unreadable', `${name} holds something else than public keys. ${HOW}`);
    return keys.filter((key) => key.fromMs <= toMs && fromMs <= key.toMs);
  };
}

const HOW = 'Write there what aws cloudtrail list-public-keys --region REGION --start-time FROM --end-time TO answers.';

function parse(text: string): readonly PublicKeyRecord[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list: unknown = isRecord(json) ? json['PublicKeyList'] : undefined;
  if (!Array.isArray(list)) return undefined;
  const keys: PublicKeyRecord[] = [];
  for (const each of list as readonly unknown[]) {
    if (!isRecord(each) || typeof each['Value'] !== 'string' || typeof each['Fingerprint'] !== 'string') return undefined;
    const [fromMs, toMs] = [timeOf(each['ValidityStartTime']), timeOf(each['ValidityEndTime'])];
    if (Number.isNaN(fromMs + toMs)) return undefined;
    keys.push({ fingerprint: each['Fingerprint'], der: Buffer.from(each['Value'], 'base64'), fromMs, toMs });
  }
  return keys;
}

/** The command writes ISO times, its older version seconds since 1970. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return value * 1_000;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
