import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import { DRAFTS_FOLDER } from '../archive';
import type { BatchStore, ExportPortFailure } from '../ports';

/**
 * Batches in a folder, for a local run: created once, read-only, on disk before `create` returns, and never there in part. It stands in for
 * a locked bucket in behaviour only: whoever owns the folder can change it, which is what the signature is for.
 */
export function folderBatches(folder: string): BatchStore {
  return {
    async create(key, bytes) {
      try {
        return await createOnce(folder, key, bytes);
      } catch (error) {
        throw failureOf(error);
      }
    },
    read: (key) =>
      readFile(path.join(folder, key)).catch((error: unknown) => {
        throw failureOf(error);
      }),
  };
}

async function createOnce(folder: string, key: string, bytes: Uint8Array): Promise<'created' | 'taken'> {
  const target = path.join(folder, key);
  // Apart from the batches, so that what a crash leaves behind is no unknown file among them.
  const draft = path.join(folder, DRAFTS_FOLDER, randomBytes(8).toString('hex'));
  await mkdir(path.dirname(draft), { recursive: true });
  const made = await mkdir(path.dirname(target), { recursive: true });
  const file = await open(draft, 'wx', 0o444);
  try {
    await file.writeFile(bytes);
    await file.chmod(0o444);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A hard link is refused where a name is taken; a rename is not.
    await link(draft, target);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'taken';
    throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(path.dirname(target));
  if (made !== undefined) await syncFolder(path.dirname(path.dirname(target)));
  return 'created';
}

/** A name is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function failureOf(error: unknown): CodedError<ExportPortFailure> {
  const denied = ['EACCES', 'EPERM', 'EROFS'].some((code) => code === systemCode(error));
  return new CodedError(denied ? 'store_denied' : 'store_unavailable');
}

function systemCode(error: unknown): unknown {
  return isRecord(error) ? error['code'] : undefined;
}
