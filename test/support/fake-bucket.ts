import { createHash } from 'node:crypto';
import type { AwsAnswer, AwsCall } from './aws-endpoint';

/** One version of an object, or a delete marker. */
interface Version {
  readonly id: string;
  /** Absent in a delete marker. */
  readonly body?: string;
  readonly locked: boolean;
}

/** A bucket with versions and locks, to be put behind `startAwsEndpoint`: what S3 answers to the few requests that are made of it. */
export class FakeBucket {
  /** Newest first, by key. */
  readonly objects = new Map<string, Version[]>();
  /** Answers given instead of the bucket's own, one per request, as long as there are any. */
  readonly instead: ((call: AwsCall) => AwsAnswer | undefined)[] = [];
  private ids = 0;

  /** @param pageSize names in one page of a listing. */
  constructor(
    readonly name: string,
    private readonly pageSize = 1_000,
  ) {}

  /** Puts a version on top, as whoever may write can. */
  put(key: string, body: string | undefined, locked = true): void {
    this.ids += 1;
    this.objects.set(key, [{ id: `v${this.ids}`, locked, ...(body === undefined ? {} : { body }) }, ...(this.objects.get(key) ?? [])]);
  }

  /** Answers a request. */
  readonly answer = (call: AwsCall): AwsAnswer => {
    const given = this.instead.shift()?.(call);
    if (given) return given;
    const url = new URL(call.url, 'http://bucket');
    const [, bucket = '', ...parts] = url.pathname.split('/');
    if (bucket !== this.name) return refusal(404, 'NoSuchBucket');
    const key = decodeURIComponent(parts.join('/'));
    if (url.searchParams.has('versions')) return this.list(url.searchParams);
    if (url.searchParams.has('list-type')) return this.names(url.searchParams);
    return call.method === 'PUT' ? this.create(key, call) : this.get(key, url.searchParams.get('versionId'));
  };

  private create(key: string, { headers, body }: AwsCall): AwsAnswer {
    if (headers['x-amz-checksum-sha256'] !== createHash('sha256').update(body).digest('base64')) return refusal(400, 'InvalidRequest');
    const newest = this.objects.get(key)?.[0];
    if (headers['if-none-match'] === '*' && newest?.body !== undefined) return refusal(412, 'PreconditionFailed');
    this.put(key, body);
    return { status: 200, body: '', type: 'application/xml' };
  }

  private get(key: string, versionId: string | null): AwsAnswer {
    const versions = this.objects.get(key) ?? [];
    const found = versionId === null ? versions[0] : versions.find(({ id }) => id === versionId);
    if (found?.body === undefined) return refusal(404, 'NoSuchKey');
    const lock = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': '2032-01-01T00:00:00Z' };
    return { status: 200, body: found.body, type: 'application/jsonl', headers: found.locked ? lock : {} };
  }

  /** The newest versions by name, a page at a time: what `ListObjectsV2` answers. */
  private names(query: URLSearchParams): AwsAnswer {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
    const there = [...this.objects].filter(([, [newest]]) => newest?.body !== undefined).map(([key]) => key);
    const rest = there.filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = rest.slice(0, this.pageSize);
    const isTruncated = rest.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const body = `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
    return { status: 200, body, type: 'application/xml' };
  }

  private list(query: URLSearchParams): AwsAnswer {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')];
    const after = `${query.get('key-marker') ?? ''} ${query.get('version-id-marker') ?? ''}`;
    const items: { readonly at: string; readonly xml: string; readonly key: string; readonly id: string }[] = [];
    const folders = new Set<string>();
    for (const key of [...this.objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
      const slash = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      if (slash >= 0) folders.add(key.slice(0, slash + 1));
      else for (const version of this.objects.get(key) ?? []) items.push({ at: `${key} ${version.id}`, xml: describe(key, version), key, id: version.id });
    }
    const start = query.has('key-marker') ? items.findIndex(({ at }) => at === after) + 1 : 0;
    const page = items.slice(start, start + this.pageSize);
    const last = page.at(-1);
    const isTruncated = start + page.length < items.length;
    const next = isTruncated ? `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.id}</NextVersionIdMarker>` : '';
    const prefixes = [...folders].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`).join('');
    const body = `<ListVersionsResult><IsTruncated>${isTruncated}</IsTruncated>${next}${page.map(({ xml }) => xml).join('')}${prefixes}</ListVersionsResult>`;
    return { status: 200, body, type: 'application/xml' };
  }
}

function describe(key: string, { id, body }: Version): string {
  const tag = body === undefined ? 'DeleteMarker' : 'Version';
  return `<${tag}><Key>${key}</Key><VersionId>${id}</VersionId></${tag}>`;
}

/** A refusal as S3 words it. */
export function refusal(status: number, code: string): AwsAnswer {
  return { status, body: `<Error><Code>${code}</Code><Message>canary-078-05-1120</Message></Error>`, type: 'application/xml' };
}
