import type { Check } from '../../check';
import { expectEqual, judgeTypes } from '../../judge';

/** Whoever writes an object, it is the account's: no foreign ACL can open it. */
export const bucketsBelongToTheirAccount: Check = {
  id: 'strength/buckets-belong-to-their-account',
  claim: 'every bucket owns its objects and ignores ACLs',
  citations: ['164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(a)(1)', (bucket) =>
      expectEqual(bucket, 'OwnershipControls.Rules.0.ObjectOwnership', 'BucketOwnerEnforced'),
    ),
};
