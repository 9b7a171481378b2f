import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeEach } from '../../judge';
import { bucketsOf } from '../../kinds';

const ALGORITHM = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm';

/** AWS delivers some logs only to a bucket without a customer key or without a lock, and otherwise to nowhere, in silence. */
export const logBucketsCanBeDeliveredTo: Check = {
  id: 'deploy/log-buckets-can-be-delivered-to',
  claim: 'buckets for server access and load balancer logs use S3-managed keys, and those and the one for AWS Config have no lock',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'accessLogs', 'loadBalancerLogs', 'config'), '164.312(b)', (bucket) => [
      ...expectAbsent(bucket, 'ObjectLockEnabled'),
      ...expectAbsent(bucket, 'ObjectLockConfiguration'),
      ...(bucketsOf(environment, 'config').includes(bucket) ? [] : expectEqual(bucket, ALGORITHM, 'AES256')),
    ]),
};
