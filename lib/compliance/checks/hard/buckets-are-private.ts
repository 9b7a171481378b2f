import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeTypes } from '../../judge';
import { textAt } from '../../model/read';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** No bucket can be made public by an ACL, a policy or a website, whatever is written later. */
export const bucketsArePrivate: Check = {
  id: 'hard/buckets-are-private',
  claim: 'every bucket blocks public access in all four ways and has no ACL and no website',
  citations: ['164.312(a)(1)', '164.312(e)(1)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(a)(1)', (bucket) => [
      ...BLOCKS.flatMap((block) => expectEqual(bucket, `PublicAccessBlockConfiguration.${block}`, true)),
      ...expectAbsent(bucket, 'WebsiteConfiguration'),
      // Private is what a bucket without an ACL is.
      ...(textAt(bucket, 'AccessControl') === 'Private' ? [] : expectAbsent(bucket, 'AccessControl')),
    ]),
};
