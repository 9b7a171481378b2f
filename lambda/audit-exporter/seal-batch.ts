import { BATCH_FORMAT, batchKey, digestInput, headerLine, sha256, type BatchPlan } from './batch';
import type { BatchSigner } from './ports';

/** A batch ready to be written. */
export interface SealedBatch {
  readonly key: string;
  readonly digest: string;
  readonly n: number;
  readonly bytes: Uint8Array;
}

/**
 * Chains, signs and lays out a window's lines: 164.312(b), 164.312(c)(1). The same plan, lines and key give the same bytes, because both
 * signature algorithms are without chance.
 *
 * @throws whatever the signer throws.
 */
export async function sealBatch(plan: BatchPlan, lines: readonly string[], signer: BatchSigner): Promise<SealedBatch> {
  const body = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
  const unsigned = { ...plan, format: BATCH_FORMAT, n: lines.length, algorithm: signer.algorithm, key_id: signer.keyId } as const;
  const digest = sha256(digestInput(unsigned, sha256(body)));
  const signature = Buffer.from(await signer.sign(Buffer.from(digest, 'hex'))).toString('base64');
  const header = Buffer.from(`${headerLine({ ...unsigned, digest, signature })}\n`, 'utf8');
  return { key: batchKey(plan), digest, n: lines.length, bytes: Buffer.concat([header, body]) };
}
