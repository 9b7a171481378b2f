import * as https from 'node:https';
import { CodedError } from '../shared/outcome';

/** Why a key set could not be fetched. */
export const FETCH_FAILURES = ['jwks_fetch_failed', 'jwks_fetch_timeout', 'jwks_fetch_status', 'jwks_fetch_too_large'] as const;

/** One of {@link FETCH_FAILURES}. */
export type FetchFailure = (typeof FETCH_FAILURES)[number];

/** Bounds of one fetch, and extra trust for a test server. */
export interface FetchLimits {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly ca?: string;
}

/** The same ceiling the load balancer sets for a JWKS, in bytes. */
const MAX_BYTES = 150 * 1_024;
const TIMEOUT_MS = 5_000;

/** Where a user pool publishes its signing keys; the host comes from the pool alone, so a set of another issuer cannot be fetched. */
export function jwksUrl(region: string, userPoolId: string): URL {
  return new URL(`https://cognito-idp.${region}.amazonaws.com/${userPoolId}/.well-known/jwks.json`);
}

/**
 * Fetches a JWKS over verified https. Only a 200 is taken: a redirect would move the choice of issuer to whoever answered.
 *
 * @throws CodedError with a {@link FetchFailure} code.
 */
export function fetchJwks(url: URL, limits: FetchLimits = {}): Promise<string> {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, ca } = limits;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (code: FetchFailure): void => reject(new CodedError(signal.aborted ? 'jwks_fetch_timeout' : code));
    const request = https.get(url, { agent: false, signal, headers: { accept: 'application/json' }, ...(ca ? { ca } : {}) }, (response) => {
      if (response.statusCode !== 200) {
        fail('jwks_fetch_status');
        request.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
        chunks.push(chunk);
        if (received > maxBytes) {
          fail('jwks_fetch_too_large');
          request.destroy();
        }
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', () => fail('jwks_fetch_failed'));
    });
    request.on('error', () => fail('jwks_fetch_failed'));
  });
}
