import { adding, isFor, refusal, setting, withoutStatement, withStatement, type Refusal } from './refusal';

const BUCKET = 'AWS::S3::Bucket';
const POLICY = 'AWS::S3::BucketPolicy';
const KEY = 'AWS::KMS::Key';

/** The recorder delivers under its role where that may, so that both have to go. */
const withoutService =
  (type: string, prefix: string, document: string, service: string): Refusal['change'] =>
  (draft) => {
    withoutStatement(type, prefix, document, isFor(service))(draft);
    if (service === 'config.amazonaws.com') draft.remove('AWS::IAM::ManagedPolicy', 'ConfigRecordingPolicy');
  };

/** Buckets, the logs delivered to them, and keys. */
export const STORAGE_REFUSALS: readonly Refusal[] = [
  refusal(
    'buckets-take-their-settings',
    'a lock in days and years',
    setting(BUCKET, 'ArchiveTrail', 'ObjectLockConfiguration.Rule.DefaultRetention.Years', 6),
  ),
  refusal('buckets-take-their-settings', 'a lock without versions', setting(BUCKET, 'ArchiveTrail', 'VersioningConfiguration', undefined)),
  refusal(
    'buckets-take-their-settings',
    'a lock that the bucket was not made for',
    setting(BUCKET, 'ArchiveTrail', 'ObjectLockEnabled', undefined),
  ),
  refusal(
    'buckets-take-their-settings',
    'versions that expire before their lock',
    setting(BUCKET, 'ArchiveTrail', 'LifecycleConfiguration.Rules.0.NoncurrentVersionExpiration.NoncurrentDays', 2191),
  ),
  refusal(
    'buckets-take-their-settings',
    'a locked bucket that is emptied with its stack',
    adding('Foundation', {
      Type: 'Custom::S3AutoDeleteObjects',
      Properties: { BucketName: { Ref: 'ArchiveTrailBucket4B1B9314' } },
    }),
  ),
  refusal(
    'buckets-take-their-settings',
    'a replica that passes over encrypted objects',
    setting(BUCKET, 'Documents', 'ReplicationConfiguration', {
      Role: 'arn:aws:iam::111122223333:role/x',
      Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::x' } }],
    }),
  ),
  refusal(
    'buckets-take-their-settings',
    'a replica of locked objects by a role that cannot read their lock',
    setting(BUCKET, 'ArchiveTrail', 'ReplicationConfiguration', { Role: 'arn:aws:iam::111122223333:role/x', Rules: [] }),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy without CloudTrail',
    withoutStatement(POLICY, 'ArchiveTrail', 'PolicyDocument', isFor('cloudtrail.amazonaws.com')),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy without server access logs',
    withoutStatement(POLICY, 'LandingAccess', 'PolicyDocument', isFor('logging.s3.amazonaws.com')),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy without AWS Config',
    withoutService(POLICY, 'LandingConfig', 'PolicyDocument', 'config.amazonaws.com'),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy without the load balancer’s account',
    withoutStatement(POLICY, 'LandingLoadBalancer', 'PolicyDocument', isFor('127311923021')),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy without flow logs',
    withoutStatement(POLICY, 'ArchiveTrail', 'PolicyDocument', isFor('delivery.logs.amazonaws.com')),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a Deny of every object without a header for encryption',
    withStatement(POLICY, 'ArchiveTrail', 'PolicyDocument', {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    }),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket policy with NotPrincipal',
    withStatement(POLICY, 'ArchiveTrail', 'PolicyDocument', {
      Effect: 'Deny',
      NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 's3:PutBucketAcl',
      Resource: '*',
    }),
  ),
  refusal(
    'liveness/logs-reach-buckets',
    'a bucket that logs to itself',
    setting(BUCKET, 'LandingAccess', 'LoggingConfiguration', {
      DestinationBucketName: { Ref: 'LandingAccessLogsBucket071C4BBB' },
      LogFilePrefix: 'self/',
    }),
  ),
  refusal(
    'log-buckets-can-be-delivered-to',
    'access logs under a customer key',
    setting(
      BUCKET,
      'LandingAccess',
      'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm',
      'aws:kms',
    ),
  ),
  refusal(
    'log-buckets-can-be-delivered-to',
    'a lock on the bucket of AWS Config',
    setting(BUCKET, 'LandingConfig', 'ObjectLockEnabled', true),
  ),
  ...(
    [
      ['KeysTrail', 'cloudtrail.amazonaws.com', 'buckets'],
      ['KeysTrail', 'delivery.logs.amazonaws.com', 'buckets'],
      ['KeysLogs', 'logs.us-east-1.amazonaws.com', 'groups'],
      ['KeysAudit', 'config.amazonaws.com', 'buckets'],
    ] as const
  ).map(([key, service, places]) =>
    refusal(`liveness/logs-reach-${places}`, `a key that does not let ${service} in`, withoutService(KEY, key, 'KeyPolicy', service)),
  ),
  refusal(
    'keys-can-be-administered',
    'a key that its account cannot change',
    withoutStatement(KEY, 'KeysRecords', 'KeyPolicy', isFor(':root')),
  ),
  refusal(
    'keys-can-be-administered',
    'a key past the check for lockout',
    setting(KEY, 'KeysRecords', 'BypassPolicyLockoutSafetyCheck', 'true'),
  ),
];
