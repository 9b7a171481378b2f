import { constants } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { isRecord } from '../../shared/record';
import { dayOf, digestsPrefix, parseDigestKey, type DigestName, type DigestPlace } from '../digest-names';
import type { DigestObject, DigestStore } from '../ports';
import { TrailError } from '../trail-error';

/** What is put behind a digest's name for the file with its metadata: the answer of `aws s3api head-object`. */
export const METADATA_SUFFIX = '.head.json';

/**
 * A copy of the trail's bucket in a folder, each object under its key. A copy loses the objects' metadata, and with it the signatures: they
 * are in a file beside each digest, where somebody kept them. Names of one day are held at a time; a link is not followed.
 *
 * @param bucket the digests must name; undefined to take what they name.
 * @throws TrailError when there is no such folder.
 */
export async function folderDigests(folder: string, bucket: string | undefined, place: DigestPlace): Promise<DigestStore> {
  const root = path.join(folder, digestsPrefix(place));
  const found = await stat(root).catch(() => undefined);
  if (!found?.isDirectory())
    throw new TrailError('unreadable', `There is no ${root}. Name the folder that holds the objects of the bucket, each under its key.`);
  return {
    bucket,
    losesSignatures: true,
    regions: () => namesIn(root),
    async *digests(region, fromMs, toMs) {
      for await (const day of daysIn(path.join(root, region))) {
        if (Number.isFinite(fromMs) && day < dayOf(fromMs)) continue;
        const names: DigestName[] = [];
        for (const file of await namesIn(path.join(root, region, day))) {
          const name = parseDigestKey(place, `${digestsPrefix(place)}${region}/${day}/${file}`);
          if (name && name.endMs > fromMs && name.endMs <= toMs) names.push(name);
        }
        yield* names;
      }
    },
    async readDigest(key) {
      const file = await openFile(folder, key);
      if (!file) return undefined;
      const bytes = await readAll(file);
      const metadata = await openFile(folder, `${key}${METADATA_SUFFIX}`);
      return { bytes, ...(metadata ? parseMetadata(`${key}${METADATA_SUFFIX}`, await readAll(metadata)) : UNKNOWN) };
    },
    openLog: (key) => openFile(folder, key),
  };
}

type Metadata = Omit<DigestObject, 'bytes'>;

const UNKNOWN: Metadata = { signature: undefined, generatedAt: undefined };

function parseMetadata(name: string, bytes: Uint8Array): Metadata {
  let head: unknown;
  try {
    head = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    head = undefined;
  }
  const metadata = isRecord(head) ? head['Metadata'] : undefined;
  if (!isRecord(metadata))
    throw new TrailError('unreadable', `${name} is not what aws s3api head-object answers. Make it again, or remove it.`);
  const text = (field: string): string | undefined => (typeof metadata[field] === 'string' ? metadata[field] : undefined);
  return { signature: text('signature'), generatedAt: text('backfill-generation-timestamp') };
}

async function* daysIn(folder: string): AsyncGenerator<string> {
  for (const year of await namesIn(folder))
    for (const month of await namesIn(path.join(folder, year)))
      for (const day of await namesIn(path.join(folder, year, month))) yield `${year}/${month}/${day}`;
}

/** Sorted; none where there is no folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) names.push(name);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw unreadable(folder, error);
  }
  return names.sort();
}

/** Opens what has a key; undefined when there is nothing. A digest may name anything, also what leads out of the folder. */
async function openFile(folder: string, key: string): Promise<Readable | undefined> {
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) return undefined;
  const file = path.join(folder, key);
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    return handle.createReadStream();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error))) return undefined;
    throw unreadable(file, error);
  }
}

async function readAll(file: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function unreadable(name: string, error: unknown): TrailError {
  return new TrailError('unreadable', `Cannot read ${name} (${codeOf(error)}).`);
}

function codeOf(error: unknown): string {
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown error';
}
