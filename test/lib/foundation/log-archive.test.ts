import { bucketFor, bucketPolicyOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices } from '../../support/claims';
import type { Landscape } from '../../support/landscape';
import type { PolicyDocument } from '../../support/policy';
import { decide } from '../../support/policy';

const POLICY = 'AWS::S3::BucketPolicy';
const PUT = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2', 's3:x-amz-acl': 'bucket-owner-full-control' };

/** What a service asks of the trail's archive, on behalf of whom. */
function asks(land: Landscape, service: string, action: string, path: string | undefined, context: Readonly<Record<string, string>>) {
  const archive = bucketFor(land, 'trailArchive');
  const resource = path === undefined ? land.arnOf(archive) : `${land.arnOf(archive)}/${path}`;
  return decide(bucketPolicyOf(land, archive), { by: { service }, action, resource, context: { ...PUT, ...context } });
}

const trailArn = (land: Landscape, account = land.account, name = `${land.config.name}-audit-trail`) =>
  `arn:aws:cloudtrail:${land.config.region}:${account}:trail/${name}`;

/** A trail is refused, at its creation, by a bucket whose policy is missing or names another prefix. */
const takesItsTrail: Claim = (land) => {
  const files = (account: string) => `cloudtrail/AWSLogs/${account}/CloudTrail/${land.config.region}/2026/11/22/file.json.gz`;
  const trail = (action: string, path?: string, source = trailArn(land)) =>
    asks(land, 'cloudtrail.amazonaws.com', action, path, { 'aws:SourceArn': source });
  return judge('archives', [bucketFor(land, 'trailArchive')], () => [
    trail('s3:GetBucketAcl') !== 'allowed' && 'cannot be checked by its trail',
    trail('s3:PutObject', files(land.account)) !== 'allowed' && 'cannot be written by its trail',
    trail('s3:PutObject', `cloudtrail/AWSLogs/${land.account}/CloudTrail-Digest/${land.config.region}/2026/11/22/digest.json.gz`) !==
      'allowed' && 'cannot take the digests of its trail',
    trail('s3:PutObject', files('999999999999'), trailArn(land, '999999999999')) !== 'denied' && 'takes files of another account',
    trail('s3:PutObject', files(land.account), trailArn(land, land.account, 'another-trail')) !== 'denied' &&
      'takes files of another trail',
    trail('s3:PutObject', 'elsewhere/file') === 'allowed' && 'can be written anywhere by its trail',
  ]);
};

const takesFlowLogs: Claim = (land) => {
  const path = (account: string) => `flow-logs/AWSLogs/${account}/vpcflowlogs/${land.config.region}/2026/11/22/file.log.gz`;
  const delivery = (account: string, action: string, at?: string) =>
    asks(land, 'delivery.logs.amazonaws.com', action, at, {
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:aws:logs:${land.config.region}:${account}:*`,
    });
  return judge('archives', [bucketFor(land, 'trailArchive')], () => [
    delivery(land.account, 's3:PutObject', path(land.account)) !== 'allowed' && 'cannot take flow logs',
    delivery(land.account, 's3:GetBucketAcl') !== 'allowed' && 'cannot be checked by the delivery of flow logs',
    delivery('999999999999', 's3:PutObject', path(land.account)) === 'allowed' && 'takes flow logs of another account',
    delivery(land.account, 's3:PutObject', `cloudtrail/AWSLogs/${land.account}/forged`) === 'allowed' &&
      'lets flow logs be written among the files of the trail',
  ]);
};

/** A PUT is refused neither for a missing nor for a plain encryption header: older digest files carry one. */
const demandsNoEncryptionHeader: Claim = (land) =>
  judge('archives', [bucketFor(land, 'trailArchive'), bucketFor(land, 'auditArchive')], (bucket) =>
    bucketPolicyOf(land, bucket).map(
      ({ Condition }) => /x-amz-server-side-encryption/.test(JSON.stringify(Condition ?? {})) && 'demands an encryption header',
    ),
  );

describe('the log archive', () => {
  holds('takes the files and digests of its trail, and of no other', takesItsTrail);
  holds('takes flow logs of this account, in their own place', takesFlowLogs);
  holds('demands no encryption header', demandsNoEncryptionHeader);

  notices(
    'a prefix that the trail does not write to',
    takesItsTrail,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'ArchiveTrail', ({ PolicyDocument }) => {
        PolicyDocument.Statement = JSON.parse(
          JSON.stringify(PolicyDocument.Statement).replaceAll('/cloudtrail/AWSLogs/', '/AWSLogs/'),
        ) as PolicyDocument['Statement'];
      }),
    /cannot be written by its trail/,
  );
  notices(
    'a deny that names another trail',
    takesItsTrail,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'ArchiveTrail', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'DenyForeignTrails'))
          statement.Condition = { StringNotEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/renamed' } };
      }),
    /cannot be checked by its trail/,
  );
  notices(
    'flow logs that never arrive',
    takesFlowLogs,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'ArchiveTrail', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Principal }) => !JSON.stringify(Principal).includes('delivery.logs'));
      }),
    /cannot take flow logs/,
  );
});
