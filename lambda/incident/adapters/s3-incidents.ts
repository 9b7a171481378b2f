import { s3Batches } from '../../audit-exporter/adapters/s3-batches';
import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import { statusOf } from '../../shared/sdk-error';
import type { IncidentStore } from '../ports';

const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Records in the evidence bucket, whose policy refuses a write that could lie over another: 164.316(b)(2)(i). The caller needs
 * `s3:PutObject` below `incidents/`, `s3:GetObject`, `s3:ListBucket`, and use of the bucket's key.
 */
export function s3Incidents(bucket: string): IncidentStore {
  return { ...s3Batches(bucket), list: (prefix) => namesBelow(bucket, prefix) };
}

async function namesBelow(bucket: string, prefix: string): Promise<readonly string[]> {
  const { ListObjectsV2Command, S3Client } = await import('./s3-sdk');
  const client = new S3Client({ maxAttempts: 3, requestHandler: TIMEOUTS });
  const names: string[] = [];
  try {
    for (let token: string | undefined, more = true; more;) {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
      names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
      more = token !== undefined;
    }
    return names.sort();
  } catch (error) {
    const isCredential = isRecord(error) && error['name'] === 'CredentialsProviderError';
    throw new CodedError(isCredential || statusOf(error) === 403 ? 'store_denied' : 'store_unavailable');
  } finally {
    client.destroy();
  }
}
