import type { Uuid } from '../shared/uuid';

/** Why an archive cannot be read at all, in a sentence for the person who asked; it names files, never what is in them. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/** Where a folder keeps what is being written; what is left there after a crash is no batch. */
export const DRAFTS_FOLDER = '.drafts';

/** A name of a batch. */
export interface BatchEntry {
  readonly kind: 'batch';
  readonly key: string;
  /** The number its name gives. */
  readonly no: number;
  /** How many versions the name has: the first one is read, since it is the one that was written as a batch. None is left of 0. */
  readonly versions: number;
  readonly deleteMarkers: number;
  /** Version to read, where there are versions. */
  readonly versionId?: string | undefined;
}

/** A name in an epoch's folder. */
export type ArchiveEntry = BatchEntry | { readonly kind: 'stray'; readonly key: string };

/** A batch as it was read. */
export interface ArchivedBytes {
  readonly bytes: Uint8Array;
  /** `none` where there is no such thing as a lock, `missing` where there should be one. */
  readonly lock: 'held' | 'missing' | 'none';
}

/** Where batches are read for verification. Every method throws an {@link ArchiveError} when it cannot. */
export interface BatchArchive {
  /** The epochs there are, in any order, and every name outside of them. */
  epochs(): Promise<{ readonly epochs: readonly Uuid[]; readonly strays: readonly string[] }>;
  /** Names of an epoch; batches in the order of their numbers. */
  entries(epoch: Uuid): AsyncIterable<ArchiveEntry>;
  /** @returns undefined when it is larger than `maxBytes`. */
  read(entry: BatchEntry, maxBytes: number): Promise<ArchivedBytes | undefined>;
}
