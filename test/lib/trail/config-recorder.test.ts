import { bucketFor, bucketPolicyOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import { identityOf, may } from '../../support/identities';
import type { Principal } from '../../support/policy';
import { decide } from '../../support/policy';

interface Recorder {
  readonly RecordingGroup?: {
    readonly AllSupported?: boolean;
    readonly ExclusionByResourceTypes?: unknown;
    readonly IncludeGlobalResourceTypes?: boolean;
    readonly ResourceTypes?: unknown;
  };
  readonly RecordingMode?: { readonly RecordingFrequency?: string };
  readonly RoleARN: string;
}

interface Channel {
  readonly ConfigSnapshotDeliveryProperties?: { readonly DeliveryFrequency?: string };
  readonly S3BucketName: string;
  readonly S3KmsKeyArn?: string;
}

const RECORDER = 'AWS::Config::ConfigurationRecorder';
const CHANNEL = 'AWS::Config::DeliveryChannel';
const PACK = 'AWS::Config::ConformancePack';

const recordsEverything: Claim = (land) =>
  judge('recorders', land.of<Recorder>(RECORDER), ({ properties }) => [
    unlike('what is recorded', properties.RecordingGroup, { AllSupported: true, IncludeGlobalResourceTypes: true }),
    !['CONTINUOUS', undefined].includes(properties.RecordingMode?.RecordingFrequency) && 'records once a day',
  ]);

/** Each waits for the other to exist: one that waits for the other in the template never comes. */
const neitherWaitsForTheOther: Claim = (land) =>
  judge('recorder and channel', [...land.of(RECORDER), ...land.of(CHANNEL)], ({ dependsOn, stack }) => [
    dependsOn.some((id) =>
      land.all.some(({ stack: other, logicalId, type }) => other === stack && logicalId === id && [RECORDER, CHANNEL].includes(type)),
    ) && 'waits for the other',
    stack !== land.one(RECORDER).stack && 'is in another stack than the recorder',
  ]);

/** Rules are refused until a recorder with a channel runs. */
const rulesWaitForBoth: Claim = (land) =>
  judge('conformance packs', land.of(PACK), ({ dependsOn }) =>
    [land.one(RECORDER), land.one(CHANNEL)].map(({ logicalId, name }) => !dependsOn.includes(logicalId) && `does not wait for ${name}`),
  );

const deliversToItsBucket: Claim = (land) =>
  judge('channels', land.of<Channel>(CHANNEL), ({ properties }) => {
    const bucket = bucketFor(land, 'config');
    const { RoleARN } = land.one<Recorder>(RECORDER).properties;
    const identity = identityOf(land, RoleARN);
    const object = `${land.arnOf(bucket)}/AWSLogs/${land.account}/Config/${land.config.region}/2026/11/22/ConfigSnapshot/snapshot.json.gz`;
    const context = {
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.2',
      's3:x-amz-acl': 'bucket-owner-full-control',
      'aws:SourceAccount': land.account,
    };
    const asService = (action: string, resource: string, more = {}) => {
      const by: Principal = { service: 'config.amazonaws.com' };
      return decide(bucketPolicyOf(land, bucket), { by, action, resource, context: { ...context, ...more } });
    };
    return [
      unlike('bucket', properties.S3BucketName, land.refOf(bucket)),
      unlike('frequency', properties.ConfigSnapshotDeliveryProperties?.DeliveryFrequency, 'TwentyFour_Hours'),
      !may(land, identity, { action: 's3:PutObject', resource: object, context }) && 'its role may not write',
      !may(land, identity, { action: 's3:GetBucketAcl', resource: land.arnOf(bucket) }) && 'its role may not check the bucket',
      !may(land, identity, { action: 'kms:GenerateDataKey', resource: properties.S3KmsKeyArn ?? '' }) && 'its role may not use the key',
      may(land, identity, {
        action: 's3:PutObject',
        resource: `${land.arnOf(bucketFor(land, 'documents'))}/AWSLogs/${land.account}/Config/x`,
        context,
      }) && 'its role may write elsewhere',
      asService('s3:PutObject', object) !== 'allowed' && 'its bucket refuses deliveries',
      asService('s3:GetBucketAcl', land.arnOf(bucket)) !== 'allowed' && 'its bucket refuses to be checked',
      asService('s3:ListBucket', land.arnOf(bucket)) !== 'allowed' && 'its bucket refuses to be listed',
      asService('s3:PutObject', object, { 'aws:SourceAccount': '999999999999' }) === 'allowed' &&
        'its bucket takes deliveries of any account',
    ];
  });

const roleIsReady: Claim = (land) =>
  judge('recorders', land.of<Recorder>(RECORDER), (recorder) => {
    const identity = identityOf(land, recorder.properties.RoleARN);
    const trust = identity.role.properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
    const assumable = (account: string) =>
      decide(trust, {
        by: { service: 'config.amazonaws.com' },
        action: 'sts:AssumeRole',
        resource: '*',
        context: { 'aws:SourceAccount': account },
      });
    return [
      unlike('policies of AWS', identity.awsManaged, ['service-role/AWS_ConfigRole']),
      assumable(land.account) !== 'allowed' && 'cannot assume its role',
      assumable('999999999999') === 'allowed' && 'has a role that can be assumed for any account',
      !recorder.dependsOn.some((id) => id.includes('RecordingPolicy')) && 'does not wait for the policy of its role',
    ];
  });

describe('the recorder of AWS Config', () => {
  holds('records every supported type, global ones included', recordsEverything);
  holds('and its channel wait for neither', neitherWaitsForTheOther);
  holds('runs before the rules that judge what it recorded', rulesWaitForBoth);
  holds('delivers to an unlocked bucket that takes it, for this account only', deliversToItsBucket);
  holds('has a role that is ready before it starts', roleIsReady);

  notices(
    'a recorder that leaves IAM out',
    recordsEverything,
    (draft) => draft.set(RECORDER, '', ['RecordingGroup', 'IncludeGlobalResourceTypes'], false),
    /what is recorded is/,
  );
  notices(
    'a channel that waits for its recorder',
    neitherWaitsForTheOther,
    (draft) => draft.amend(CHANNEL, '', { DependsOn: [draft.id(RECORDER, '')] }),
    /^Trail\/ConfigChannel\w+: waits for the other/,
  );
  notices(
    'rules that come too early',
    rulesWaitForBoth,
    (draft) => draft.amend(PACK, '', { DependsOn: [draft.id(RECORDER, '')] }),
    /^Trail\/ConformancePack\w+: does not wait for Trail\/ConfigChannel/,
  );
  notices(
    'a bucket that refuses deliveries',
    deliversToItsBucket,
    (draft) => draft.remove('AWS::S3::BucketPolicy', 'LandingConfig'),
    /its bucket refuses deliveries/,
  );
  notices(
    'a role that may not write',
    deliversToItsBucket,
    (draft) => draft.remove('AWS::IAM::ManagedPolicy', 'ConfigRecording'),
    /its role may not write/,
  );
});
