import { CodedError } from '../shared/outcome';
import type { Uuid } from '../shared/uuid';

/** The classes of PHI that are encrypted under keys of their own, so that one lost key is not all of a record. */
export const KEY_CLASSES = ['identity', 'clinical', 'billing'] as const;

/** One of {@link KEY_CLASSES}. */
export type KeyClass = (typeof KEY_CLASSES)[number];

/** The columns that can be searched for an exact value, each with a MAC key of its own. */
export const INDEXED_COLUMNS = ['mrn', 'ssn', 'insurance_id'] as const;

/** One of {@link INDEXED_COLUMNS}. */
export type IndexedColumn = (typeof INDEXED_COLUMNS)[number];

/** Why a provider gave no key and no MAC; stable codes for log lines and alarms. */
export const KEY_FAILURES = [
  /** The role or the file's mode does not let this process use the key. */
  'key_access_denied',
  /** The key that wraps the others is disabled, on its way out or absent: the containment lever of the runbook. */
  'key_disabled',
  /** Too many calls; worth trying again later. */
  'key_throttled',
  /** No answer in time. */
  'key_timeout',
  /** What is stored was not wrapped by this key under this name and class, or is no key. */
  'key_invalid',
  /** Anything else. */
  'key_unavailable',
] as const;

/** One of {@link KEY_FAILURES}. */
export type KeyFailure = (typeof KEY_FAILURES)[number];

/** Reduces what a provider threw to a {@link KeyFailure}; everything unforeseen is `key_unavailable`. */
export function keyFailureOf(error: unknown): KeyFailure {
  const code: unknown = error instanceof CodedError ? error.code : undefined;
  return KEY_FAILURES.find((failure) => failure === code) ?? 'key_unavailable';
}

/** What a data key is called: both parts are bound to its wrapped form and cannot be exchanged afterwards. */
export interface DataKeyName {
  readonly keyId: Uuid;
  readonly keyClass: KeyClass;
}

/** A data key as it is stored: useless without the provider. */
export interface WrappedDataKey extends DataKeyName {
  readonly wrapped: Uint8Array;
}

/** Keeps the key that wraps data keys: 164.312(a)(2)(iv). That key itself never leaves the provider. */
export interface KeyProvider {
  /**
   * Makes a 32-byte data key, returned in its wrapped form only: whoever makes keys has no need to see one.
   *
   * @throws CodedError with a {@link KeyFailure}.
   */
  generate(name: DataKeyName): Promise<Uint8Array>;

  /**
   * Unwraps a data key. The 32 bytes belong to the caller, who overwrites them when done; the provider keeps no copy.
   *
   * @throws CodedError with a {@link KeyFailure}.
   */
  unwrap(key: WrappedDataKey): Promise<Uint8Array>;
}

/** Keeps the MAC keys of the blind indexes, which never leave it: 164.312(a)(2)(iv). */
export interface MacProvider {
  /**
   * HMAC-SHA-256 of 1 to 4,096 bytes under the column's own key.
   *
   * @returns all 32 bytes.
   * @throws CodedError with a {@link KeyFailure}.
   */
  mac(column: IndexedColumn, message: Uint8Array): Promise<Uint8Array>;
}
