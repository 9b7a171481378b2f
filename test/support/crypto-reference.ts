import { webcrypto } from 'node:crypto';

/** What a value is made of, spelt out. */
export interface ValueParts {
  readonly dataKey: Uint8Array;
  readonly salt: string;
  readonly info: string;
  /** As the value names it. */
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly additionalData: string;
}

/**
 * The format of a value written a second time, from its description and on another interface (Web Cryptography), so that a slip in the code
 * under test is not also in what it is measured by.
 */
export async function referenceSeal(parts: ValueParts, content: Uint8Array): Promise<Buffer> {
  const { key, algorithm } = await prepare(parts);
  const sealed = Buffer.from(await webcrypto.subtle.encrypt(algorithm, key, content));
  return Buffer.concat([Buffer.of(1), Buffer.from(parts.keyId.replaceAll('-', ''), 'hex'), parts.nonce, sealed]);
}

/** Opens a value, taking its nonce from it; rejects when it is not authentic. */
export async function referenceOpen(parts: Omit<ValueParts, 'nonce' | 'keyId'>, value: Uint8Array): Promise<Buffer> {
  const { key, algorithm } = await prepare({ ...parts, nonce: value.subarray(17, 29) });
  return Buffer.from(await webcrypto.subtle.decrypt(algorithm, key, value.subarray(29)));
}

async function prepare({ dataKey, salt, info, nonce, additionalData }: Omit<ValueParts, 'keyId'>) {
  const text = new TextEncoder();
  const secret = await webcrypto.subtle.importKey('raw', dataKey, 'HKDF', false, ['deriveKey']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: text.encode(salt), info: text.encode(info) };
  const aes = { name: 'AES-GCM', length: 256 };
  const key = await webcrypto.subtle.deriveKey(derivation, secret, aes, false, ['encrypt', 'decrypt']);
  return { key, algorithm: { name: 'AES-GCM', iv: nonce, additionalData: text.encode(additionalData), tagLength: 128 } };
}
