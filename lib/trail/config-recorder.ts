import { Stack } from 'aws-cdk-lib';
import { CfnConfigurationRecorder, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ServiceRole } from '../shared/service-role';

/** Where AWS Config delivers. */
export interface ConfigRecorderProps {
  /** Unlocked: AWS Config refuses Object Lock. Its policy must allow AWS Config. */
  readonly bucket: IBucket;
  /** Must allow AWS Config. */
  readonly key: IKey;
}

/**
 * Records the configuration of every supported resource, global ones included, and delivers a snapshot a day.
 * 164.308(a)(8), 164.312(b).
 *
 * L1 because aws-config has no L2 for the recorder or the channel. Neither depends on the other: each waits for the other
 * to exist before it is complete.
 */
export class ConfigRecorder extends Construct {
  readonly recorder: CfnConfigurationRecorder;
  readonly channel: CfnDeliveryChannel;

  constructor(scope: Construct, id: string, { bucket, key }: ConfigRecorderProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const role = new ServiceRole(this, 'Recording', {
      assumedBy: new ServicePrincipal('config.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      description: 'AWS Config reads configuration and delivers it to its bucket.',
      // AWS extends this policy whenever AWS Config supports a new resource type.
      awsManagedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWS_ConfigRole')],
    });
    this.recorder = new CfnConfigurationRecorder(this, 'Recorder', {
      roleArn: role.role.roleArn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    });
    this.channel = new CfnDeliveryChannel(this, 'Channel', {
      s3BucketName: bucket.bucketName,
      s3KmsKeyArn: key.keyArn,
      configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
    });

    role.policy.addStatements(
      new PolicyStatement({
        sid: 'DeliverHistory',
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${account}/Config/*`)],
        conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
      new PolicyStatement({ sid: 'CheckBucket', actions: ['s3:GetBucketAcl', 's3:ListBucket'], resources: [bucket.bucketArn] }),
    );
    key.grantEncryptDecrypt(role.policy);
    role.completeBefore(this.recorder);
  }
}
