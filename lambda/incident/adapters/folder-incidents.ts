import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { folderBatches } from '../../audit-exporter/adapters/folder-batches';
import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { IncidentStore } from '../ports';

/**
 * Records in a folder, in the names and bytes of the bucket: each object is created once, read-only, and never there in part. Whoever owns
 * the folder can change it, which the chain of digests shows.
 */
export function folderIncidents(folder: string): IncidentStore {
  return {
    ...folderBatches(folder),
    list: async (prefix) => {
      const names = await readdir(path.join(folder, prefix), { recursive: true, withFileTypes: true }).catch((error: unknown) => {
        if (isRecord(error) && error['code'] === 'ENOENT') return [];
        throw new CodedError(isRecord(error) && error['code'] === 'EACCES' ? 'store_denied' : 'store_unavailable');
      });
      const files = names
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
      return files.map((name) => name.split(path.sep).join('/')).sort();
    },
  };
}
