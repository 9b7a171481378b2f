import type { Landscape, Resource } from './landscape';
import type { PolicyDocument } from './policy';

/** A bucket, as the tests read it. */
export interface BucketProperties {
  readonly AccessControl?: string;
  readonly BucketEncryption?: { readonly ServerSideEncryptionConfiguration: readonly EncryptionRule[] };
  readonly LifecycleConfiguration?: { readonly Rules: readonly LifecycleRule[] };
  readonly LoggingConfiguration?: { readonly DestinationBucketName?: string; readonly LogFilePrefix?: string };
  readonly NotificationConfiguration?: { readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean } };
  readonly ObjectLockConfiguration?: {
    readonly ObjectLockEnabled?: string;
    readonly Rule?: { readonly DefaultRetention?: { readonly Days?: number; readonly Mode?: string } };
  };
  readonly ObjectLockEnabled?: boolean;
  readonly OwnershipControls?: { readonly Rules: readonly { readonly ObjectOwnership: string }[] };
  readonly PublicAccessBlockConfiguration?: Readonly<Record<string, boolean>>;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly VersioningConfiguration?: { readonly Status: string };
  readonly WebsiteConfiguration?: unknown;
}

interface EncryptionRule {
  readonly BucketKeyEnabled?: boolean;
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string; readonly KMSMasterKeyID?: string };
}

interface LifecycleRule {
  readonly Status: string;
  readonly ExpirationDate?: string;
  readonly ExpirationInDays?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number; readonly NewerNoncurrentVersions?: number };
}

/** What a bucket is for, read from who uses it, not from its name. */
export type BucketKind = 'accessLogs' | 'albLogs' | 'config' | 'trailArchive' | 'auditArchive' | 'incidents' | 'documents';

/** Every kind of bucket that an environment has, once each. */
export const BUCKET_KINDS: readonly BucketKind[] = [
  'accessLogs', 'albLogs', 'config', 'trailArchive', 'auditArchive', 'incidents', 'documents',
];

/** Every bucket. */
export function bucketsOf(land: Landscape): readonly Resource<BucketProperties>[] {
  return land.of<BucketProperties>('AWS::S3::Bucket');
}

/** What a bucket is for. Of those that hold audit data and no service delivers to, the exporter's is the archive of the application. */
export function kindOf(land: Landscape, bucket: Resource<BucketProperties>): BucketKind | undefined {
  const isNamedBy = (type: string, path: (properties: Record<string, unknown>) => unknown) =>
    land.of<Record<string, unknown>>(type).some(({ properties }) => path(properties) === land.refOf(bucket));
  const isAlbTarget = (properties: Record<string, unknown>) =>
    ((properties['LoadBalancerAttributes'] ?? []) as { Key: string; Value: string }[]).find(({ Key }) => Key === 'access_logs.s3.bucket')
      ?.Value;
  const logTarget = (properties: Record<string, unknown>) => (properties as BucketProperties).LoggingConfiguration?.DestinationBucketName;

  if (isNamedBy('AWS::S3::Bucket', logTarget)) return 'accessLogs';
  if (isNamedBy('AWS::ElasticLoadBalancingV2::LoadBalancer', isAlbTarget)) return 'albLogs';
  if (isNamedBy('AWS::Config::DeliveryChannel', ({ S3BucketName }) => S3BucketName)) return 'config';
  if (isNamedBy('AWS::CloudTrail::Trail', ({ S3BucketName }) => S3BucketName)) return 'trailArchive';
  const dataClass = bucket.properties.Tags?.find(({ Key }) => Key === 'DataClass')?.Value;
  if (dataClass === 'phi') return 'documents';
  if (dataClass !== 'audit') return undefined;
  const exportsTo = ({ Environment }: Record<string, unknown>) =>
    (Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables?.['AUDIT_BUCKET_NAME'];
  return isNamedBy('AWS::Lambda::Function', exportsTo) ? 'auditArchive' : 'incidents';
}

/**
 * The bucket of a kind.
 *
 * @throws Error when there is none or more than one
 */
export function bucketFor(land: Landscape, kind: BucketKind): Resource<BucketProperties> {
  const found = bucketsOf(land).filter((bucket) => kindOf(land, bucket) === kind);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`Expected one ${kind} bucket, found ${found.length}.`);
  return only;
}

/** Statements of the bucket's policy; none without a policy. */
export function bucketPolicyOf(land: Landscape, bucket: Resource<BucketProperties>): PolicyDocument['Statement'] {
  return land
    .of<{ Bucket: string; PolicyDocument: PolicyDocument }>('AWS::S3::BucketPolicy')
    .filter(({ properties }) => properties.Bucket === land.refOf(bucket))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
}
