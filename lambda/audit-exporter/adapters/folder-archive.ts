import { constants } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { isRecord } from '../../shared/record';
import { parseUuid, type Uuid } from '../../shared/uuid';
import { ArchiveError, DRAFTS_FOLDER, type ArchivedBytes, type ArchiveEntry, type BatchArchive, type BatchEntry } from '../archive';
import { epochPrefix, parseBatchName } from '../archive-names';
import { batchKey } from '../batch';
import { AUDIT_BATCH_PREFIX } from '../contract';

/**
 * The batches in a folder: one that a local run wrote, or a copy of a bucket. Of names, the numbers alone are kept, 8 bytes each. A folder
 * has no versions and no locks, so nothing is said of either.
 *
 * @throws ArchiveError when there is no such folder.
 */
export async function folderArchive(folder: string): Promise<BatchArchive> {
  const found = await stat(folder).catch((error: unknown) => unreadable(folder, error));
  if (!found.isDirectory()) throw new ArchiveError(`${folder} is no folder. Name the folder that holds ${AUDIT_BATCH_PREFIX}, or s3://BUCKET.`);
  return {
    async epochs() {
      const epochs: Uuid[] = [];
      const strays: string[] = [];
      for (const { name, isFolder } of await names(folder)) {
        if (!(isFolder && (`${name}/` === AUDIT_BATCH_PREFIX || name === DRAFTS_FOLDER))) strays.push(name);
      }
      for (const { name, isFolder } of await names(path.join(folder, AUDIT_BATCH_PREFIX), 'may be absent')) {
        const epoch = isFolder ? parseUuid(name) : undefined;
        if (epoch) epochs.push(epoch);
        else strays.push(`${AUDIT_BATCH_PREFIX}${name}`);
      }
      return { epochs, strays };
    },
    entries: (epoch) => entriesOf(folder, epoch),
    read: (entry, maxBytes) => readBatch(path.join(folder, entry.key), maxBytes),
  };
}

async function* entriesOf(folder: string, epoch: Uuid): AsyncGenerator<ArchiveEntry> {
  const prefix = epochPrefix(epoch);
  const numbers: number[] = [];
  for await (const { name, isFile } of walk(path.join(folder, prefix))) {
    const no = isFile ? parseBatchName(name) : undefined;
    if (no === undefined) yield { kind: 'stray', key: `${prefix}${name}` };
    else numbers.push(no);
  }
  numbers.sort((a, b) => a - b);
  for (const no of numbers) yield { kind: 'batch', key: batchKey({ epoch, no: String(no) }), no, versions: 1, deleteMarkers: 0 } satisfies BatchEntry;
}

async function readBatch(file: string, maxBytes: number): Promise<ArchivedBytes | undefined> {
  try {
    // A link is not followed: what it leads to is not what was written under this name.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return (await handle.stat()).size > maxBytes ? undefined : { bytes: await handle.readFile(), lock: 'none' };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return unreadable(file, error);
  }
}

interface Name {
  readonly name: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
}

async function names(folder: string, absence: 'may be absent' | 'is an error' = 'is an error'): Promise<readonly Name[]> {
  const found: Name[] = [];
  try {
    for await (const name of walk(folder)) found.push(name);
  } catch (error) {
    if (absence === 'is an error' || !(error instanceof ArchiveError && /\bENOENT\b/.test(error.message))) throw error;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* walk(folder: string): AsyncGenerator<Name> {
  try {
    for await (const entry of await opendir(folder)) yield { name: entry.name, isFile: entry.isFile(), isFolder: entry.isDirectory() };
  } catch (error) {
    unreadable(folder, error);
  }
}

function unreadable(name: string, error: unknown): never {
  const code = isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown error';
  throw new ArchiveError(`Cannot read ${name} (${code}). Name a folder that holds ${AUDIT_BATCH_PREFIX}, or s3://BUCKET.`);
}
