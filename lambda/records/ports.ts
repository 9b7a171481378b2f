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

/** A value as PostgreSQL takes it: bytea, timestamptz, uuid and text, integer, boolean, arrays of text. */
export type SqlValue = Uint8Array | Date | string | number | boolean | null | readonly string[];

/** A row as the driver gives it: bytea as bytes, timestamptz as Date, bigint as text. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Why the database gave no answer. */
export const DATABASE_FAILURES = [
  /** No connection, the connection broke, or the statement was ended by a time limit: nothing was disclosed, and a retry may help. */
  'database_unavailable',
  /** PostgreSQL refused the statement itself: a fault of ours. */
  'database_refused',
] as const;

/** One of {@link DATABASE_FAILURES}. */
export type DatabaseFailure = (typeof DATABASE_FAILURES)[number];

/** The functions of the schema `api`, as the login `records_api` may execute them: docs/records-database.md. */
export interface Database {
  /**
   * Runs `SELECT * FROM api.name($1, ...)` in one round trip. Rows are handed over only after the transaction, and with it the audit row,
   * has committed: 164.312(b).
   *
   * @throws CodedError with a {@link DatabaseFailure}, and no word of the server's message.
   */
  call(name: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

/** An object and who asked for it; `auditId` travels in the address, so that its use can be joined to the grant. */
export interface ObjectAccess {
  /** `documents/<id>` or `recordings/<id>`. */
  readonly key: string;
  readonly auditId: Uuid;
  /** Seconds from now. */
  readonly lifetimeS: number;
}

/** What an upload must be, to the bit. */
export interface ObjectUpload extends ObjectAccess {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** SHA-256 of the content, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** An address that works for its lifetime without any other credential, and the headers that must go with it. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Documents and recordings, which never pass through the service itself: 164.312(a)(1), 164.312(c)(1). */
export interface ObjectStore {
  /**
   * An address to read an object from; of one version where one is named.
   *
   * @throws CodedError `object_store_unavailable`.
   */
  presignGet(access: ObjectAccess & { readonly version?: string }): Promise<PresignedRequest>;

  /**
   * An address to create an object at: exactly these bytes, once. What is there is never replaced.
   *
   * @throws CodedError `object_store_unavailable`.
   */
  presignPut(upload: ObjectUpload): Promise<PresignedRequest>;
}
