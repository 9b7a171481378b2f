import type { ExpectedTrail } from '../../lambda/trail-guardian/contract';
import type { AwsAnswer, AwsCall } from './aws-endpoint';
import { BUCKET, PLACE, type SigningKey, type TrailFiles } from './trail-files';

/** The trail that the tests expect. */
export const EXPECTED: ExpectedTrail = {
  name: PLACE.trail,
  account: PLACE.account,
  homeRegion: PLACE.homeRegion,
  bucket: BUCKET,
  prefix: PLACE.prefix,
  keyArn: `arn:aws:kms:us-east-1:${PLACE.account}:key/5b0d7a4e-1111-4222-8333-444455556666`,
  logGroupArn: `arn:aws:logs:us-east-1:${PLACE.account}:log-group:prod-Trail-Events-abc:*`,
  logRoleArn: `arn:aws:iam::${PLACE.account}:role/prod-Trail-Delivery-def`,
  isMultiRegion: true,
  hasGlobalEvents: true,
  isValidated: true,
  eventSelectors: [
    { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    {
      Name: 'Objects',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'resources.ARN', NotStartsWith: [`arn:aws:s3:::${BUCKET}/`, 'arn:aws:s3:::prod-access-logs/'] },
      ],
    },
  ],
  insights: ['ApiCallRateInsight', 'ApiErrorRateInsight'],
};

/** ARN of that trail. */
export const TRAIL_ARN = `arn:aws:cloudtrail:us-east-1:${PLACE.account}:trail/${PLACE.trail}`;

type Json = Record<string, unknown>;

/** What DescribeTrails says of a trail. */
export function described(trail: ExpectedTrail): Json {
  return {
    Name: trail.name,
    TrailARN: TRAIL_ARN,
    HomeRegion: trail.homeRegion,
    S3BucketName: trail.bucket,
    S3KeyPrefix: trail.prefix,
    KmsKeyId: trail.keyArn,
    CloudWatchLogsLogGroupArn: trail.logGroupArn,
    CloudWatchLogsRoleArn: trail.logRoleArn,
    IsMultiRegionTrail: trail.isMultiRegion,
    IncludeGlobalServiceEvents: trail.hasGlobalEvents,
    LogFileValidationEnabled: trail.isValidated,
  };
}

/** CloudTrail, STS, SSM and the trail's bucket, to be put behind `startAwsEndpoint`: what they answer to the few requests that are made. */
export class FakeTrail {
  /** What DescribeTrails lists. */
  trails: Json[] = [described(EXPECTED)];
  /** By Region; times in seconds since 1970. */
  readonly status: Record<string, Json> = {};
  selectors: Json = { AdvancedEventSelectors: EXPECTED.eventSelectors };
  /** Undefined for off. */
  insights: readonly string[] | undefined = EXPECTED.insights;
  account: string = PLACE.account;
  parameter: string | undefined;
  /** Answers given instead, by operation, as often as they are asked for. */
  readonly instead = new Map<string, AwsAnswer>();

  /** @param nowMs files and digests were delivered just before. */
  constructor(
    readonly files: TrailFiles,
    readonly keys: Readonly<Record<string, readonly SigningKey[]>>,
    nowMs: number,
    private readonly pageSize = 3,
  ) {
    const just = nowMs / 1_000 - 60;
    for (const region of ['us-east-1', 'us-west-2'])
      this.status[region] = { IsLogging: true, StartLoggingTime: 1_700_000_000, LatestDeliveryTime: just, LatestDigestDeliveryTime: just };
  }

  /** Answers a request. */
  readonly answer = (call: AwsCall): AwsAnswer => {
    const name = call.operation.split('.').at(-1) || 'S3';
    const given = this.instead.get(name);
    if (given) return given;
    return name === 'S3' ? this.bucket(new URL(call.url, 'http://bucket')) : this.operation(name, call);
  };

  private operation(name: string, { headers, body }: AwsCall): AwsAnswer {
    const region = /\/([a-z0-9-]+)\/(?:cloudtrail|ssm|sts)\//.exec(String(headers.authorization))?.[1] ?? '';
    switch (name) {
      case 'DescribeTrails':
        return json({ trailList: this.trails });
      case 'GetTrailStatus':
        return json(this.status[region] ?? {});
      case 'GetEventSelectors':
        return json({ TrailARN: TRAIL_ARN, ...this.selectors });
      case 'GetInsightSelectors':
        return this.insights
          ? json({ InsightSelectors: this.insights.map((InsightType) => ({ InsightType })) })
          : failure('InsightNotEnabledException');
      case 'ListPublicKeys':
        return json({ PublicKeyList: (this.keys[region] ?? []).map(toPublicKey) });
      case 'StartLogging':
        this.status['us-east-1'] = { ...this.status['us-east-1'], IsLogging: true };
        return json({});
      case 'GetParameter':
        return this.parameter === undefined ? failure('ParameterNotFound') : json({ Parameter: { Value: this.parameter } });
      case 'PutParameter':
        this.parameter = (JSON.parse(body) as { Value: string }).Value;
        return json({ Version: 1 });
      case 'GetCallerIdentity':
        return xml(
          `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${this.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        );
      default:
        return failure('UnknownOperationException');
    }
  }

  private bucket(url: URL): AwsAnswer {
    const [, bucket = '', ...parts] = url.pathname.split('/');
    if (bucket !== BUCKET) return xml('<Error><Code>NoSuchBucket</Code></Error>', 404);
    return url.searchParams.has('list-type') ? this.list(url.searchParams) : this.get(decodeURIComponent(parts.join('/')));
  }

  private get(key: string): AwsAnswer {
    const found = this.files.get(key);
    if (!found) return xml('<Error><Code>NoSuchKey</Code></Error>', 404);
    const headers = {
      ...(found.signature === undefined
        ? {}
        : { 'x-amz-meta-signature': found.signature, 'x-amz-meta-signature-algorithm': 'SHA256withRSA' }),
      ...(found.generatedAt === undefined ? {} : { 'x-amz-meta-backfill-generation-timestamp': found.generatedAt }),
    };
    return { status: 200, body: found.bytes, type: 'application/json', headers };
  }

  private list(query: URLSearchParams): AwsAnswer {
    const [prefix, delimiter, from] = ['prefix', 'delimiter', 'start-after'].map((name) => query.get(name) ?? '');
    const after = query.get('continuation-token') ?? from ?? '';
    const keys = [...this.files.keys()].filter((key) => key.startsWith(prefix ?? '')).sort();
    const folded = delimiter ? keys.map((key) => key.slice(0, key.indexOf(delimiter, prefix?.length) + 1)) : keys;
    const names = [...new Set(folded)].filter((name) => name > after);
    const page = names.slice(0, this.pageSize);
    const isTruncated = names.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const items = page.map((name) =>
      delimiter ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>` : `<Contents><Key>${name}</Key></Contents>`,
    );
    return xml(`<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${items.join('')}</ListBucketResult>`);
  }
}

function toPublicKey({ fingerprint, der }: SigningKey): Json {
  return { Fingerprint: fingerprint, Value: der.toString('base64'), ValidityStartTime: 1_700_000_000, ValidityEndTime: 1_900_000_000 };
}

const json = (body: Json): AwsAnswer => ({ status: 200, body: JSON.stringify(body) });
const xml = (body: string, status = 200): AwsAnswer => ({ status, body, type: 'application/xml' });

/** A refusal of a JSON service. */
export function failure(name: string, status = 400): AwsAnswer {
  return { status, body: JSON.stringify({ __type: name, message: 'canary-078-05-1120' }) };
}
