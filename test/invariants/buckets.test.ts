import type { BucketKind } from '../support/buckets';
import { BUCKET_KINDS, bucketFor, bucketsOf, kindOf } from '../support/buckets';
import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';

const BUCKET = 'AWS::S3::Bucket';
/** CloudTrail, application audit and the record of incidents are locked. S3 access logs, load balancer logs and AWS Config cannot be; documents must stay erasable. */
const LOCKED: readonly BucketKind[] = ['trailArchive', 'auditArchive', 'incidents'];
/** Logical id of the key of each kind; S3's own key where AWS delivers to no other. */
const KEYS: Readonly<Record<BucketKind, string | undefined>> = {
  accessLogs: undefined,
  albLogs: undefined,
  config: 'KeysAudit',
  trailArchive: 'KeysTrail',
  auditArchive: 'KeysAudit',
  incidents: 'KeysEvidence',
  documents: 'KeysRecords',
};

const everyKindOnce: Claim = (land) => {
  const kinds = bucketsOf(land).map((bucket) => kindOf(land, bucket));
  return [unlike('the kinds of bucket', [...kinds].sort(), [...BUCKET_KINDS].sort())].filter((fault) => fault !== undefined);
};

const nothingIsPublic: Claim = (land) =>
  judge('buckets', bucketsOf(land), ({ properties }) => [
    ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map(
      (block) => properties.PublicAccessBlockConfiguration?.[block] !== true && `${block} is not set`,
    ),
    unlike('ownership', properties.OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]),
    properties.AccessControl !== undefined && 'has an ACL',
    properties.WebsiteConfiguration !== undefined && 'is a website',
  ]);

const everyVersionStays: Claim = (land) =>
  judge('buckets', bucketsOf(land), ({ properties, deletionPolicy, updateReplacePolicy }) => {
    const rules = properties.LifecycleConfiguration?.Rules ?? [];
    const { archiveDays } = land.config.retention;
    return [
      unlike('versioning', properties.VersioningConfiguration?.Status, 'Enabled'),
      unlike('deletion policy', deletionPolicy, 'Retain'),
      unlike('replacement policy', updateReplacePolicy, 'Retain'),
      !rules.some(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration) && 'keeps noncurrent versions for ever',
      ...rules.flatMap((rule) => [
        unlike('lifecycle rule', rule.Status, 'Enabled'),
        (rule.NoncurrentVersionExpiration?.NoncurrentDays ?? Infinity) <= archiveDays &&
          `expires noncurrent versions within ${archiveDays} days`,
        rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions !== undefined &&
          'limits the number of versions, and so expires some early',
        (rule.ExpirationInDays ?? rule.ExpirationDate ?? rule.ExpiredObjectDeleteMarker) !== undefined && 'expires current versions',
      ]),
    ];
  });

const encryptedByKind: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const kind = kindOf(land, bucket);
    const rules = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const [rule] = rules;
    const { SSEAlgorithm, KMSMasterKeyID } = rule?.ServerSideEncryptionByDefault ?? {};
    if (!kind || rules.length !== 1) return [`has ${rules.length} encryption rules and kind ${kind}`];
    const key = KEYS[kind];
    if (key === undefined)
      return [
        unlike('algorithm', SSEAlgorithm, 'AES256'),
        KMSMasterKeyID !== undefined && 'has a key, to which these logs cannot be delivered',
      ];
    return [
      unlike('algorithm', SSEAlgorithm, 'aws:kms'),
      unlike('bucket key', rule?.BucketKeyEnabled, true),
      !land.at(KMSMasterKeyID, 'AWS::KMS::Key')?.logicalId.startsWith(key) && `is not under ${key}*`,
    ];
  });

const lockedByKind: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const { ObjectLockEnabled, ObjectLockConfiguration } = bucket.properties;
    const kind = kindOf(land, bucket);
    if (!kind || !LOCKED.includes(kind))
      return [(ObjectLockEnabled ?? ObjectLockConfiguration) !== undefined && `is locked, and ${kind} must not be`];
    const { archiveLock, retention } = land.config;
    return [
      unlike('lock', [ObjectLockEnabled, ObjectLockConfiguration?.ObjectLockEnabled], [true, 'Enabled']),
      unlike('lock mode', ObjectLockConfiguration?.Rule?.DefaultRetention?.Mode, archiveLock.mode),
      unlike('lock days', ObjectLockConfiguration?.Rule?.DefaultRetention?.Days, retention.archiveDays),
      retention.archiveDays < 2192 && 'is locked for less than six years',
    ];
  });

const accessIsLogged: Claim = (land) => {
  const target = bucketFor(land, 'accessLogs');
  const prefixes = bucketsOf(land).flatMap(({ properties }) => properties.LoggingConfiguration?.LogFilePrefix ?? []);
  return judge('buckets', bucketsOf(land), ({ name, properties }) => {
    const { DestinationBucketName, LogFilePrefix } = properties.LoggingConfiguration ?? {};
    if (name === target.name) return [DestinationBucketName !== undefined && 'logs its own log deliveries, which never ends'];
    return [
      unlike('target of its access log', DestinationBucketName, land.refOf(target)),
      target.properties.ObjectLockEnabled && 'is logged to a locked bucket, where no access log ever arrives',
      prefixes.filter((prefix) => prefix === LogFilePrefix).length !== 1 && `shares the prefix ${LogFilePrefix} of its access log`,
    ];
  });
};

/** AWS Backup turns it on for a bucket it protects; a template that does not say so would drift. */
const documentsTellTheirEvents: Claim = (land) =>
  judge('document buckets', [bucketFor(land, 'documents')], ({ properties }) => [
    unlike('EventBridge', properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled, true),
  ]);

describe('every bucket', () => {
  holds('is of a kind that is known, once', everyKindOnce);
  holds('is closed to the public and owns what is written to it', nothingIsPublic);
  holds('keeps every version beyond the retention, and outlives its stack', everyVersionStays);
  holds('is encrypted as what writes to it allows, under the key of its class', encryptedByKind);
  holds('is locked exactly where it is an archive, in the mode and for the days of the environment', lockedByKind);
  holds('logs access to the one unlocked target, which logs none of its own', accessIsLogged);
  holds('publishes object events where it holds documents', documentsTellTheirEvents);

  notices(
    'a public access block with a gap',
    nothingIsPublic,
    (draft) => draft.set(BUCKET, 'Documents', ['PublicAccessBlockConfiguration', 'RestrictPublicBuckets'], false),
    /^Data\/Documents\w+: RestrictPublicBuckets/,
  );
  notices(
    'an unversioned bucket',
    everyVersionStays,
    (draft) => draft.set(BUCKET, 'LandingConfig', ['VersioningConfiguration', 'Status'], 'Suspended'),
    /^Foundation\/LandingConfig\w+: versioning/,
  );
  notices(
    'an archive that expires after half a year',
    everyVersionStays,
    (draft) => draft.set(BUCKET, 'LandingAccessLogs', ['LifecycleConfiguration', 'Rules', 0, 'ExpirationInDays'], 180),
    /expires current versions/,
  );
  notices(
    'versions that expire when their lock does',
    everyVersionStays,
    (draft) =>
      draft.set(BUCKET, 'ArchiveTrail', ['LifecycleConfiguration', 'Rules', 0, 'NoncurrentVersionExpiration', 'NoncurrentDays'], 2192),
    /expires noncurrent versions within/,
  );
  notices(
    'a bucket that goes with its stack',
    everyVersionStays,
    (draft) => draft.amend(BUCKET, 'Documents', { DeletionPolicy: 'Delete' }),
    /deletion policy is "Delete"/,
  );
  notices(
    'a customer key on the target of access logs',
    encryptedByKind,
    (draft) =>
      draft.edit<{ BucketEncryption: unknown }>(BUCKET, 'LandingAccessLogs', (properties) => {
        properties.BucketEncryption = {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'KeysTrail856D464B' } } },
          ],
        };
      }),
    /^Foundation\/LandingAccessLogs\w+: algorithm/,
  );
  notices(
    'documents under the wrong key',
    encryptedByKind,
    (draft) =>
      draft.set(
        BUCKET,
        'Documents',
        ['BucketEncryption', 'ServerSideEncryptionConfiguration', 0, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'],
        'alias/aws/s3',
      ),
    /^Data\/Documents\w+: is not under KeysRecords/,
  );
  notices(
    'a lock a day too short',
    lockedByKind,
    (draft) => draft.set(BUCKET, 'ArchiveAudit', ['ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days'], 2191),
    /^Foundation\/ArchiveAudit\w+: lock days is 2191/,
  );
  notices(
    'a lock of the weaker mode',
    lockedByKind,
    (draft) => draft.set(BUCKET, 'ArchiveTrail', ['ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode'], 'GOVERNANCE'),
    /lock mode is "GOVERNANCE", expected "COMPLIANCE"/,
  );
  notices(
    'an irrevocable lock that nobody asked for',
    lockedByKind,
    (draft) => draft.set(BUCKET, 'ArchiveTrail', ['ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode'], 'COMPLIANCE'),
    /expected "GOVERNANCE"/,
    'dev',
  );
  notices(
    'a lock on the target of access logs',
    lockedByKind,
    (draft) => draft.set(BUCKET, 'LandingAccessLogs', ['ObjectLockEnabled'], true),
    /accessLogs must not be/,
  );
  notices(
    'a bucket without an access log',
    accessIsLogged,
    (draft) => draft.unset(BUCKET, 'LandingLoadBalancerLogs', ['LoggingConfiguration']),
    /^Foundation\/LandingLoadBalancerLogs\w+: target of its access log is absent/,
  );
  notices(
    'access logs sent to a locked bucket',
    accessIsLogged,
    (draft) => draft.set(BUCKET, 'LandingAccessLogs', ['ObjectLockEnabled'], true),
    /^Data\/Documents\w+: .*no access log ever arrives/,
  );
});
