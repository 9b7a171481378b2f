import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';

/** The instance's master login. */
export interface MasterLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * Reads the login out of the JSON that RDS keeps in Secrets Manager.
 *
 * @throws CodedError `master_secret_malformed`; the text itself is never part of an error.
 */
export function parseMasterLogin(text: string): MasterLogin {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CodedError('master_secret_malformed');
  }
  const { username, password } = isRecord(parsed) ? parsed : {};
  if (typeof username !== 'string' || typeof password !== 'string' || username === '' || password === '') {
    throw new CodedError('master_secret_malformed');
  }
  return { username, password };
}

/**
 * Reads the master secret, within about 10 s. The SDK is loaded at the first call.
 *
 * @throws CodedError `master_secret_unreadable` or `master_secret_malformed`.
 */
export async function readMasterLogin(secretArn: string): Promise<MasterLogin> {
  const text = await readSecret(secretArn).catch(() => {
    throw new CodedError('master_secret_unreadable');
  });
  return parseMasterLogin(text);
}

async function readSecret(secretArn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
  const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return SecretString ?? '';
  } finally {
    client.destroy();
  }
}
