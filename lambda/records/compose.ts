import type { LogSink } from '../shared/log';
import { parseUuid } from '../shared/uuid';
import { KEYS_UNREADABLE_EVENT } from './contract';
import { DataKeys, type DataKeyRow } from './data-keys';
import { JwksCopy, type KeySource } from './jwks-copy';
import { OPERATIONS } from './operations/table';
import type { Database, KeyProvider, MacProvider, ObjectStore, SqlRow } from './ports';
import { createRequestLog } from './request-log';
import type { Response } from './respond';
import { createService } from './serve';
import { createTokenVerifier } from './token';

/** What stands behind each port, and whose tokens are taken. The same service runs in AWS and on a laptop; only these differ. */
export interface RecordsParts {
  readonly issuer: string;
  readonly clientId: string;
  /** Where the copy of the issuer's key set is. */
  readonly tokenKeys: KeySource;
  readonly database: Database;
  /** Unwraps data keys. */
  readonly dataKeys: KeyProvider;
  /** Keeps the keys of the blind indexes. */
  readonly indexKeys: MacProvider;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @default standard output */
  readonly sink?: LogSink;
}

/** Puts the records service together: the handler of a load balancer's events. */
export function composeRecords(parts: RecordsParts): (event: unknown, context: unknown) => Promise<Response> {
  const { issuer, clientId, tokenKeys, database, dataKeys, indexKeys, objects, now, sink } = parts;
  const log = createRequestLog(sink);
  const copy = new JwksCopy(tokenKeys, () => log({ event: KEYS_UNREADABLE_EVENT }));
  const keys = new DataKeys(dataKeys, async (keyClass) => (await database.call('read_data_keys', [keyClass])).flatMap(toDataKey));
  return createService({
    tokens: createTokenVerifier({ issuer, clientId }, copy),
    operations: OPERATIONS,
    tools: { database, keys, index: indexKeys, objects },
    log,
    now,
  });
}

/** A row that is no data key is none: the class then has one fewer, and values under it do not open. */
function toDataKey({ id, class: keyClass, wrapped, created_at: createdAt, retired_at: retiredAt }: SqlRow): DataKeyRow[] {
  const keyId = parseUuid(id);
  if (!keyId || !(wrapped instanceof Uint8Array) || !(createdAt instanceof Date)) return [];
  if (keyClass !== 'identity' && keyClass !== 'clinical' && keyClass !== 'billing') return [];
  return [
    { keyId, keyClass, wrapped, createdAtMs: createdAt.getTime(), retiredAtMs: retiredAt instanceof Date ? retiredAt.getTime() : undefined },
  ];
}
