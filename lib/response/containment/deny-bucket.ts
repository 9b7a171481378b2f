import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

const SID = 'ContainmentDeniesEverybody';

/** Roles whom the denial leaves in. */
export interface LeftIn {
  readonly breakGlassRoleArn: string;
  /** Reads the policy back after it has put the denial there, and when it is run again. */
  readonly containRoleArn: string;
  /** Takes the denial off again. */
  readonly restoreRoleArn: string;
  /** Backs the bucket up. */
  readonly backupRoleArn: string;
}

/** Names in the definition for whom the denial leaves in. */
const EXEMPT = ['BreakGlassRoleArn', 'ContainRoleArn', 'RestoreRoleArn', 'BackupRoleArn'];

/**
 * Denies everybody everything on the bucket of documents: break-glass, the backup, services of AWS, the restore and the containment itself
 * excepted. The policy that stands stays as it is, with one statement more. There is one such bucket, named by the template: neither an
 * archive nor the evidence can be its target, and its role may not touch their policies.
 *
 * Where the bucket has lost its policy altogether it fails, with nothing done: then the runbook's entry BucketPolicyChange comes first.
 */
export function denyBucket(bucket: IBucket, leftIn: LeftIn): ContainmentAction {
  const statement =
    `{'Sid': '${SID}', 'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', ` +
    `'Resource': ['\${DocumentBucketArn}', '\${DocumentBucketArn}/*'], ` +
    `'Condition': {'ArnNotEquals': {'aws:PrincipalArn': [${EXEMPT.map((name) => `'\${${name}}'`).join(', ')}]}, ` +
    `'Bool': {'aws:PrincipalIsAWSService': 'false'}}}`;
  const Bucket = '${DocumentBucket}';
  const permission = (sid: string): PolicyStatement =>
    new PolicyStatement({ sid, actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'], resources: [bucket.bucketArn] });
  return {
    id: 'deny-bucket',
    description: 'Denies everybody the bucket of documents.',
    read: [
      {
        name: 'Read the bucket policy',
        call: 'aws-sdk:s3:getBucketPolicy',
        arguments: { Bucket },
        assign: { present: jsonata(`{'policy': $parse($states.result.Policy)}`) },
      },
    ],
    contained: `'${SID}' in $present.policy.Statement.Sid`,
    contain: [
      {
        name: 'Add the denial',
        call: 'aws-sdk:s3:putBucketPolicy',
        arguments: {
          Bucket,
          Policy: jsonata(`$string($merge([$present.policy, {'Statement': $append($present.policy.Statement, [${statement}])}]))`),
        },
      },
    ],
    restore: [
      { name: 'Put the policy back', call: 'aws-sdk:s3:putBucketPolicy', arguments: { Bucket, Policy: jsonata('$string($prior.policy)') } },
    ],
    restored: '$present.policy = $prior.policy',
    holdsDeployments: true,
    preservesFirst: true,
    hasNamedRoles: true,
    may: { contain: [permission('DenyDocuments')], restore: [permission('RestoreDocuments')] },
    substitutions: {
      DocumentBucket: bucket.bucketName,
      DocumentBucketArn: bucket.bucketArn,
      BreakGlassRoleArn: leftIn.breakGlassRoleArn,
      ContainRoleArn: leftIn.containRoleArn,
      RestoreRoleArn: leftIn.restoreRoleArn,
      BackupRoleArn: leftIn.backupRoleArn,
    },
  };
}
