import { DataKeys } from '../../lambda/records/data-keys';
import { JwksCopy } from '../../lambda/records/jwks-copy';
import { OPERATIONS, type Operations } from '../../lambda/records/operations/table';
import type { Database, SqlRow, SqlValue } from '../../lambda/records/ports';
import { createRequestLog } from '../../lambda/records/request-log';
import type { Response } from '../../lambda/records/respond';
import { createService } from '../../lambda/records/serve';
import { createTokenVerifier } from '../../lambda/records/token';
import { CodedError } from '../../lambda/shared/outcome';
import { fakeProvider } from './crypto-keys';
import { collectLog, type CollectedLog } from './log-lines';
import { CLIENT_ID, ISSUER, jwksOf, makeKey, type TestKey } from './token-issuer';

/** One call of a database function. */
export interface DatabaseCall {
  readonly name: string;
  readonly values: readonly SqlValue[];
}

/** The records service up to its database: for what is decided before any record is touched. */
export interface TestService {
  readonly key: TestKey;
  readonly log: CollectedLog;
  /** Every call of a database function, in order. */
  readonly calls: DatabaseCall[];
  readonly send: (event: unknown, context?: unknown) => Promise<Response>;
}

/** What a test replaces: operations, the source of the key set, the key (a fresh one takes up to half a second), the database's answers. */
export interface TestServiceOptions {
  readonly operations?: Partial<Operations>;
  readonly readKeys?: () => Promise<string | undefined>;
  readonly key?: TestKey;
  /** @default every function says `ok` and nothing else */
  readonly answer?: (call: DatabaseCall) => readonly SqlRow[];
}

/** Builds the service. */
export function startService({ operations, readKeys, key = makeKey('current-key='), answer }: TestServiceOptions = {}): TestService {
  const log = collectLog();
  const calls: DatabaseCall[] = [];
  const write = createRequestLog(log.sink);
  const copy = new JwksCopy({ read: readKeys ?? (() => Promise.resolve(jwksOf(key))) }, () => write({ event: 'keys_unreadable' }));
  const database: Database = {
    call: async (name, values) => {
      calls.push({ name, values });
      return Promise.resolve(answer ? answer({ name, values }) : [{ outcome: 'ok' }]);
    },
  };
  const unavailable = () => Promise.reject(new CodedError('not_here'));
  const service = createService({
    tokens: createTokenVerifier({ issuer: ISSUER, clientId: CLIENT_ID }, copy),
    operations: { ...OPERATIONS, ...operations },
    tools: {
      database,
      keys: new DataKeys(fakeProvider().provider, () => Promise.resolve([])),
      index: { mac: unavailable },
      objects: { presignGet: unavailable, presignPut: unavailable },
    },
    log: write,
    now: () => Date.now(),
  });
  return { key, log, calls, send: (event, context = {}) => service(event, context) };
}
