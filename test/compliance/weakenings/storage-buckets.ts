import type { Weakening } from '../../support/weakening';
import { addition, referenceTo, WeakeningRows } from '../../support/weakening-rows';

const OUTLIVES = 'strength/stores-outlive-their-stacks';
const PRIVATE = 'hard/buckets-are-private';
const LOCKED = 'hard/archives-are-locked';
const OWN_KEY = 'strength/buckets-use-a-customer-key';
const VERSIONED = 'strength/buckets-keep-every-version';
const OWNED = 'strength/buckets-belong-to-their-account';
const LOGGED = 'strength/buckets-log-access';
const SHARED = 'strength/buckets-share-with-nobody';
const REACH = 'strength/objects-stay-within-reach';
const CLASSED = 'strength/stores-say-what-they-hold';
const DELIVERABLE = 'deploy/log-buckets-can-be-delivered-to';
const REFUSES_PLAIN = 'strength/buckets-refuse-plain-connections';

const bucket = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::S3::Bucket', prefix, name);
const documents = bucket('Documents', 'the document bucket');
const audit = bucket('ArchiveAudit', 'the audit archive');
const incidents = bucket('EvidenceRecords', 'the record of incidents');
const trail = bucket('ArchiveTrail', 'the trail archive');
const config = bucket('LandingConfig', 'the bucket for AWS Config');
const accessLogs = bucket('LandingAccessLogs', 'the bucket for access logs');
const balancerLogs = bucket('LandingLoadBalancerLogs', 'the bucket for load balancer logs');

const ALL = [documents, audit, incidents, trail, config, accessLogs, balancerLogs];
const LOGGING = [documents, audit, incidents, trail, config, balancerLogs];
const KEYED = [documents, audit, incidents, trail, config];

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
const SSE = 'BucketEncryption.ServerSideEncryptionConfiguration.0';
const RULE = 'LifecycleConfiguration.Rules.0';
const LOCK = 'ObjectLockConfiguration';
const KEY_OF_LOGS = referenceTo('AWS::KMS::Key', 'KeysLogs', 'Arn');
const SOMEBODYS = 'arn:aws:s3:::somebodys-bucket';

const tagged = (dataClass: string): unknown => [{ Key: 'DataClass', Value: dataClass }];

/** What every bucket has in common. */
const everyBucket = ALL.flatMap((each): Weakening[] => [
  ...each.givenUp(OUTLIVES),
  ...BLOCKS.map((block) => each.set(`PublicAccessBlockConfiguration.${block}`, 'false', PRIVATE)),
  each.set('OwnershipControls.Rules.0.ObjectOwnership', 'ObjectWriter', OWNED),
  each.set('VersioningConfiguration.Status', 'Suspended', VERSIONED),
  each.set(`${RULE}.NoncurrentVersionExpiration.NoncurrentDays`, '30', VERSIONED),
  each.set(`${RULE}.Transitions.0.StorageClass`, 'DEEP_ARCHIVE', REACH),
  each.drop('Tags', CLASSED),
]);

const rest: readonly Weakening[] = [
  documents.lose('PublicAccessBlockConfiguration', PRIVATE),
  documents.add('WebsiteConfiguration', { IndexDocument: 'index.html' }, PRIVATE),
  documents.add('AccessControl', 'PublicRead', PRIVATE),
  documents.lose('VersioningConfiguration', VERSIONED),
  documents.add('LifecycleConfiguration.Rules.1', { Status: 'Enabled', ExpirationInDays: 30 }, VERSIONED),
  documents.add('LifecycleConfiguration.Rules.1', { Status: 'Enabled', NoncurrentVersionExpirationInDays: 1 }, VERSIONED),
  documents.add('LifecycleConfiguration.Rules', { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, VERSIONED),
  documents.add(`${RULE}.ExpirationDate`, '2027-01-01T00:00:00Z', VERSIONED),
  documents.add(`${RULE}.NoncurrentVersionTransitions`, [{ StorageClass: 'GLACIER', TransitionInDays: 30 }], REACH),
  documents.set(`${RULE}.Transitions.0.StorageClass`, 'ONEZONE_IA', REACH),
  documents.add(
    'IntelligentTieringConfigurations',
    [{ Id: 'cold', Status: 'Enabled', Tierings: [{ AccessTier: 'ARCHIVE_ACCESS', Days: 90 }] }],
    REACH,
  ),
  documents.lose('OwnershipControls', OWNED),
  documents.set('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', false, 'strength/buckets-of-phi-tell-of-changes'),
  documents.add(
    'NotificationConfiguration.TopicConfigurations',
    [{ Event: 's3:ObjectCreated:*', Topic: 'arn:aws:sns:us-east-1:999999999999:names' }],
    SHARED,
  ),
  documents.add('ReplicationConfiguration', { Role: 'r', Rules: [{ Status: 'Enabled', Destination: { Bucket: SOMEBODYS } }] }, SHARED),
  documents.add('InventoryConfigurations', [{ Id: 'all', Enabled: true, Destination: { BucketArn: SOMEBODYS, Format: 'CSV' } }], SHARED),
  documents.add(
    'MetadataTableConfiguration',
    { S3TablesDestination: { TableBucketArn: 'arn:aws:s3tables:us-east-1:999999999999:bucket/theirs' } },
    SHARED,
  ),
  documents.add('MetadataConfiguration', { JournalTableConfiguration: {} }, SHARED),
  documents.add('CorsConfiguration', { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] }, SHARED),
  documents.set('Tags', tagged('operational'), 'presence/a-bucket-of-documents'),
  audit.set('Tags', tagged('operational'), 'presence/an-audit-archive'),
  incidents.set('Tags', tagged('operational'), 'presence/a-record-of-incidents'),
  ...[trail, config].map((each) => each.set('Tags', tagged('operational'), OWN_KEY)),
  ...[accessLogs, balancerLogs].map((each) => each.set('Tags', tagged('operational'), CLASSED)),

  ...KEYED.flatMap((each) => [
    each.set(`${SSE}.BucketKeyEnabled`, false, OWN_KEY),
    each.set(`${SSE}.ServerSideEncryptionByDefault.SSEAlgorithm`, { 'Fn::Sub': 'AES256' }, OWN_KEY),
    each.set(`${SSE}.ServerSideEncryptionByDefault.KMSMasterKeyID`, KEY_OF_LOGS, OWN_KEY, 'the key for logs'),
    each.drop(`${SSE}.ServerSideEncryptionByDefault.KMSMasterKeyID`, OWN_KEY),
  ]),
  documents.lose('BucketEncryption', OWN_KEY),
  ...[accessLogs, balancerLogs].map((each) => each.set(`${SSE}.ServerSideEncryptionByDefault.SSEAlgorithm`, 'aws:kms', DELIVERABLE)),
  ...[accessLogs, balancerLogs, config].map((each) => each.add('ObjectLockEnabled', true, DELIVERABLE)),

  ...LOGGING.map((each) => each.drop('LoggingConfiguration.DestinationBucketName', LOGGED)),
  documents.set('LoggingConfiguration.DestinationBucketName', 'somebodys-bucket', LOGGED),
  documents.set('LoggingConfiguration.LogFilePrefix', 'config/', LOGGED),
  audit.drop('LoggingConfiguration.LogFilePrefix', LOGGED),

  ...[audit, incidents, trail].flatMap((each) => [
    each.drop('ObjectLockEnabled', LOCKED),
    each.set(`${LOCK}.ObjectLockEnabled`, 'Disabled', LOCKED),
    each.set(`${LOCK}.Rule.DefaultRetention.Days`, '365', LOCKED),
    each.set(`${LOCK}.Rule.DefaultRetention.Mode`, 'GOVERNANCE', LOCKED),
    each.add(`${LOCK}.Rule.DefaultRetention`, { Mode: 'COMPLIANCE', Years: 1 }, LOCKED),
    each.lose(`${LOCK}.Rule`, LOCKED),
  ]),
];

/** Policies of buckets, as what guards the bucket: their statements are weakened one by one elsewhere. */
const policies = (
  [
    ['Documents', 'the document bucket'],
    ['ArchiveAudit', 'the audit archive'],
    ['EvidenceRecords', 'the record of incidents'],
    ['ArchiveTrail', 'the trail archive'],
    ['LandingConfig', 'the bucket for AWS Config'],
    ['LandingAccessLogs', 'the bucket for access logs'],
    ['LandingLoadBalancerLogs', 'the bucket for load balancer logs'],
  ] as const
).flatMap(([prefix, name]): Weakening[] => {
  const policy = new WeakeningRows('AWS::S3::BucketPolicy', prefix, `the policy of ${name}`);
  const second = addition(
    `a second policy of ${name}`,
    'strength/policies-stand-alone',
    'Foundation',
    'AWS::S3::BucketPolicy',
    (draft) => ({
      Bucket: referenceTo('AWS::S3::Bucket', prefix)(draft),
      PolicyDocument: { Statement: [] },
    }),
  );
  return [
    ...policy.givenUp(OUTLIVES),
    second,
    policy.set('Bucket', 'somebodys-bucket', REFUSES_PLAIN),
    policy.gone('strength/records-cannot-be-deleted'),
  ];
});

/** Weakenings of buckets and of where their policies stand. */
export const BUCKET_ROWS: readonly Weakening[] = [...everyBucket, ...rest, ...policies];
