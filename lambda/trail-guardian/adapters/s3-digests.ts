import type { S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { dayOf, digestsPrefix, parseDigestKey, type DigestPlace } from '../digest-names';
import type { DigestStore } from '../ports';
import { isAbsent, PATIENCE, trailErrorOf } from './sdk-failure';

/**
 * Digests and log files in the trail's bucket. The caller needs `s3:ListBucket`, `s3:GetObject` and use of the trail's key. Listings are
 * read page by page, log files as streams. The SDK is loaded at the first call.
 */
export function s3Digests(bucket: string, region: string, place: DigestPlace): DigestStore {
  let connecting: Promise<S3Client> | undefined;
  const client = (): Promise<S3Client> =>
    (connecting ??= import('./s3-sdk').then(({ S3Client: Client }) => new Client({ region, ...PATIENCE })));

  async function* list(request: { readonly prefix: string; readonly after?: string; readonly delimiter?: string }): AsyncGenerator<string> {
    const { ListObjectsV2Command } = await import('./s3-sdk');
    let token: string | undefined;
    do {
      const {
        Contents = [],
        CommonPrefixes = [],
        NextContinuationToken,
        IsTruncated,
      } = await (
        await client()
      )
        .send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: request.prefix,
            StartAfter: request.after,
            Delimiter: request.delimiter,
            ContinuationToken: token,
          }),
        )
        .catch((error: unknown) => {
          throw trailErrorOf(error, `list s3://${bucket}/${request.prefix}`);
        });
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
      for (const { Prefix } of CommonPrefixes) if (Prefix !== undefined) yield Prefix;
      token = IsTruncated === true ? NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  const get = async (key: string) => {
    const { GetObjectCommand } = await import('./s3-sdk');
    try {
      return await (await client()).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw trailErrorOf(error, `read s3://${bucket}/${key}`);
    }
  };

  return {
    bucket,
    losesSignatures: false,
    async regions() {
      const prefix = digestsPrefix(place);
      const regions: string[] = [];
      for await (const folder of list({ prefix, delimiter: '/' })) if (folder.endsWith('/')) regions.push(folder.slice(prefix.length, -1));
      return regions.sort();
    },
    async *digests(of, fromMs, toMs) {
      const prefix = `${digestsPrefix(place)}${of}/`;
      const after = Number.isFinite(fromMs) ? { after: `${prefix}${dayOf(fromMs)}` } : {};
      for await (const key of list({ prefix, ...after })) {
        const name = parseDigestKey(place, key);
        if (!name || name.endMs <= fromMs) continue;
        // Names sort by time, and a backfill behind the digest of its time.
        if (name.endMs > toMs) return;
        yield name;
      }
    },
    async readDigest(key) {
      const got = await get(key);
      if (!got) return undefined;
      const reading = got.Body?.transformToByteArray() ?? Promise.resolve(new Uint8Array());
      const bytes = await reading.catch((error: unknown) => {
        throw trailErrorOf(error, `read s3://${bucket}/${key}`);
      });
      return { bytes, signature: got.Metadata?.['signature'], generatedAt: got.Metadata?.['backfill-generation-timestamp'] };
    },
    async openLog(key) {
      const body = (await get(key))?.Body;
      return body === undefined || body instanceof Readable ? body : Readable.fromWeb(body.transformToWebStream() as never);
    },
  };
}
