import { createHash } from 'node:crypto';
import type { Uuid } from '../shared/uuid';
import { AUDIT_BATCH_PREFIX } from './contract';

/** RSA over the digest as KMS names it, and Ed25519 over the digest's bytes; each gives one digest one signature. */
export const SIGNING_ALGORITHMS = ['RSASSA_PKCS1_V1_5_SHA_256', 'Ed25519'] as const;

/** One of {@link SIGNING_ALGORITHMS}. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** The window that the database committed to before anything of it was read: the same again after every crash. */
export interface BatchPlan {
  readonly epoch: Uuid;
  /** Counts from 1, without gap within an epoch. */
  readonly no: string;
  /** Transactions from this one on ... */
  readonly from_xid: string;
  /** ... and before this one. */
  readonly to_xid: string;
  /** When the window was planned, by the database's clock, UTC to the microsecond: the heartbeat. */
  readonly planned_at: string;
  /** Digest of the batch before, 64 zeros for the very first. */
  readonly prev: string;
}

/** First line of a batch. Members in this order. */
export interface BatchHeader extends BatchPlan {
  readonly format: typeof BATCH_FORMAT;
  /** Number of event lines. */
  readonly n: number;
  /** SHA-256 over every other member and the lines, in hex: {@link digestInput}. */
  readonly digest: string;
  readonly algorithm: SigningAlgorithm;
  readonly key_id: string;
  /** Of the digest's 32 bytes, in base64. */
  readonly signature: string;
}

/** Names the format; any change of a byte's meaning needs another name, and another epoch. */
export const BATCH_FORMAT = 'telehealth-audit-batch/1';

/** The first batch of all has none before it. */
export const NO_PREVIOUS_DIGEST = '0'.repeat(64);

/** Digits of a number in a name, so that names sort as numbers do: one batch a minute needs them for longer than there is a minute. */
export const NUMBER_DIGITS = 12;

/** Where a batch goes. */
export function batchKey({ epoch, no }: Pick<BatchPlan, 'epoch' | 'no'>): string {
  return `${AUDIT_BATCH_PREFIX}${epoch}/${no.padStart(NUMBER_DIGITS, '0')}.jsonl`;
}

/** The members that a digest covers. */
export type DigestedHeader = Omit<BatchHeader, 'digest' | 'signature'>;

/**
 * What is digested: every member of the header but digest and signature, and the SHA-256 of the event lines with their newlines, each on a
 * line of its own. No member can hold a newline, so two batches that differ in anything differ here, and `jq` and `sha256sum` can repeat it.
 */
export function digestInput(header: DigestedHeader, linesSha256: string): string {
  const { format, epoch, no, from_xid, to_xid, planned_at, prev, n, algorithm, key_id } = header;
  return [format, epoch, no, from_xid, to_xid, planned_at, prev, n, algorithm, key_id, linesSha256, ''].join('\n');
}

/** SHA-256 in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The canonical first line, without its newline. */
export function headerLine(header: BatchHeader): string {
  const { format, epoch, no, from_xid, to_xid, planned_at, prev, n, digest, algorithm, key_id, signature } = header;
  return JSON.stringify({ format, epoch, no, from_xid, to_xid, planned_at, prev, n, digest, algorithm, key_id, signature });
}
