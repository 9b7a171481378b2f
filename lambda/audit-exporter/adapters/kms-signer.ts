import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { BatchSigner, ExportPortFailure } from '../ports';

const DENIALS: readonly unknown[] = ['AccessDeniedException', 'DisabledException', 'KMSInvalidStateException', 'NotFoundException'];

/**
 * Signs with an RSA key of KMS, which the key never leaves: 164.312(c)(2). PKCS #1 v1.5 and not PSS, because PSS draws a salt and a
 * repeated run must write the same bytes. Answered or refused within about 6 s. The SDK is loaded at the first call.
 *
 * @param keyArn ARN of a SIGN_VERIFY key of kind RSA; it becomes the batches' `key_id`. The role needs `kms:Sign`.
 */
export function kmsSigner(keyArn: string): BatchSigner {
  const algorithm = 'RSASSA_PKCS1_V1_5_SHA_256';
  let connecting: ReturnType<typeof connect> | undefined;
  return {
    algorithm,
    keyId: keyArn,
    async sign(digest) {
      connecting ??= connect();
      try {
        const sign = await connecting;
        const { Signature } = await sign({ KeyId: keyArn, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: algorithm });
        if (Signature) return Signature;
      } catch (error) {
        throw failure(DENIALS.includes(isRecord(error) ? error['name'] : undefined) ? 'signer_denied' : 'signer_unavailable');
      }
      throw failure('signer_unavailable');
    },
  };
}

async function connect() {
  const { KMSClient, SignCommand } = await import('./kms-sdk');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const client = new KMSClient({ maxAttempts: 2, requestHandler });
  return (request: ConstructorParameters<typeof SignCommand>[0]) => client.send(new SignCommand(request));
}

function failure(code: ExportPortFailure): CodedError<ExportPortFailure> {
  return new CodedError(code);
}
