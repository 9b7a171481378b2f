import { CodedError } from '../shared/outcome';
import { checkJwks } from './check-jwks';

/** The stored copy of the key set. */
export interface JwksCopyStore {
  /** @returns undefined when there is no copy yet. */
  read(): Promise<string | undefined>;
  write(canonical: string): Promise<void>;
}

/** Why the copy could not be brought up to date although the set was good. */
export const STORE_FAILURES = ['parameter_read_failed', 'parameter_write_failed'] as const;

/** What a refresh did. */
export type RefreshResult = { readonly kind: 'written' | 'unchanged'; readonly keys: number };

/**
 * Brings the copy up to date: fetch, check, compare, write. Writes only a changed set, so that every write to the parameter is a rotation
 * and can be watched as one: whoever writes this value decides whose tokens are believed.
 *
 * @throws CodedError with the code of the check that refused the set, or one of {@link STORE_FAILURES}; whatever `fetch` throws
 *   passes through. The old copy stays in place in every case.
 */
export async function refreshJwks(fetch: () => Promise<string>, store: JwksCopyStore): Promise<RefreshResult> {
  const verdict = checkJwks(await fetch());
  if (verdict.kind === 'refused') throw new CodedError(verdict.code);
  const stored = await store.read().catch(() => {
    throw storeError('parameter_read_failed');
  });
  if (stored === verdict.canonical) return { kind: 'unchanged', keys: verdict.keys.length };
  await store.write(verdict.canonical).catch(() => {
    throw storeError('parameter_write_failed');
  });
  return { kind: 'written', keys: verdict.keys.length };
}

function storeError(code: (typeof STORE_FAILURES)[number]): CodedError {
  return new CodedError(code);
}
