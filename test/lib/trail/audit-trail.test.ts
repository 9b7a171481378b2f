import { bucketFor } from '../../support/buckets';
import type { BucketKind } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import type { EventSelector, SelectableEvent } from '../../support/event-selectors';
import { isRecorded } from '../../support/event-selectors';
import { identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import { decide } from '../../support/policy';

interface Trail {
  readonly AdvancedEventSelectors?: readonly EventSelector[];
  readonly CloudWatchLogsLogGroupArn?: string;
  readonly CloudWatchLogsRoleArn?: string;
  readonly EnableLogFileValidation?: boolean;
  readonly EventSelectors?: unknown;
  readonly IncludeGlobalServiceEvents?: boolean;
  readonly InsightSelectors?: readonly { readonly InsightType: string }[];
  readonly IsLogging?: boolean;
  readonly IsMultiRegionTrail?: boolean;
  readonly KMSKeyId?: string;
  readonly S3BucketName: string;
  readonly S3KeyPrefix?: string;
  readonly TrailName: string;
}

const TRAIL = 'AWS::CloudTrail::Trail';

const isOn: Claim = (land) =>
  [
    unlike('trails, each of which bills management events again', land.of(TRAIL).length, 1),
    ...judge('trails', land.of<Trail>(TRAIL), ({ properties }) => [
      unlike('logging', properties.IsLogging, true),
      unlike('every Region', properties.IsMultiRegionTrail, true),
      unlike('global services', properties.IncludeGlobalServiceEvents, true),
      unlike('file validation', properties.EnableLogFileValidation, true),
      // Key policies, bucket policies and the chain of digests name it.
      unlike('name', properties.TrailName, `${land.config.name}-audit-trail`),
      unlike('insights', properties.InsightSelectors?.map(({ InsightType }) => InsightType).sort(), [
        'ApiCallRateInsight',
        'ApiErrorRateInsight',
      ]),
      properties.KMSKeyId === undefined && 'has no key',
    ]),
  ].filter((fault) => fault !== undefined);

const writesToTheArchive: Claim = (land) =>
  judge('trails', land.of<Trail>(TRAIL), ({ properties }) => [
    unlike('bucket', properties.S3BucketName, land.refOf(bucketFor(land, 'trailArchive'))),
    unlike('prefix', properties.S3KeyPrefix, 'cloudtrail'),
    !bucketFor(land, 'trailArchive').properties.ObjectLockEnabled && 'writes to a bucket without a lock',
  ]);

const writesToItsLogGroup: Claim = (land) =>
  judge('trails', land.of<Trail>(TRAIL), (trail) => {
    const { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role } = trail.properties;
    if (!land.at(group, 'AWS::Logs::LogGroup') || role === undefined)
      return ['has no log group of the templates, or no role to write to it'];
    const identity = identityOf(land, role);
    const trust = identity.role.properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
    const source = `arn:aws:cloudtrail:${land.config.region}:${land.account}:trail/${trail.properties.TrailName}`;
    const stream = `${group?.replace(/\*$/, '')}log-stream:${land.account}_CloudTrail_${land.config.region}`;
    return [
      decide(trust, {
        by: { service: 'cloudtrail.amazonaws.com' },
        action: 'sts:AssumeRole',
        resource: '*',
        context: { 'aws:SourceArn': source, 'aws:SourceAccount': land.account },
      }) !== 'allowed' && 'cannot assume its role',
      ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(
        (action) => !may(land, identity, { action, resource: stream }) && `its role lacks ${action}`,
      ),
      !trail.dependsOn.some((id) => id.includes('DeliveryPolicy')) && 'does not wait for the policy of its role',
    ];
  });

/** What the trail must record, and what it must leave out: its own deliveries, each of which would cause another. */
function eventsOf(land: Landscape): {
  readonly recorded: Readonly<Record<string, SelectableEvent>>;
  readonly leftOut: Readonly<Record<string, SelectableEvent>>;
} {
  const object = (kind: BucketKind, eventName: string) => ({
    eventCategory: 'Data',
    'resources.type': 'AWS::S3::Object',
    'resources.ARN': `${land.arnOf(bucketFor(land, kind))}/folder/object`,
    eventName,
  });
  const elsewhere = {
    eventCategory: 'Data',
    'resources.type': 'AWS::S3::Object',
    'resources.ARN': 'arn:aws:s3:::a-bucket-made-tomorrow/object',
    eventName: 'GetObject',
  };
  return {
    recorded: {
      'a management event that writes': { eventCategory: 'Management', eventName: 'StopLogging', readOnly: 'false' },
      'a management event that reads': { eventCategory: 'Management', eventName: 'GetSecretValue', readOnly: 'true' },
      'a use of a key': { eventCategory: 'Management', eventName: 'Decrypt', readOnly: 'true' },
      'a new document': object('documents', 'PutObject'),
      'a reading of a document': object('documents', 'GetObject'),
      'a deletion of a document': object('documents', 'DeleteObject'),
      'a new audit batch': object('auditArchive', 'PutObject'),
      'a reading of an audit batch': object('auditArchive', 'GetObject'),
      'a deletion in the archive': object('trailArchive', 'DeleteObject'),
      'a reading of the archive': object('trailArchive', 'GetObject'),
      'a change of retention in the archive': object('trailArchive', 'PutObjectRetention'),
      'a deletion of an access log': object('accessLogs', 'DeleteObject'),
      'a deletion of a load balancer log': object('albLogs', 'DeleteObject'),
      'an object of a bucket that does not exist yet': elsewhere,
      'an invocation of a function': {
        eventCategory: 'Data',
        'resources.type': 'AWS::Lambda::Function',
        'resources.ARN': land.arnOf(land.one('AWS::Lambda::Function', 'RecordsApi')),
        eventName: 'Invoke',
      },
    },
    leftOut: {
      'its own delivery into the archive': object('trailArchive', 'PutObject'),
      'a delivery of an access log, which its own delivery causes': object('accessLogs', 'PutObject'),
    },
  };
}

const recordsWhatMatters: Claim = (land) =>
  judge('trails', land.of<Trail>(TRAIL), ({ properties }) => {
    const selectors = properties.AdvancedEventSelectors ?? [];
    const { recorded, leftOut } = eventsOf(land);
    return [
      // The two kinds exclude each other.
      properties.EventSelectors !== undefined && 'has basic selectors too',
      ...Object.entries(recorded).map(([what, event]) => !isRecorded(selectors, event) && `does not record ${what}`),
      ...Object.entries(leftOut).map(([what, event]) => isRecorded(selectors, event) && `records ${what}`),
    ];
  });

/** CloudTrail takes 500 values in all, and data events by type. */
const selectorsAreAccepted: Claim = (land) =>
  judgeAll(
    'selectors',
    land.of<Trail>(TRAIL).flatMap(({ properties }) => properties.AdvancedEventSelectors ?? []),
    ({ Name = 'a selector', FieldSelectors }) => {
      const category = FieldSelectors.find(({ Field }) => Field === 'eventCategory')?.Equals;
      return [
        category?.length !== 1 && `${Name}: names ${category?.length ?? 0} categories`,
        category?.[0] === 'Data' &&
          FieldSelectors.find(({ Field }) => Field === 'resources.type')?.Equals?.length !== 1 &&
          `${Name}: names no type of resource`,
        new Set(FieldSelectors.map(({ Field }) => Field)).size !== FieldSelectors.length && `${Name}: names a field twice`,
      ];
    },
  );

describe('the audit trail', () => {
  holds('is on, in every Region, validated and watched for what is unusual', isOn);
  holds('writes to the locked archive', writesToTheArchive);
  holds('writes to its log group, by a role that may', writesToItsLogGroup);
  holds('records every use of PHI, of keys and of archives, and not itself', recordsWhatMatters);
  holds('has selectors that CloudTrail accepts', selectorsAreAccepted);

  notices('a trail that is off', isOn, (draft) => draft.set(TRAIL, '', ['IsLogging'], false), /^Trail\/AuditTrail\w+: logging is false/);
  notices('a trail of one Region', isOn, (draft) => draft.set(TRAIL, '', ['IsMultiRegionTrail'], false), /every Region is false/);
  notices(
    'files that nobody validates',
    isOn,
    (draft) => draft.set(TRAIL, '', ['EnableLogFileValidation'], false),
    /file validation is false/,
  );
  notices(
    'a trail into a bucket without a lock',
    writesToTheArchive,
    (draft) => {
      for (const name of ['ObjectLockEnabled', 'ObjectLockConfiguration']) draft.unset('AWS::S3::Bucket', 'ArchiveTrail', [name]);
    },
    /writes to a bucket without a lock/,
  );
  notices(
    'a role that may not write',
    writesToItsLogGroup,
    (draft) => draft.remove('AWS::IAM::ManagedPolicy', 'AuditTrailDelivery'),
    /its role lacks logs:PutLogEvents/,
  );
  notices(
    'management events that stopped with advanced selectors',
    recordsWhatMatters,
    (draft) => draft.unset(TRAIL, '', ['AdvancedEventSelectors', 0]),
    /does not record a use of a key/,
  );
  notices(
    'documents that went unseen',
    recordsWhatMatters,
    (draft) => draft.unset(TRAIL, '', ['AdvancedEventSelectors', 1]),
    /does not record a reading of a document/,
  );
  notices(
    'a trail that records itself',
    recordsWhatMatters,
    (draft) => draft.unset(TRAIL, '', ['AdvancedEventSelectors', 2, 'FieldSelectors', 3]),
    /records its own delivery/,
  );
  notices('basic selectors beside', recordsWhatMatters, (draft) => draft.set(TRAIL, '', ['EventSelectors'], []), /has basic selectors too/);
});
