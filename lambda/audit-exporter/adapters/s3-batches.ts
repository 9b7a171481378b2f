import { CodedError } from '../../shared/outcome';
import { statusOf } from '../../shared/sdk-error';
import type { BatchStore, ExportPortFailure } from '../ports';

/** A batch is about 5 MB at most, and a run has to end within a minute. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/** Two runs that write the same name at the same moment: S3 lets neither through and asks for another try. */
const CONFLICT_ATTEMPTS = 4;

/**
 * Batches in a bucket whose default is to encrypt and lock what is put there: 164.312(c)(1), 164.312(a)(2)(iv), 164.316(b)(2)(i). The role
 * needs `s3:PutObject` and `s3:GetObject` below the prefix, and use of the bucket's key. A checksum travels with the bytes, which S3 demands
 * for a locked bucket. The SDK is loaded at the first call.
 */
export function s3Batches(bucket: string): BatchStore {
  let connecting: ReturnType<typeof connect> | undefined;
  const client = () => (connecting ??= connect());
  return {
    async create(key, bytes) {
      const { put } = await client();
      for (let attempt = 1; ; attempt += 1) {
        try {
          await put({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/jsonl', IfNoneMatch: '*', ChecksumAlgorithm: 'SHA256' });
          return 'created';
        } catch (error) {
          const status = statusOf(error);
          if (status === 412) return 'taken';
          if (status !== 409 || attempt === CONFLICT_ATTEMPTS) throw failure(status);
        }
      }
    },
    async read(key) {
      const { get } = await client();
      try {
        return await get({ Bucket: bucket, Key: key });
      } catch (error) {
        throw failure(statusOf(error));
      }
    },
  };
}

async function connect() {
  const { GetObjectCommand, PutObjectCommand, S3Client } = await import('./s3-sdk');
  const client = new S3Client({ maxAttempts: 2, requestHandler: TIMEOUTS });
  return {
    put: (request: ConstructorParameters<typeof PutObjectCommand>[0]) => client.send(new PutObjectCommand(request)),
    get: async (request: ConstructorParameters<typeof GetObjectCommand>[0]) => {
      const { Body } = await client.send(new GetObjectCommand(request));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
  };
}

function failure(status: number | undefined): CodedError<ExportPortFailure> {
  return new CodedError(status === 403 ? 'store_denied' : 'store_unavailable');
}
