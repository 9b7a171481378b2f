import { createPublicKey } from 'node:crypto';
import { isRecord } from '../../shared/record';
import { ArchiveError } from '../archive';
import { verificationKey, type KeyRefusal, type VerificationKey } from '../verification-key';

const ARN = /^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/** Whether a text is the ARN of a key; an alias is none, since it can be pointed at another key. */
export function isKeyArn(text: string): boolean {
  return ARN.test(text);
}

/**
 * Asks KMS for the public half of a signing key, in the key's own Region. The caller needs `kms:GetPublicKey`.
 *
 * @throws ArchiveError when KMS does not give it.
 */
export async function kmsPublicKey(keyArn: string): Promise<VerificationKey | KeyRefusal> {
  const { GetPublicKeyCommand, KMSClient } = await import('./kms-sdk');
  const requestHandler = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
  const client = new KMSClient({ region: ARN.exec(keyArn)?.[1], maxAttempts: 3, requestHandler });
  try {
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
    return verificationKey(createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }), keyArn);
  } catch (error) {
    const code = isRecord(error) && typeof error['name'] === 'string' ? error['name'] : 'unknown error';
    throw new ArchiveError(`Cannot get the public key of ${keyArn} (${code}). Check the ARN and the rights of your AWS credentials.`);
  } finally {
    client.destroy();
  }
}
