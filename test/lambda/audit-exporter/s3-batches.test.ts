import { s3Archive } from '../../../lambda/audit-exporter/adapters/s3-archive';
import { s3Batches } from '../../../lambda/audit-exporter/adapters/s3-batches';
import type { ArchiveEntry } from '../../../lambda/audit-exporter/archive';
import { verifyArchive } from '../../../lambda/audit-exporter/verify-archive';
import { startAwsEndpoint, type AwsCall, type AwsEndpoint } from '../../support/aws-endpoint';
import { FIRST_PLANNED_MS, makeChain, makeSigner } from '../../support/batches';
import { everythingOf, idOf, thrownBy } from '../../support/crypto-keys';
import { FakeBucket, refusal } from '../../support/fake-bucket';

const BUCKET = 'audit-bucket';
const KEY = `audit/${idOf(1)}/000000000001.jsonl`;
const bytesOf = (text: string) => Buffer.from(text, 'utf8');

let bucket: FakeBucket;
let endpoint: AwsEndpoint;
let received: AwsCall[];
beforeEach(async () => {
  bucket = new FakeBucket(BUCKET, 3);
  endpoint = await startAwsEndpoint((call) => bucket.answer(call));
  received = endpoint.calls;
});
afterEach(() => endpoint.close());

describe('a batch in a bucket', () => {
  it('is created with a checksum, only where there is none, and without a word about encryption, which the bucket sees to', async () => {
    await expect(s3Batches(BUCKET).create(KEY, bytesOf('one\n'))).resolves.toBe('created');
    const [{ method, url, headers } = received[0] as AwsCall] = received;
    expect([method, url.split('?')[0]]).toEqual(['PUT', `/${BUCKET}/${KEY}`]);
    expect(headers).toMatchObject({ 'if-none-match': '*', 'content-type': 'application/jsonl', 'content-length': '4' });
    expect(headers['x-amz-checksum-sha256']).toMatch(/^[\w+/]{43}=$/);
    expect(Object.keys(headers).filter((name) => /encryption|acl|object-lock/.test(name))).toEqual([]);
    await expect(s3Batches(BUCKET).read(KEY)).resolves.toEqual(new Uint8Array(bytesOf('one\n')));
  });

  it('is never replaced: the name is taken, and what is there can be read', async () => {
    const store = s3Batches(BUCKET);
    await store.create(KEY, bytesOf('one\n'));
    await expect(store.create(KEY, bytesOf('two\n'))).resolves.toBe('taken');
    await expect(store.read(KEY)).resolves.toEqual(new Uint8Array(bytesOf('one\n')));
    expect(bucket.objects.get(KEY)).toHaveLength(1);
  });

  it('is tried again when two are written at the same moment, a few times', async () => {
    const busy = () => refusal(409, 'ConditionalRequestConflict');
    bucket.instead.push(busy, busy, busy);
    await expect(s3Batches(BUCKET).create(KEY, bytesOf('one\n'))).resolves.toBe('created');
    bucket.instead.push(busy, busy, busy, busy);
    await expect(s3Batches(BUCKET).create(KEY, bytesOf('one\n'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('is found when the first try had succeeded and its answer was lost', async () => {
    bucket.instead.push((call) => {
      bucket.answer(call);
      return { status: 500, body: '', type: 'application/xml' };
    });
    const store = s3Batches(BUCKET);
    await expect(store.create(KEY, bytesOf('one\n'))).resolves.toBe('taken');
    await expect(store.read(KEY)).resolves.toEqual(new Uint8Array(bytesOf('one\n')));
  });

  it.each([
    [403, 'AccessDenied', 'store_denied'],
    [400, 'InvalidRequest', 'store_unavailable'],
    [404, 'NoSuchBucket', 'store_unavailable'],
    [503, 'SlowDown', 'store_unavailable'],
  ])('that S3 answers with %i is %s, with no word of S3’s', async (status, code, failure) => {
    const store = s3Batches(BUCKET);
    for (const call of [() => store.create(KEY, bytesOf('one\n')), () => store.read(KEY)]) {
      bucket.instead.push(...Array.from({ length: 2 }, () => () => refusal(status, code)));
      const error = await thrownBy(call);
      expect(error).toMatchObject({ code: failure });
      expect(everythingOf(error)).not.toContain('canary');
      bucket.instead.length = 0;
    }
  });

  it('is store_unavailable when nobody answers', async () => {
    const store = s3Batches(BUCKET);
    await endpoint.close();
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    process.env['AWS_REGION'] = 'us-east-1';
    await expect(store.create(KEY, bytesOf('one\n'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('an archive in a bucket', () => {
  const { signer, key } = makeSigner();
  const sizes = [2, 0, 3, 1, 3, 1, 1];
  const fill = async () => {
    for (const batch of await makeChain({ signer, sizes })) await s3Batches(BUCKET).create(batch.key, batch.bytes);
  };
  const name = (no: number) => `audit/${idOf(1)}/${String(no).padStart(12, '0')}.jsonl`;
  const bodyOf = (no: number) => bucket.objects.get(name(no))?.[0]?.body ?? '';
  const verify = async () => {
    const options = { keys: [key], nowMs: FIRST_PLANNED_MS + sizes.length * 60_000, maxAgeMs: 600_000 };
    const found: string[] = [];
    for await (const { code, batch } of verifyArchive(await s3Archive(BUCKET), options)) found.push(`${code} ${batch}`);
    return found;
  };

  it('is verified over many pages of names', async () => {
    await fill();
    await expect(verify()).resolves.toEqual([]);
    expect(received.filter(({ url }) => url.includes('key-marker')).length).toBeGreaterThan(1);
  });

  it('shows that a name was deleted, although what was there is', async () => {
    await fill();
    bucket.put(name(3), undefined);
    await expect(verify()).resolves.toEqual([`delete_marker ${name(3)}`]);
  });

  it('shows that a name was written over, and judges what was there first', async () => {
    await fill();
    bucket.put(name(3), 'other\n');
    bucket.put(name(7), bodyOf(7));
    await expect(verify()).resolves.toEqual([`several_versions ${name(3)}`, `several_versions ${name(7)}`]);
  });

  it('shows that a name was deleted and written anew', async () => {
    await fill();
    bucket.put(name(5), undefined);
    bucket.put(name(5), bodyOf(4));
    await expect(verify()).resolves.toEqual([`several_versions ${name(5)}`, `delete_marker ${name(5)}`]);
  });

  it('shows that all that is left of a name is its deletion', async () => {
    await fill();
    bucket.objects.delete(name(3));
    bucket.put(name(3), undefined);
    await expect(verify()).resolves.toEqual([`delete_marker ${name(3)}`, `batch_missing ${name(4)}`]);
  });

  it('shows that nothing locks an object', async () => {
    await fill();
    const body = bodyOf(4);
    bucket.objects.delete(name(4));
    bucket.put(name(4), body, false);
    await expect(verify()).resolves.toEqual([`retention_missing ${name(4)}`]);
  });

  it('shows a row that was edited', async () => {
    await fill();
    const body = bodyOf(3).replace('request-4', 'request-9');
    bucket.objects.delete(name(3));
    bucket.put(name(3), body);
    await expect(verify()).resolves.toEqual([`digest_mismatch ${name(3)}`]);
  });

  it('shows whatever else is in the bucket, deleted or not', async () => {
    await fill();
    bucket.put('notes.txt', 'x');
    bucket.put('other/notes.txt', undefined);
    bucket.put('audit/notes.txt', 'x');
    bucket.put('audit/folder/notes.txt', 'x');
    bucket.put(`audit/${idOf(1)}/notes.txt`, 'x');
    const found = await verify();
    const strays = ['notes.txt', 'other/', 'audit/notes.txt', 'audit/folder/', `audit/${idOf(1)}/notes.txt`];
    expect(found.sort()).toEqual(strays.map((stray) => `unknown_file ${stray}`).sort());
  });

  it('counts the versions of a name although a page ends among them', async () => {
    await fill();
    for (let n = 0; n < 7; n += 1) bucket.put(name(2), undefined);
    const entries: ArchiveEntry[] = [];
    for await (const entry of (await s3Archive(BUCKET)).entries(idOf(1))) entries.push(entry);
    expect(entries).toHaveLength(sizes.length);
    expect(entries[1]).toMatchObject({ no: 2, versions: 1, deleteMarkers: 7, versionId: 'v2' });
  });

  it('that may not be read is no finding but an error, which names what it is', async () => {
    await fill();
    bucket.instead.push(() => refusal(403, 'AccessDenied'));
    await expect(verify()).rejects.toThrow(`Cannot read s3://${BUCKET}/ (AccessDenied).`);
    bucket.instead.push(...Array.from({ length: 3 }, () => () => undefined), () => refusal(403, 'AccessDenied'));
    await expect(verify()).rejects.toThrow(`Cannot read s3://${BUCKET}/${name(1)} (AccessDenied).`);
  });
});
