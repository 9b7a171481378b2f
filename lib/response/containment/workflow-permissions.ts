import { Lazy, Stack } from 'aws-cdk-lib';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** What the workflows write to, and never touch otherwise. */
export interface WorkflowPermissionsProps {
  readonly evidence: IBucket;
  readonly evidenceKey: IKey;
  /** The archives and the evidence: their policies stay as they are, whatever is contained. */
  readonly archives: readonly IBucket[];
  /** The one role that puts the block of public access back. */
  readonly accessBlockRoleArn: string;
}

/** What protects a bucket and what it holds. */
const PROTECTION = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucketPolicy',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutBucketPolicy',
];

/** Delivery of logs, for which IAM knows no resources. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/**
 * What every workflow may do, and the most that any may: 164.308(a)(4)(ii)(B), 164.312(c)(1). The boundary is the sum of what they are
 * granted, less what protects the archives and the evidence.
 */
export class WorkflowPermissions extends Construct {
  /** Holds every role of a workflow. */
  readonly boundary: IManagedPolicy;
  /** To write the record, to read it back, and to log. */
  readonly record: IManagedPolicy;
  private readonly granted = new Set<string>();

  constructor(scope: Construct, id: string, { evidence, evidenceKey, archives, accessBlockRoleArn }: WorkflowPermissionsProps) {
    super(scope, id);
    this.boundary = new ManagedPolicy(this, 'Boundary', {
      description: 'The most that a containment workflow may ever do.',
      statements: [
        new PolicyStatement({ sid: 'AtMost', actions: Lazy.list({ produce: () => [...this.granted].sort() }), resources: ['*'] }),
        new PolicyStatement({
          sid: 'NeverTheArchives',
          effect: Effect.DENY,
          actions: PROTECTION,
          resources: archives.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
        }),
        new PolicyStatement({
          sid: 'NeverTheirAccessBlock',
          effect: Effect.DENY,
          actions: ['s3:PutBucketPublicAccessBlock'],
          resources: archives.map((bucket) => bucket.bucketArn),
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': accessBlockRoleArn } },
        }),
      ],
    });
    const files = evidence.arnForObjects('incidents/*/containment/*');
    this.record = new ManagedPolicy(this, 'Record', {
      description: 'Writes what a containment workflow finds and does, and its errors.',
      statements: this.grant(
        new PolicyStatement({ sid: 'WriteAndReadBackRecord', actions: ['s3:GetObject', 's3:PutObject'], resources: [files] }),
        new PolicyStatement({
          sid: 'UseKeyOfRecordThroughS3',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [evidenceKey.keyArn],
          conditions: {
            StringEquals: {
              'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com`,
              'kms:EncryptionContext:aws:s3:arn': evidence.bucketArn,
            },
          },
        }),
        new PolicyStatement({ sid: 'DeliverErrors', actions: LOG_DELIVERY, resources: ['*'] }),
      ),
    });
  }

  /** The same statements, each action of which the boundary lets through from now on. */
  grant(...statements: readonly PolicyStatement[]): PolicyStatement[] {
    for (const { actions } of statements) for (const action of actions) this.granted.add(action);
    return [...statements];
  }
}
