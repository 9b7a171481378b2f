import { createLog, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { JWKS_REFUSALS } from './check-jwks';
import { FETCH_FAILURES } from './fetch-jwks';
import { refreshJwks, STORE_FAILURES, type JwksCopyStore } from './refresh';

/** Every way a refresh can fail. */
export const REFRESH_FAILURES = [...JWKS_REFUSALS, ...FETCH_FAILURES, ...STORE_FAILURES, 'internal_error'] as const;

/** One of {@link REFRESH_FAILURES}. */
export type RefreshFailure = (typeof REFRESH_FAILURES)[number];

/**
 * Makes the handler of the refresher: 164.312(d). One log line per run; a failure is logged by its code and thrown as a coded error, so
 * that an asynchronous invocation is retried and then lands in the dead-letter queue. The copy is left as it was.
 */
export function createRefresher(fetch: () => Promise<string>, store: JwksCopyStore, sink?: LogSink): () => Promise<void> {
  const log = createLog(
    { event: ['jwks_refresh'], result: ['written', 'unchanged', 'failed'], code: REFRESH_FAILURES, keys: 'number', durationMs: 'number' },
    sink,
  );
  return async () => {
    const startedAt = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startedAt);
    try {
      const { kind, keys } = await refreshJwks(fetch, store);
      log({ event: 'jwks_refresh', result: kind, keys, durationMs: durationMs() });
    } catch (error) {
      const thrown: string | undefined = error instanceof CodedError ? String(error.code) : undefined;
      const code = REFRESH_FAILURES.find((known) => known === thrown) ?? 'internal_error';
      log({ event: 'jwks_refresh', result: 'failed', code, durationMs: durationMs() });
      throw new CodedError(code);
    }
  };
}
