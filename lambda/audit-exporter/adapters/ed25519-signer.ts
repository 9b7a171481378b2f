import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { BatchSigner, ExportPortFailure } from '../ports';
import { publicKeyId } from '../verification-key';

/** A key is a PEM of about 120 bytes; whatever is longer is another file. */
const MAX_KEY_BYTES = 1_024;

/**
 * Makes the signing key of a local run unless it is there already, as PEM (PKCS #8) that only the owner may read. The file appears whole or
 * not at all and never replaces another, so two processes that start together use the same key.
 *
 * @throws CodedError `signer_denied` or `signer_unavailable`.
 */
export async function createSigningKey(keyFile: string): Promise<void> {
  const draft = `${keyFile}.${randomBytes(8).toString('hex')}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(privateKey.export({ format: 'pem', type: 'pkcs8' }));
      await file.sync();
    } finally {
      await file.close();
    }
    // A hard link is refused where a name is taken; a rename is not.
    await link(draft, keyFile).finally(() => unlink(draft));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw failureOf(error);
  }
}

/**
 * Signs with the key of a file, for a local run. The file is refused unless it is a plain one of this user's that nobody else may read.
 * `publicKeyPem` is what a verifier needs, and all it needs.
 *
 * @throws CodedError `signer_denied` or `signer_unavailable`.
 */
export async function ed25519Signer(keyFile: string): Promise<BatchSigner & { readonly publicKeyPem: string }> {
  const privateKey = await readPrivateKey(keyFile);
  const publicKey = createPublicKey(privateKey);
  return {
    algorithm: 'Ed25519',
    keyId: publicKeyId(publicKey),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    sign: (digest) => Promise.resolve(sign(null, digest, privateKey)),
  };
}

async function readPrivateKey(keyFile: string): Promise<KeyObject> {
  try {
    const file = await open(keyFile, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      // Asked of the open file: the name could be given to another one in between.
      const stat = await file.stat();
      const isPrivate = (stat.mode & 0o077) === 0 && stat.uid === process.getuid?.();
      if (!stat.isFile() || !isPrivate) throw new CodedError<ExportPortFailure>('signer_denied');
      if (stat.size > MAX_KEY_BYTES) throw new CodedError<ExportPortFailure>('signer_unavailable');
      const key = createPrivateKey(await file.readFile());
      if (key.asymmetricKeyType !== 'ed25519') throw new CodedError<ExportPortFailure>('signer_unavailable');
      return key;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof CodedError ? error : failureOf(error);
  }
}

function failureOf(error: unknown): CodedError<ExportPortFailure> {
  // ELOOP: a symbolic link, whose target is not what was protected.
  const denied = ['EACCES', 'EPERM', 'ELOOP'].some((code) => code === systemCode(error));
  return new CodedError(denied ? 'signer_denied' : 'signer_unavailable');
}

function systemCode(error: unknown): unknown {
  return isRecord(error) ? error['code'] : undefined;
}
