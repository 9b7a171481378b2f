import { blindIndex } from '../blind-index';
import type { Call, Tools } from '../call';
import type { IndexedColumn } from '../ports';
import { refuse, type Refused } from '../refusals';

/** Bytes to store or search for; null where the body does not give the field. */
export type IndexValue = { readonly kind: 'index'; readonly bytes: Uint8Array | null } | Refused;

/** The blind index of a field of the body: 164.312(a)(2)(iv). */
export async function indexOf({ body }: Call, { index }: Tools, column: IndexedColumn): Promise<IndexValue> {
  const value = body[column];
  if (typeof value !== 'string') return { kind: 'index', bytes: null };
  const made = await blindIndex(index, column, value);
  return made.kind === 'index' ? made : refuse(made.code);
}
