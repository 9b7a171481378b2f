import { readEnvironment } from '../shared/environment';
import { parameterKeys } from './adapters/parameter-keys';
import { KEYS_UNREADABLE_EVENT, RECORDS_ENVIRONMENT } from './contract';
import { JwksCopy } from './jwks-copy';
import { OPERATIONS } from './operations';
import { createRequestLog } from './request-log';
import { createService } from './serve';
import { createTokenVerifier, userPoolIssuer } from './token';

const environment = readEnvironment(RECORDS_ENVIRONMENT);
const log = createRequestLog();
const copy = new JwksCopy(parameterKeys(environment.JWKS_PARAMETER_NAME), () => log({ event: KEYS_UNREADABLE_EVENT }));
const tokens = createTokenVerifier({ issuer: userPoolIssuer(environment.USER_POOL_ID), clientId: environment.USER_POOL_CLIENT_ID }, copy);

/** The records API behind the load balancer: every rule of the request path is in `serve.ts`. */
export const handler = createService({ tokens, operations: OPERATIONS, log, now: () => Date.now() });
