import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { BatchHeader, SigningAlgorithm } from './batch';

/** A public key that may have signed batches. */
export interface VerificationKey {
  readonly algorithm: SigningAlgorithm;
  /** The `key_id` of its batches, where it is known: an RSA key in a PEM file does not say which ARN it has. */
  readonly keyId: string | undefined;
  readonly publicKey: KeyObject;
}

/** Why a key is not taken. */
export type KeyRefusal = 'key_not_pem' | 'key_is_private' | 'key_kind_unsupported';

/** A shorter RSA key no longer proves who signed. */
const MIN_RSA_BITS = 2_048;

/** Reads a public key out of a PEM file's text. */
export function parsePublicKey(pem: string): VerificationKey | KeyRefusal {
  // Node would derive the public key from a private one, and a verifier should not be handed what can sign.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return 'key_is_private';
  try {
    const publicKey = createPublicKey(pem);
    return verificationKey(publicKey, publicKey.asymmetricKeyType === 'ed25519' ? publicKeyId(publicKey) : undefined);
  } catch {
    return 'key_not_pem';
  }
}

/** Takes a key for verification under the `key_id` that its batches have. */
export function verificationKey(publicKey: KeyObject, keyId: string | undefined): VerificationKey | KeyRefusal {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = publicKey;
  if (kind === 'ed25519') return { algorithm: 'Ed25519', keyId, publicKey };
  const strong = kind === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
  return strong ? { algorithm: 'RSASSA_PKCS1_V1_5_SHA_256', keyId, publicKey } : 'key_kind_unsupported';
}

/** How a key without an ARN is called: by the SHA-256 of its DER form. */
export function publicKeyId(publicKey: KeyObject): string {
  return `sha256:${createHash('sha256').update(publicKey.export({ format: 'der', type: 'spki' })).digest('hex')}`;
}

/**
 * Checks the signature of a header whose digest has been found right.
 *
 * @param digested what was digested.
 */
export function checkSignature(
  header: BatchHeader,
  digested: string,
  keys: readonly VerificationKey[],
): 'signed' | 'signature_invalid' | 'key_unknown' {
  const named = keys.filter(({ algorithm, keyId }) => algorithm === header.algorithm && (keyId ?? header.key_id) === header.key_id);
  if (named.length === 0) return 'key_unknown';
  const signature = Buffer.from(header.signature, 'base64');
  const made = named.some(({ algorithm, publicKey }) =>
    // RSA over a digest is RSA over what was digested; Ed25519 takes the digest's bytes for its message.
    algorithm === 'Ed25519'
      ? verify(null, Buffer.from(header.digest, 'hex'), publicKey, signature)
      : verify('sha256', Buffer.from(digested), publicKey, signature),
  );
  return made ? 'signed' : 'signature_invalid';
}
