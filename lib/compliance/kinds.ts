import type { EnvironmentModel, Resource } from './model/environment';
import { once } from './model/once';
import { listAt, recordsAt, textAt, textsAt, valueAt, within } from './model/read';
import { isJson } from './model/template';
import { unknownIn } from './model/unknown';
import { policyOf } from './policy/resource-policies';
import { statementsOf, type Statement } from './policy/statement';
import { CannotTell } from './verdict';

/** What a bucket is for, read from who uses it, not from its name. */
export type BucketKind = 'accessLogs' | 'loadBalancerLogs' | 'config' | 'trailArchive' | 'auditArchive' | 'incidents' | 'phi' | 'other';

const DATA_CLASS_TAG = 'DataClass';

/** Where types keep their tags, as a list of pairs or as a map. */
const TAG_PROPERTIES = ['Tags', 'BackupVaultTags', 'UserPoolTags'];

/** The class of data that a resource's tag declares; undefined for one without the tag. */
export function dataClassOf(resource: Resource): string | undefined {
  return tagOf(resource, DATA_CLASS_TAG);
}

/** The value of a resource's tag, whichever way its type writes tags; undefined for one without the tag. */
export function tagOf(resource: Resource, key: string): string | undefined {
  return tagValuesOf(resource, key).find((value) => typeof value === 'string');
}

function tagValuesOf(resource: Resource, key: string): readonly unknown[] {
  return TAG_PROPERTIES.flatMap((property) => {
    const tags = valueAt(resource, property);
    if (tags === undefined) return [];
    if (isJson(tags)) return Object.hasOwn(tags, key) ? [tags[key]] : [];
    return recordsAt(resource, property).flatMap(({ Key, Value }) => (Key === key ? [Value] : []));
  });
}

/** Why a check of the tag has nothing to say of templates that tell classes of data in another way, or not at all. */
export const NO_DATA_CLASSES = `no resource of the templates carries the tag ${DATA_CLASS_TAG}`;

/** Whether the templates tell classes of data by the tag at all: where one resource carries it, every other one has to. */
export function tellsDataClasses(environment: EnvironmentModel): boolean {
  return environment.all.some((resource) => tagValuesOf(resource, DATA_CLASS_TAG).length > 0);
}

/** Buckets by the name that `Ref` gives, for each use that others make of them. */
type Uses = readonly (readonly [kind: BucketKind, names: ReadonlySet<string | undefined>])[];

/** Who uses buckets for what; worked out once for each environment. */
const usesIn = once((environment: EnvironmentModel): Uses => {
  const targets = (type: string, target: (resource: Resource) => string | undefined): ReadonlySet<string | undefined> =>
    new Set(environment.of(type).map(target));
  return [
    ['accessLogs', targets('AWS::S3::Bucket', (other) => textAt(other, 'LoggingConfiguration.DestinationBucketName'))],
    ['loadBalancerLogs', targets('AWS::ElasticLoadBalancingV2::LoadBalancer', (balancer) => attributeOf(balancer, 'access_logs.s3.bucket'))],
    ['config', targets('AWS::Config::DeliveryChannel', (channel) => textAt(channel, 'S3BucketName'))],
    ['trailArchive', targets('AWS::CloudTrail::Trail', (trail) => textAt(trail, 'S3BucketName'))],
    ['trailArchive', targets('AWS::EC2::FlowLog', (log) => /^arn:[\w-]+:s3:::([^/]+)/.exec(textAt(log, 'LogDestination') ?? '')?.[1])],
  ];
});

/** What a bucket is for. A bucket that nothing else in the templates uses is what its tag says, and PHI if in doubt. */
export function bucketKindOf(environment: EnvironmentModel, bucket: Resource): BucketKind {
  const name = environment.refOf(bucket);
  const used = usesIn(environment).find(([, names]) => names.has(name));
  if (used) return used[0];
  // Where others run the service, the bucket that waits for it is told by who may write.
  const accepts = (service: string): boolean =>
    policyOf(environment, bucket).some(
      ({ effect, principal }) => effect === 'Allow' && typeof principal === 'object' && (principal['Service'] ?? []).includes(service),
    );
  if (environment.adopted('AWS::Config::ConfigurationRecorder') && accepts('config.amazonaws.com')) return 'config';
  const dataClass = dataClassOf(bucket);
  if (dataClass === 'audit') return isWrittenOnce(environment, bucket) ? 'incidents' : 'auditArchive';
  return dataClass === undefined || dataClass === 'phi' ? 'phi' : 'other';
}

const writtenOnce = new WeakMap<Resource, boolean>();

/**
 * Whether nobody can write over an object: what tells the record of incidents, whose entries count by who wrote first. Of a policy that
 * cannot be read nobody can say so; the checks of policies say that.
 */
function isWrittenOnce(environment: EnvironmentModel, bucket: Resource): boolean {
  const cached = writtenOnce.get(bucket);
  if (cached !== undefined) return cached;
  const guards = (policy: Resource): boolean => {
    const guarded = policy.properties['Bucket'];
    return unknownIn(guarded) === undefined && environment.at(guarded, 'AWS::S3::Bucket') === bucket;
  };
  const readable = environment
    .of('AWS::S3::BucketPolicy')
    .filter((policy) => guards(policy) && unknownIn(policy.properties['PolicyDocument']) === undefined);
  const own = readable.flatMap((policy) => statementsOf(policy.name, policy.properties['PolicyDocument']));
  const made = own.some((statement) => refusesOverwriting(statement, `${environment.arnOf(bucket)}/*`));
  writtenOnce.set(bucket, made);
  return made;
}

function refusesOverwriting({ effect, principal, actions, resources, conditions }: Statement, objects: string): boolean {
  const [condition, ...others] = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key.toLowerCase()} = ${values.join()}`),
  );
  const isEverybody = principal === '*' || (principal?.['AWS'] ?? []).includes('*');
  const isEveryWrite = resources.includes(objects) && actions.some((action) => ['s3:PutObject', 's3:*'].includes(action));
  return effect === 'Deny' && isEverybody && isEveryWrite && others.length === 0 && condition === 'Null s3:if-none-match = true';
}

/** Buckets of some kinds. */
export function bucketsOf(environment: EnvironmentModel, ...kinds: readonly BucketKind[]): readonly Resource[] {
  return [...kindsOfBuckets(environment)].filter(([, kind]) => kinds.includes(kind)).map(([bucket]) => bucket);
}

const kindsOfBuckets = once(
  (environment: EnvironmentModel) =>
    new Map(environment.of('AWS::S3::Bucket').map((bucket) => [bucket, bucketKindOf(environment, bucket)])),
);

/**
 * One attribute of a load balancer, listener or target group, which keep them as a list of pairs. Of a key that is there twice all values,
 * with a comma between them: which one holds, no template says.
 *
 * @throws CannotTell when only a deploy knows the value.
 */
export function attributeOf(resource: Resource, key: string): string | undefined {
  const list = ['LoadBalancerAttributes', 'ListenerAttributes', 'TargetGroupAttributes'].flatMap((property) => recordsAt(resource, property));
  const values = list
    .filter(({ Key }) => Key === key)
    .map(({ Value }) => {
      if (typeof Value === 'string' || typeof Value === 'boolean' || typeof Value === 'number') return String(Value);
      throw new CannotTell(`${resource.name} has an attribute ${key} that cannot be read`);
    });
  return values.length === 0 ? undefined : values.join(',');
}

/** Names of the log groups that a database's exports go to: RDS names them, and makes without a key those that are not there. */
export function exportGroupsOf(environment: EnvironmentModel, database: Resource): readonly string[] {
  const kind = database.type === 'AWS::RDS::DBCluster' ? 'cluster' : 'instance';
  return textsAt(database, 'EnableCloudwatchLogsExports').map((log) => `/aws/rds/${kind}/${environment.refOf(database)}/${log}`);
}

/** Whether a log group holds evidence: it says so, or a trail, a web ACL, a flow log, a user pool or a database delivers to it. */
export function isEvidence(environment: EnvironmentModel, group: Resource): boolean {
  return dataClassOf(group) === 'audit' || deliveredGroupsOf(environment).has(group);
}

const deliveredGroupsOf = once((environment: EnvironmentModel): ReadonlySet<Resource | undefined> => {
  const targets = [
    ...environment.of('AWS::CloudTrail::Trail').map((trail) => valueAt(trail, 'CloudWatchLogsLogGroupArn')),
    ...environment.of('AWS::WAFv2::LoggingConfiguration').flatMap((logging) => listAt(logging, 'LogDestinationConfigs')),
    ...environment.of('AWS::EC2::FlowLog').flatMap((log) => [valueAt(log, 'LogDestination'), valueAt(log, 'LogGroupName')]),
    ...environment.of('AWS::Cognito::LogDeliveryConfiguration').flatMap((delivery) =>
      recordsAt(delivery, 'LogConfigurations').map((each) => within(delivery, each, 'CloudWatchLogsConfiguration.LogGroupArn')),
    ),
    ...['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']
      .flatMap((type) => environment.of(type))
      .flatMap((database) => exportGroupsOf(environment, database)),
  ];
  return new Set(targets.map((target) => environment.at(target, 'AWS::Logs::LogGroup')));
});
