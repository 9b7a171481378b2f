import { RegionInfo } from 'aws-cdk-lib/region-info';
import { bucketFor, bucketPolicyOf, bucketsOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices } from '../../support/claims';
import type { PolicyDocument, Principal } from '../../support/policy';
import { decide } from '../../support/policy';

const POLICY = 'AWS::S3::BucketPolicy';
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' };
/** Of Elastic Load Balancing, in Regions that it opened before August 2022. */

const takesAccessLogs: Claim = (land) => {
  const target = bucketFor(land, 'accessLogs');
  const sources = bucketsOf(land).filter(({ name }) => name !== target.name);
  return judge('buckets whose access is logged', sources, (source) => {
    const put = (account: string) =>
      decide(bucketPolicyOf(land, target), {
        by: { service: 'logging.s3.amazonaws.com' },
        action: 's3:PutObject',
        resource: `${land.arnOf(target)}/${source.properties.LoggingConfiguration?.LogFilePrefix}2026-11-22-10-00-00-0123456789ABCDEF`,
        context: { ...TLS, 'aws:SourceAccount': account, 'aws:SourceArn': land.arnOf(source) },
      });
    return [
      put(land.account) !== 'allowed' && 'is logged to a bucket that refuses its log',
      put('999999999999') === 'allowed' && 'is logged to a bucket that takes logs of any account',
    ];
  });
};

/** From an account of AWS in older Regions, by a service principal in newer ones; connection logs by the delivery service. */
const takesLoadBalancerLogs: Claim = (land) =>
  judge('load balancer log buckets', [bucketFor(land, 'albLogs')], (bucket) => {
    const account = RegionInfo.get(land.config.region).elbv2Account ?? '';
    const writer: Principal = account
      ? { arn: `arn:aws:iam::${account}:root`, account }
      : { service: 'logdelivery.elasticloadbalancing.amazonaws.com' };
    const put = (by: Principal, path: string) =>
      decide(bucketPolicyOf(land, bucket), {
        by,
        action: 's3:PutObject',
        resource: `${land.arnOf(bucket)}/${path}`,
        context: { ...TLS, 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': land.account },
      });
    return [
      ...['access', 'connection'].map(
        (prefix) =>
          put(writer, `${prefix}/AWSLogs/${land.account}/elasticloadbalancing/file.log.gz`) !== 'allowed' && `refuses ${prefix} logs`,
      ),
      put(writer, 'access/AWSLogs/999999999999/file.log.gz') === 'allowed' && 'takes logs of another account',
      put(writer, 'file.log.gz') === 'allowed' && 'can be written anywhere',
    ];
  });

describe('the log landing', () => {
  holds('takes the access log of every bucket, for this account only', takesAccessLogs);
  holds('takes access and connection logs of the load balancer, in their own place', takesLoadBalancerLogs);

  notices(
    'a target without a statement for access logs',
    takesAccessLogs,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'LandingAccessLogs', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
      }),
    /^Data\/Documents\w+: is logged to a bucket that refuses its log/,
  );
  notices(
    'a target for every account',
    takesAccessLogs,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>(POLICY, 'LandingAccessLogs', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'AcceptAccessLogs')) delete statement.Condition;
      }),
    /takes logs of any account/,
  );
  notices(
    'a load balancer that may not write',
    takesLoadBalancerLogs,
    (draft) => draft.remove(POLICY, 'LandingLoadBalancerLogs'),
    /refuses connection logs/,
  );
});
