import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

/** What takes versions away, or the protections that keep them. */
const OF_OBJECTS = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
];
const OF_BUCKET = [
  's3:DeleteBucket',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:DeleteBucketPolicy',
  's3:PutBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPublicAccessBlock',
  's3:PutEncryptionConfiguration',
  's3:PutReplicationConfiguration',
];

/** The policy of a bucket refuses every role that is neither break-glass nor the deploying one, however much that role is allowed. */
export const recordsCannotBeDeleted: Check = {
  id: 'strength/records-cannot-be-deleted',
  claim: 'no role but break-glass can delete from a bucket or take away its protections, and none but a deploy can change its policy',
  citations: ['164.312(c)(1)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(c)(1)', (bucket) => faultsOf(environment, bucket)),
};

function faultsOf(environment: EnvironmentModel, bucket: Resource): readonly Fault[] {
  const { account } = environment.place;
  const statements = policyOf(environment, bucket);
  const arn = environment.arnOf(bucket);
  const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
  // As it would be asked: over TLS, so that a denial of something else does not stand in.
  const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  return [
    ...OF_OBJECTS.map((action) => ({ action, resource: `${arn}/some/object` })),
    ...OF_BUCKET.map((action) => ({ action, resource: arn })),
  ].flatMap(({ action, resource }): Fault[] =>
    decide(statements, { by, action, resource, context }) === 'denied'
      ? []
      : [
          {
            property: 'BucketPolicy',
            value: `${action} is not denied`,
            expected: 'denied to every role but break-glass and, for the policy, the deploying one',
          },
        ],
  );
}
