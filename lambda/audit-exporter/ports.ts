import type { BatchPlan, SigningAlgorithm } from './batch';
import type { AuditEvent } from './event-line';

/** The functions of the schema `audit` that the exporter's login may execute. Every method rejects with the driver's own error. */
export interface ExportDatabase {
  /** The unfinished window, or a new one. */
  plan(): Promise<BatchPlan>;
  /** Up to `limit` events of a window that come after `afterSeq`, in order. */
  read(plan: BatchPlan, afterSeq: string | undefined, limit: number): Promise<readonly AuditEvent[]>;
  /** Records what a window became: `conflict` when it became something else before, `not_found` when the plan is gone. */
  finish(plan: BatchPlan, digest: string, n: number): Promise<'ok' | 'conflict' | 'not_found'>;
  /** Age in seconds of the oldest event outside a finished batch; 0 when there is none. */
  oldestUnexportedS(): Promise<number>;
}

/** Why a store or a signer did not do its part. */
export const EXPORT_PORT_FAILURES = ['store_denied', 'store_unavailable', 'signer_denied', 'signer_unavailable'] as const;

/** One of {@link EXPORT_PORT_FAILURES}. */
export type ExportPortFailure = (typeof EXPORT_PORT_FAILURES)[number];

/** Where batches are kept: 164.312(c)(1), 164.316(b)(2)(i). */
export interface BatchStore {
  /**
   * Creates an object, whole or not at all, and durably before it says so. What is there under the name is never replaced.
   *
   * @throws CodedError `store_denied` or `store_unavailable`.
   */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'taken'>;

  /**
   * Reads an object back.
   *
   * @throws CodedError `store_denied` or `store_unavailable`.
   */
  read(key: string): Promise<Uint8Array>;
}

/** Keeps the key that signs batches. */
export interface BatchSigner {
  readonly algorithm: SigningAlgorithm;
  /** ARN of the KMS key, or `sha256:` and the SHA-256 of the public key (DER, SPKI) in hex. */
  readonly keyId: string;

  /**
   * Signs the 32 bytes of a digest, always the same way.
   *
   * @throws CodedError `signer_denied` or `signer_unavailable`.
   */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}
