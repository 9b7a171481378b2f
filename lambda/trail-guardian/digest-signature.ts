import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Digest } from './digest';

/**
 * What CloudTrail signs of a digest: when it ended, where it is, what it says, and the signature of the one before.
 *
 * @returns four lines without an end of line after the last.
 */
export function stringToSign({ endTime, bucket, key, sha256, previous }: Digest): string {
  return [endTime, `${bucket}/${key}`, sha256, previous?.signature ?? 'null'].join('\n');
}

/** Whether a key made a signature: RSA PKCS #1 v1.5 over SHA-256. Text that is not all hex is no signature. */
export function isSignedBy(digest: Digest, signature: string, key: KeyObject): boolean {
  // `Buffer.from` stops at the first character that is no hex digit, without a word.
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature)) return false;
  return verify('RSA-SHA256', Buffer.from(stringToSign(digest), 'utf8'), key, Buffer.from(signature, 'hex'));
}

/**
 * Reads a public key as CloudTrail gives it: DER in PKCS #1 by its API reference, in SPKI by a sample of its guide.
 *
 * @returns undefined for anything that is no RSA key of either form.
 */
export function readPublicKey(der: Uint8Array): KeyObject | undefined {
  for (const type of ['pkcs1', 'spki'] as const) {
    try {
      const key = createPublicKey({ key: Buffer.from(der), format: 'der', type });
      return key.asymmetricKeyType === 'rsa' ? key : undefined;
    } catch {
      // The next form.
    }
  }
  return undefined;
}
