import type { DataKeyRow, RowName, StoredRow } from '../records/data-keys';
import type { EncryptedTable } from '../records/places';
import type { KeyClass, KeyProvider, WrappedDataKey } from '../records/ports';
import type { Uuid } from '../shared/uuid';
import type { Pass } from './next-step';

/** A row as the rotation reads it. */
export interface StoredValues extends StoredRow {
  /** Undefined where values are not bound to a patient. */
  readonly patientId: Uuid | undefined;
}

/** The values of one row and what is to become of them, column by column in the order of `places.ts`. */
export interface RowChange extends RowName {
  readonly before: readonly (Uint8Array | null)[];
  readonly after: readonly (Uint8Array | null)[];
}

/** The functions of the schema `crypto`, as the login `key_rotator` may execute them: docs/key-rotation.md. */
export interface RotationStore {
  /** True for one session at a time, until it ends. */
  lock(): Promise<boolean>;
  /** Every key of a class, retired ones included. */
  listKeys(keyClass: KeyClass): Promise<readonly DataKeyRow[]>;
  /** Adds a key; `stale` when the newest usable one is another than the one given by now. */
  addKey(key: WrappedDataKey, newest: Uuid | undefined): Promise<string>;
  /** Retires a key; `conflict` when a value may still name it, or when it is the newest of its class. */
  retireKey(keyId: Uuid): Promise<string>;
  readPass(keyClass: KeyClass): Promise<Pass | undefined>;
  savePass(keyClass: KeyClass, pass: Pass): Promise<void>;
  /** The next rows after one, in order, at most `limit`. */
  readValues(table: EncryptedTable, keyClass: KeyClass, after: RowName | undefined, limit: number): Promise<readonly StoredValues[]>;
  /**
   * Rewrites rows whose values are still those given, in one transaction.
   *
   * @returns how many.
   * @throws CodedError `rewrite_refused` when a value names another key, was added or is gone.
   */
  rewriteValues(table: EncryptedTable, keyClass: KeyClass, keyId: Uuid, changes: readonly RowChange[]): Promise<number>;
}

/** What a rotation needs; every optional one has the value that production uses. */
export interface RotationPorts {
  readonly store: RotationStore;
  readonly provider: KeyProvider;
  /** Milliseconds since the epoch. @default - the clock of this machine */
  readonly nowMs?: () => number;
  /** Milliseconds until the process is ended. @default - never */
  readonly remainingMs?: () => number;
  /** Time for every instance to learn of a new key; 0 where no instance runs. @default KEY_SETTLE_MS */
  readonly settleMs?: number;
}
