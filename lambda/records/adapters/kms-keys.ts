import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { DataKeyName, IndexedColumn, KeyFailure, KeyProvider, MacProvider } from '../ports';

/** Which KMS keys to use, and whose data keys these are. */
export interface KmsKeysOptions {
  /** ARN of the symmetric key that wraps data keys. */
  readonly wrappingKeyArn: string;
  /** ARN of the HMAC_256 key of each searchable column. */
  readonly macKeyArns: Readonly<Record<IndexedColumn, string>>;
  /** Application and environment, written into every encryption context: keys of one environment do not unwrap in another. */
  readonly app: string;
  readonly env: string;
}

/** How long one call may take to its last byte, second attempt and all, in milliseconds: the SDK's own limits end with the first line. */
const CALL_MS = 6_000;

type EncryptionContext = Record<string, string>;

/** The calls made to KMS, by the names and with the values it knows them by. */
interface Kms {
  generateDataKeyWithoutPlaintext(request: {
    KeyId: string;
    KeySpec: 'AES_256';
    EncryptionContext: EncryptionContext;
  }): Promise<{ CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(request: {
    KeyId: string;
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
    CiphertextBlob: Uint8Array;
    EncryptionContext: EncryptionContext;
  }): Promise<{ Plaintext?: Uint8Array | undefined }>;
  generateMac(request: { KeyId: string; MacAlgorithm: 'HMAC_SHA_256'; Message: Uint8Array }): Promise<{ Mac?: Uint8Array | undefined }>;
}

/**
 * Data keys and blind-index MACs of AWS KMS: 164.312(a)(2)(iv). The wrapping key and the MAC keys never leave KMS, every use of them is in
 * CloudTrail, and disabling one ends what it serves. A call is answered or refused within about 6 s, with a code and nothing else, since
 * messages quote keys and callers.
 */
export function kmsKeys({ wrappingKeyArn, macKeyArns, app, env }: KmsKeysOptions): KeyProvider & MacProvider {
  let connecting: Promise<Kms> | undefined;
  const call = async (use: (kms: Kms) => Promise<Uint8Array | undefined>): Promise<Uint8Array> => {
    connecting ??= connect();
    const bytes = await connecting.then(use).catch((error: unknown) => {
      throw new CodedError(failureOf(error));
    });
    if (!bytes) throw new CodedError<KeyFailure>('key_unavailable');
    return bytes;
  };
  const contextOf = ({ keyId, keyClass }: DataKeyName): EncryptionContext => ({ app, env, class: keyClass, keyId });
  return {
    generate: (name) =>
      call(async (kms) => {
        const request = { KeyId: wrappingKeyArn, KeySpec: 'AES_256', EncryptionContext: contextOf(name) } as const;
        return (await kms.generateDataKeyWithoutPlaintext(request)).CiphertextBlob;
      }),
    unwrap: (key) =>
      call(async (kms) => {
        // The key is named although KMS could tell it from the blob: a blob made under another key is refused.
        const request = {
          KeyId: wrappingKeyArn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          CiphertextBlob: key.wrapped,
          EncryptionContext: contextOf(key),
        } as const;
        return (await kms.decrypt(request)).Plaintext;
      }),
    mac: (column, message) =>
      call(async (kms) => (await kms.generateMac({ KeyId: macKeyArns[column], MacAlgorithm: 'HMAC_SHA_256', Message: message })).Mac),
  };
}

/** Loads the SDK at the first call, and keeps one client, whose connection the following calls reuse. */
async function connect(): Promise<Kms> {
  const { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, GenerateMacCommand, KMSClient } = await import('./kms-sdk');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const client = new KMSClient({ maxAttempts: 2, requestHandler });
  const limit = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });
  return {
    generateDataKeyWithoutPlaintext: (request) => client.send(new GenerateDataKeyWithoutPlaintextCommand(request), limit()),
    decrypt: (request) => client.send(new DecryptCommand(request), limit()),
    generateMac: (request) => client.send(new GenerateMacCommand(request), limit()),
  };
}

const FAILURES: Readonly<Record<string, KeyFailure>> = {
  AccessDeniedException: 'key_access_denied',
  DisabledException: 'key_disabled',
  KMSInvalidStateException: 'key_disabled',
  NotFoundException: 'key_disabled',
  ThrottlingException: 'key_throttled',
  LimitExceededException: 'key_throttled',
  TimeoutError: 'key_timeout',
  AbortError: 'key_timeout',
  DependencyTimeoutException: 'key_timeout',
  InvalidCiphertextException: 'key_invalid',
  IncorrectKeyException: 'key_invalid',
};

// Looked up as an own property, since the name is the far side's to choose.
function failureOf(error: unknown): KeyFailure {
  const name = isRecord(error) ? error['name'] : undefined;
  return (typeof name === 'string' && Object.hasOwn(FAILURES, name) ? FAILURES[name] : undefined) ?? 'key_unavailable';
}
