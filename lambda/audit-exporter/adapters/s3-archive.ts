import type { GetObjectCommandOutput, ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { isRecord } from '../../shared/record';
import { parseUuid, type Uuid } from '../../shared/uuid';
import { ArchiveError, type ArchivedBytes, type ArchiveEntry, type BatchArchive } from '../archive';
import { epochPrefix, parseBatchName } from '../archive-names';
import { AUDIT_BATCH_PREFIX } from '../contract';

const LIMITS = { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/**
 * The batches in a bucket, versions and delete markers included: an object under lock cannot be deleted, but a marker can hide it. The
 * caller needs `s3:ListBucketVersions`, `s3:GetObjectVersion`, `s3:GetObjectRetention` and use of the bucket's key. Without the third, S3
 * says nothing about locks, and every batch is found without one.
 */
export async function s3Archive(bucket: string): Promise<BatchArchive> {
  const { GetObjectCommand, ListObjectVersionsCommand, S3Client } = await import('./s3-sdk');
  const client = new S3Client({ maxAttempts: 5, requestHandler: LIMITS });

  async function* pages(prefix: string, delimiter?: string): AsyncGenerator<ListObjectVersionsCommandOutput> {
    let from: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> = {};
    for (;;) {
      const page = await client
        .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, Delimiter: delimiter, ...from }))
        .catch((error: unknown) => unreadable(bucket, prefix, error));
      yield page;
      if (page.IsTruncated !== true) return;
      from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  return {
    async epochs() {
      const epochs: Uuid[] = [];
      const strays = new Set<string>();
      for await (const page of pages('', '/')) {
        for (const name of [...namesOf(page), ...foldersOf(page)]) if (name !== AUDIT_BATCH_PREFIX) strays.add(name);
      }
      for await (const page of pages(AUDIT_BATCH_PREFIX, '/')) {
        for (const name of namesOf(page)) strays.add(name);
        for (const folder of foldersOf(page)) {
          const epoch = parseUuid(folder.slice(AUDIT_BATCH_PREFIX.length, -1));
          if (epoch) epochs.push(epoch);
          else strays.add(folder);
        }
      }
      return { epochs, strays: [...strays] };
    },
    async *entries(epoch) {
      let last: Group | undefined;
      for await (const page of pages(epochPrefix(epoch))) {
        for (const { key, versionId, isMarker } of itemsOf(page)) {
          if (last && last.key !== key) yield entryOf(epoch, last);
          if (last?.key !== key) last = { key, versions: [], deleteMarkers: 0 };
          if (isMarker) last.deleteMarkers += 1;
          else last.versions.push(versionId);
        }
      }
      if (last) yield entryOf(epoch, last);
    },
    async read({ key, versionId }, maxBytes) {
      const got = await client
        .send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
        .catch((error: unknown) => unreadable(bucket, key, error));
      return await takeBody(got, maxBytes).catch((error: unknown) => unreadable(bucket, key, error));
    },
  };
}

interface Group {
  readonly key: string;
  /** Newest first, as S3 lists them. */
  readonly versions: (string | undefined)[];
  deleteMarkers: number;
}

interface Item {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly isMarker: boolean;
}

/** Versions and markers of a page by name; S3 gives them as two lists, each in order. */
function itemsOf({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): readonly Item[] {
  return [
    ...Versions.map(({ Key = '', VersionId }) => ({ key: Key, versionId: VersionId, isMarker: false })),
    ...DeleteMarkers.map(({ Key = '', VersionId }) => ({ key: Key, versionId: VersionId, isMarker: true })),
  ].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function entryOf(epoch: Uuid, { key, versions, deleteMarkers }: Group): ArchiveEntry {
  const no = parseBatchName(key.slice(epochPrefix(epoch).length));
  if (no === undefined) return { kind: 'stray', key };
  return { kind: 'batch', key, no, versions: versions.length, deleteMarkers, versionId: versions.at(-1) };
}

const namesOf = (page: ListObjectVersionsCommandOutput): readonly string[] => itemsOf(page).map(({ key }) => key);
const foldersOf = ({ CommonPrefixes = [] }: ListObjectVersionsCommandOutput): readonly string[] => CommonPrefixes.map(({ Prefix = '' }) => Prefix);

async function takeBody(got: GetObjectCommandOutput, maxBytes: number): Promise<ArchivedBytes | undefined> {
  const lock = got.ObjectLockMode && got.ObjectLockRetainUntilDate ? 'held' : 'missing';
  if ((got.ContentLength ?? 0) > maxBytes) {
    // Leaves the bytes on the wire.
    (got.Body as { destroy?: () => void } | undefined)?.destroy?.();
    return undefined;
  }
  return { bytes: (await got.Body?.transformToByteArray()) ?? new Uint8Array(), lock };
}

function unreadable(bucket: string, name: string, error: unknown): never {
  const code = isRecord(error) && typeof error['name'] === 'string' ? error['name'] : 'unknown error';
  throw new ArchiveError(`Cannot read s3://${bucket}/${name} (${code}). Check the name, the Region and the rights of your AWS credentials.`);
}
