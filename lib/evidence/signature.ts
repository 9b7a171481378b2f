import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { MANIFEST_FILE } from './manifest';
import type { PackFile } from './pack-file';

/** A key that nothing can be signed or checked with; the message says what is allowed. */
export class SigningKeyError extends Error {}

/** The detached signature of the manifest, which lists every other file with its hash: 164.312(c)(1). */
export const SIGNATURE_FILE = `${MANIFEST_FILE}.sig`;

/** Bits of an RSA key, at least. */
const LEAST_RSA_BITS = 2048;

/**
 * Signs a manifest: base64 of the signature over its bytes, Ed25519, or RSA with PKCS #1 v1.5 and SHA-256, as
 * `openssl dgst -sha256 -verify` checks it.
 *
 * @param pem private key, not encrypted.
 * @throws SigningKeyError
 */
export function signatureFile(manifest: PackFile, pem: string): PackFile {
  const key = keyOf(() => createPrivateKey(pem), 'private');
  const text = `${sign(digestOf(key), Buffer.from(manifest.text), key).toString('base64')}\n`;
  return { path: SIGNATURE_FILE, mediaType: 'text/plain', text };
}

/**
 * Whether a signature is one of these bytes under a key.
 *
 * @param pem public key, or the certificate that holds it.
 * @throws SigningKeyError
 */
export function isSigned(manifest: Buffer, signature: string, pem: string): boolean {
  // A private key has its public half in it, and nobody who checks has any business with one.
  if (pem.includes('PRIVATE KEY')) throw new SigningKeyError('To check a signature, give the public key, not the private one.');
  const key = keyOf(() => createPublicKey(pem), 'public');
  return verify(digestOf(key), manifest, key, Buffer.from(signature.trim(), 'base64'));
}

function keyOf(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  const allowed = `Give an Ed25519 or an RSA key of ${LEAST_RSA_BITS} bits or more in PEM, without a passphrase.`;
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // The reason may quote what was read, which may be a key.
    throw new SigningKeyError(`This is no ${kind} key that can be read. ${allowed}`);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isLongEnough = type === 'rsa' && (details?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  if (type === 'ed25519' || isLongEnough) return key;
  throw new SigningKeyError(`A key of type ${String(type)}${type === 'rsa' ? `, ${details?.modulusLength ?? 0} bits` : ''}. ${allowed}`);
}

/** Ed25519 has its digest in it. */
function digestOf({ asymmetricKeyType }: KeyObject): 'sha256' | null {
  return asymmetricKeyType === 'rsa' ? 'sha256' : null;
}
