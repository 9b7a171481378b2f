import type { EnvironmentModel, Resource } from './model/environment';
import { recordsAt, textAt } from './model/read';

/** What a bucket is for, read from who uses it, not from its name. */
export type BucketKind = 'accessLogs' | 'loadBalancerLogs' | 'config' | 'trailArchive' | 'auditArchive' | 'phi' | 'other';

const DATA_CLASS_TAG = 'DataClass';

/** The class of data that a resource's tag declares; undefined for one without the tag. */
export function dataClassOf(resource: Resource): string | undefined {
  const tag = recordsAt(resource, 'Tags').find(({ Key }) => Key === DATA_CLASS_TAG);
  return typeof tag?.['Value'] === 'string' ? tag['Value'] : undefined;
}

/** Buckets by the name that `Ref` gives, for each use that others make of them. */
type Uses = readonly (readonly [kind: BucketKind, names: ReadonlySet<string | undefined>])[];

const known = new WeakMap<EnvironmentModel, Uses>();

/** Who uses buckets for what; worked out once for each environment. */
function usesIn(environment: EnvironmentModel): Uses {
  const cached = known.get(environment);
  if (cached) return cached;
  const targets = (type: string, target: (resource: Resource) => string | undefined): ReadonlySet<string | undefined> =>
    new Set(environment.of(type).map(target));
  const made: Uses = [
    ['accessLogs', targets('AWS::S3::Bucket', (other) => textAt(other, 'LoggingConfiguration.DestinationBucketName'))],
    ['loadBalancerLogs', targets('AWS::ElasticLoadBalancingV2::LoadBalancer', (balancer) => attributeOf(balancer, 'access_logs.s3.bucket'))],
    ['config', targets('AWS::Config::DeliveryChannel', (channel) => textAt(channel, 'S3BucketName'))],
    ['trailArchive', targets('AWS::CloudTrail::Trail', (trail) => textAt(trail, 'S3BucketName'))],
  ];
  known.set(environment, made);
  return made;
}

/** What a bucket is for. A bucket that nothing else in the templates uses is what its tag says, and PHI if in doubt. */
export function bucketKindOf(environment: EnvironmentModel, bucket: Resource): BucketKind {
  const name = environment.refOf(bucket);
  const used = usesIn(environment).find(([, names]) => names.has(name));
  if (used) return used[0];
  const dataClass = dataClassOf(bucket);
  return dataClass === 'audit' ? 'auditArchive' : dataClass === undefined || dataClass === 'phi' ? 'phi' : 'other';
}

/** Buckets of some kinds. */
export function bucketsOf(environment: EnvironmentModel, ...kinds: readonly BucketKind[]): readonly Resource[] {
  return environment.of('AWS::S3::Bucket').filter((bucket) => kinds.includes(bucketKindOf(environment, bucket)));
}

/** One attribute of a load balancer, listener or target group, which keep them as a list of pairs. */
export function attributeOf(resource: Resource, key: string): string | undefined {
  const list = ['LoadBalancerAttributes', 'ListenerAttributes', 'TargetGroupAttributes'].flatMap((property) => recordsAt(resource, property));
  const value = list.find(({ Key }) => Key === key)?.['Value'];
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}
