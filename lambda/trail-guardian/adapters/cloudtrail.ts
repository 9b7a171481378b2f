import type { CloudTrailClient, Trail } from '@aws-sdk/client-cloudtrail';
import { isRecord } from '../../shared/record';
import type { EventSelector, FieldSelector } from '../contract';
import type { LiveTrail, PublicKeyRecord, PublicKeySource, TrailReader, TrailStarter } from '../ports';
import { PATIENCE, trailErrorOf } from './sdk-failure';

/**
 * CloudTrail through its SDK, a client for each Region, loaded at the first call. Throttled calls are tried again, later and later.
 *
 * The caller needs `cloudtrail:DescribeTrails`, `GetTrailStatus`, `GetEventSelectors`, `GetInsightSelectors` and `ListPublicKeys`, to start
 * logging also `StartLogging`.
 */
export function cloudTrail(): TrailReader & TrailStarter & { readonly publicKeys: PublicKeySource } {
  const clients = new Map<string, Promise<CloudTrailClient>>();
  const ask = async <Result>(
    region: string,
    doing: string,
    call: (sdk: Sdk, client: CloudTrailClient) => Promise<Result>,
  ): Promise<Result> => {
    const sdk = await import('./cloudtrail-sdk');
    const client = clients.get(region) ?? Promise.resolve(new sdk.CloudTrailClient({ region, ...PATIENCE }));
    clients.set(region, client);
    try {
      return await call(sdk, await client);
    } catch (error) {
      throw trailErrorOf(error, `${doing} in ${region}`);
    }
  };
  return {
    trails: (region) =>
      ask(region, 'describe the trails', async ({ DescribeTrailsCommand }, client) => {
        const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
        return trailList.map(toLiveTrail);
      }),
    status: (region, arn) =>
      ask(region, `get the status of ${arn}`, async ({ GetTrailStatusCommand }, client) => {
        const status = await client.send(new GetTrailStatusCommand({ Name: arn }));
        return {
          isLogging: status.IsLogging ?? false,
          startedMs: status.StartLoggingTime?.getTime(),
          deliveryError: status.LatestDeliveryError ?? '',
          deliveredMs: status.LatestDeliveryTime?.getTime(),
          digestError: status.LatestDigestDeliveryError ?? '',
          digestedMs: status.LatestDigestDeliveryTime?.getTime(),
          logGroupError: status.LatestCloudWatchLogsDeliveryError ?? '',
        };
      }),
    eventSelectors: (region, arn) =>
      ask(region, `get the event selectors of ${arn}`, async ({ GetEventSelectorsCommand }, client) => {
        const { AdvancedEventSelectors = [], EventSelectors = [] } = await client.send(new GetEventSelectorsCommand({ TrailName: arn }));
        if (AdvancedEventSelectors.length === 0) return { kind: 'basic', count: EventSelectors.length };
        const selectors = AdvancedEventSelectors.map(({ Name = '', FieldSelectors = [] }): EventSelector => ({
          Name,
          // The SDK's own type says the same, but for lists that may be written to.
          FieldSelectors: FieldSelectors.map((field) => withoutUndefined(field) as unknown as FieldSelector),
        }));
        return { kind: 'advanced', selectors };
      }),
    insights: (region, arn) =>
      ask(region, `get the insight selectors of ${arn}`, async ({ GetInsightSelectorsCommand }, client) => {
        try {
          const { InsightSelectors = [] } = await client.send(new GetInsightSelectorsCommand({ TrailName: arn }));
          return InsightSelectors.flatMap(({ InsightType }) => (InsightType === undefined ? [] : [InsightType]));
        } catch (error) {
          // How CloudTrail says that insights are off.
          if (isRecord(error) && error['name'] === 'InsightNotEnabledException') return [];
          throw error;
        }
      }),
    publicKeys: (region, fromMs, toMs) =>
      ask(region, 'list the public keys', async ({ ListPublicKeysCommand }, client) => {
        const records: PublicKeyRecord[] = [];
        let token: string | undefined;
        do {
          const range = { StartTime: new Date(fromMs), EndTime: new Date(toMs) };
          const { PublicKeyList = [], NextToken } = await client.send(new ListPublicKeysCommand({ ...range, NextToken: token }));
          for (const { Fingerprint = '', Value, ValidityStartTime, ValidityEndTime } of PublicKeyList) {
            if (Value)
              records.push({
                fingerprint: Fingerprint,
                der: Value,
                fromMs: ValidityStartTime?.getTime() ?? fromMs,
                toMs: ValidityEndTime?.getTime() ?? toMs,
              });
          }
          token = NextToken;
        } while (token !== undefined);
        return records;
      }),
    start: (region, arn) =>
      ask(region, `start logging of ${arn}`, async ({ StartLoggingCommand }, client) => {
        await client.send(new StartLoggingCommand({ Name: arn }));
      }),
  };
}

type Sdk = typeof import('./cloudtrail-sdk');

function toLiveTrail(trail: Trail): LiveTrail {
  return {
    arn: trail.TrailARN ?? '',
    name: trail.Name ?? '',
    homeRegion: trail.HomeRegion ?? '',
    bucket: trail.S3BucketName ?? '',
    prefix: trail.S3KeyPrefix ?? '',
    keyArn: trail.KmsKeyId ?? '',
    logGroupArn: trail.CloudWatchLogsLogGroupArn ?? '',
    logRoleArn: trail.CloudWatchLogsRoleArn ?? '',
    isMultiRegion: trail.IsMultiRegionTrail ?? false,
    hasGlobalEvents: trail.IncludeGlobalServiceEvents ?? false,
    isValidated: trail.LogFileValidationEnabled ?? false,
  };
}

function withoutUndefined(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
