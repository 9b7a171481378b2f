import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

/** What keeps a bucket from the public: neither an access list nor a policy opens it, whatever they say. */
const BLOCK = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/**
 * Puts the block of public access of a bucket back: 164.312(a)(1). Archives and the evidence are among the buckets, since only this is done
 * to them; policy and content stay out of reach.
 *
 * There is no restore: nothing of an environment is public, so what was there before would be the finding. A deploy sets the same, so it
 * holds none. A policy that shares a bucket with a named account stays as it is: the runbook's entry BucketPolicyChange goes on from here.
 *
 * S3 has an error for a bucket without a block, which Step Functions knows by its general name alone. Whatever it stands for counts as not
 * blocked, and is captured: a bucket that cannot be read is never called contained.
 *
 * @param buckets that may be closed: those of the environment.
 */
export function blockPublicAccess(buckets: readonly IBucket[]): ContainmentAction {
  const Bucket = jsonata('$target');
  return {
    id: 'block-public-access',
    description: 'Blocks public access to a bucket.',
    target: { field: 'bucketName', pattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]' },
    read: [
      {
        name: 'Read the block',
        call: 'aws-sdk:s3:getPublicAccessBlock',
        arguments: { Bucket },
        assign: { present: jsonata(`{'block': $states.result.PublicAccessBlockConfiguration}`) },
        answers: {
          errors: ['S3.S3Exception'],
          assign: { present: { block: null, because: jsonata('$states.errorOutput.Cause') } },
        },
      },
    ],
    contained: `$present.block = ${JSON.stringify(BLOCK).replaceAll('"', `'`)}`,
    contain: [
      {
        name: 'Block public access',
        call: 'aws-sdk:s3:putPublicAccessBlock',
        arguments: { Bucket, PublicAccessBlockConfiguration: BLOCK },
      },
    ],
    holdsDeployments: false,
    preservesFirst: false,
    hasNamedRoles: true,
    may: {
      contain: [
        new PolicyStatement({
          sid: 'BlockPublicAccess',
          actions: ['s3:GetBucketPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
          resources: buckets.map(({ bucketArn }) => bucketArn),
        }),
      ],
      restore: [],
    },
    substitutions: {},
  };
}
