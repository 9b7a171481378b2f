import * as https from 'node:https';

/** Sends one PUT and resolves to the HTTP status; rejects when there was no answer in time. */
export type PutTransport = (url: URL, body: string) => Promise<number>;

/** Waits the given number of milliseconds; tests pass one that does not. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** Result of a bounded delivery. */
export type Delivery = { readonly kind: 'delivered' | 'undelivered'; readonly attempts: number };

/** Upper bound of one attempt, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 3_000;

/** Waits between attempts, in milliseconds: five attempts, at most about 19 s with every one timing out. */
const BACKOFF_MS = [250, 500, 1_000, 2_000] as const;

const sleepForReal: Sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * PUTs over verified https with no content-type, because the address was presigned without one and any other makes the signature fail.
 *
 * @param options extra trust, for a test server only.
 */
export function httpsPut(options: Pick<https.RequestOptions, 'ca'> = {}): PutTransport {
  return (url, body) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-length': Buffer.byteLength(body) };
      const request = https.request(url, {
        ...options,
        method: 'PUT',
        headers,
        agent: false,
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      });
      request.on('response', (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
      request.end(body);
    });
}

/**
 * Delivers a body, trying again after network failures, 429 and 5xx. Any other status is final: an expired or refused presigned address
 * stays so. Never throws, and keeps nothing of the error: the address carries a signature.
 */
export async function deliver(url: URL, body: string, put: PutTransport, sleep: Sleep = sleepForReal): Promise<Delivery> {
  for (let attempts = 1; ; attempts += 1) {
    const status = await put(url, body).catch(() => 0);
    if (status >= 200 && status < 300) return { kind: 'delivered', attempts };
    const wait = BACKOFF_MS[attempts - 1];
    const mayRecover = status === 0 || status === 429 || status >= 500;
    if (!mayRecover || wait === undefined) return { kind: 'undelivered', attempts };
    await sleep(wait);
  }
}
