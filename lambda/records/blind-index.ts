import { keyFailureOf, type IndexedColumn, type KeyFailure, type MacProvider } from './ports';

/** Blanks, dashes and invisible marks, as people type and paste them between groups of an identifier. */
const SEPARATORS = /[\s\p{Z}\p{Pd}\p{Cf}\u2212]/gu;

const SSN = /^[0-9]{9}$/;

const IDENTIFIER = /^[A-Za-z0-9]{1,64}$/;

/** The bytes to store or search for, or why there are none. */
export type BlindIndex =
  | { readonly kind: 'index'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly code: 'index_value_malformed' | KeyFailure };

const SHAPES: Readonly<Record<IndexedColumn, RegExp>> = { mrn: IDENTIFIER, ssn: SSN, insurance_id: IDENTIFIER };

/**
 * One spelling for all spellings of an identifier: nine digits for an ssn; 1 to 64 letters and digits in upper case, leading zeros and
 * all, for an mrn and an insurance id. Only ASCII is left; full-width and styled characters become it.
 *
 * @returns undefined when the value cannot be one.
 */
export function normalise(column: IndexedColumn, value: string): string | undefined {
  const plain = value.normalize('NFKC').replace(SEPARATORS, '');
  // Checked before it is made upper case: beyond ASCII that can make two different letters equal.
  return SHAPES[column].test(plain) ? plain.toUpperCase() : undefined;
}

/**
 * The blind index of a value: HMAC of its normal form under the column's own key, all 32 bytes: 164.312(a)(2)(iv). Equal values of one
 * column have equal indexes, and that is all a database shows of them; whoever lacks the use of the MAC key can neither compute one nor
 * try values out. Never rejects.
 */
export async function blindIndex(provider: MacProvider, column: IndexedColumn, value: string): Promise<BlindIndex> {
  const normal = normalise(column, value);
  if (normal === undefined) return { kind: 'refused', code: 'index_value_malformed' };
  try {
    const bytes = await provider.mac(column, Buffer.from(normal));
    // A shortened MAC would match values that it is not the index of.
    return bytes.length === 32 ? { kind: 'index', bytes } : { kind: 'refused', code: 'key_invalid' };
  } catch (error) {
    return { kind: 'refused', code: keyFailureOf(error) };
  }
}
