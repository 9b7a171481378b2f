import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, textsAt, toList, valueAt, within } from '../../model/read';

const ANALYSES = 'AnalyticsConfigurations';

/** Lists by which a bucket sends, and where each record names its target. */
const TARGETS = [
  ['ReplicationConfiguration.Rules', 'Destination.Bucket'],
  ['InventoryConfigurations', 'Destination.BucketArn'],
  [ANALYSES, 'StorageClassAnalysis.DataExport.Destination.BucketArn'],
  ['MetadataTableConfiguration.S3TablesDestination', 'TableBucketArn'],
  ['NotificationConfiguration.LambdaConfigurations', 'Function'],
  ['NotificationConfiguration.QueueConfigurations', 'Queue'],
  ['NotificationConfiguration.TopicConfigurations', 'Topic'],
] as const;

/** What is in a bucket, and even the list of it, goes nowhere but to resources of the same environment. */
export const bucketsShareWithNobody: Check = {
  id: 'strength/buckets-share-with-nobody',
  claim:
    'every bucket replicates, reports and announces to resources of these templates only, and hands objects to no web page of any origin',
  citations: ['164.312(a)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(a)(1)', (bucket) => [
      ...targetsOf(bucket).flatMap(([property, target]): readonly Fault[] =>
        environment.at(target) ? [] : [{ property, value: target, expected: 'a resource of these templates' }],
      ),
      ...origins(bucket),
      // A table of all names and tags, in a bucket of AWS's own that no policy here guards.
      ...expectAbsent(bucket, 'MetadataConfiguration'),
    ]),
};

/** Wherever a bucket sends its objects, or their names, on its own. */
function targetsOf(bucket: Resource): readonly (readonly [string, unknown])[] {
  return TARGETS.flatMap(([list, path]) =>
    recordsAt(bucket, list).flatMap((each, at) => {
      const target = within(bucket, each, path);
      // An analysis that names no target stays in the console.
      return target === undefined && list === ANALYSES ? [] : [[`${list}.${at}.${path}`, target] as const];
    }),
  );
}

function origins(bucket: Resource): readonly Fault[] {
  const rules = valueAt(bucket, 'CorsConfiguration.CorsRules');
  return toList(rules).flatMap((_, at): Fault[] => {
    const property = `CorsConfiguration.CorsRules.${at}.AllowedOrigins`;
    const open = textsAt(bucket, property).filter((origin) => origin.includes('*') || !origin.startsWith('https://'));
    return open.length === 0 ? [] : [{ property, value: open, expected: 'origins by name, over https' }];
  });
}
