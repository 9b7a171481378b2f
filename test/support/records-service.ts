import { JwksCopy } from '../../lambda/records/jwks-copy';
import { OPERATIONS, type Operations } from '../../lambda/records/operations';
import { createRequestLog } from '../../lambda/records/request-log';
import type { Response } from '../../lambda/records/respond';
import { createService } from '../../lambda/records/serve';
import { createTokenVerifier } from '../../lambda/records/token';
import { collectLog, type CollectedLog } from './log-lines';
import { CLIENT_ID, ISSUER, jwksOf, makeKey, type TestKey } from './token-issuer';

/** The records service with everything real but the place its key set is read from. */
export interface TestService {
  readonly key: TestKey;
  readonly log: CollectedLog;
  readonly send: (event: unknown, context?: unknown) => Promise<Response>;
}

/** What a test replaces: some operations, the source of the key set, the key (a fresh one takes up to half a second). */
export interface TestServiceOptions {
  readonly operations?: Partial<Operations>;
  readonly readKeys?: () => Promise<string | undefined>;
  readonly key?: TestKey;
}

/** Builds the service. */
export function startService({ operations, readKeys, key = makeKey('current-key=') }: TestServiceOptions = {}): TestService {
  const log = collectLog();
  const write = createRequestLog(log.sink);
  const copy = new JwksCopy({ read: readKeys ?? (() => Promise.resolve(jwksOf(key))) }, () => write({ event: 'keys_unreadable' }));
  const service = createService({
    tokens: createTokenVerifier({ issuer: ISSUER, clientId: CLIENT_ID }, copy),
    operations: { ...OPERATIONS, ...operations },
    log: write,
    now: () => Date.now(),
  });
  return { key, log, send: (event, context = {}) => service(event, context) };
}
