import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { archiveAdministrators, containmentName, roleArn } from '../shared/fixed-names';
import { SecureBucket } from '../shared/secure-bucket';
import { denyOtherEncryption, denyStrangers } from './document-access';

/** What the bucket is built from. */
export interface DocumentBucketProps {
  readonly config: EnvironmentConfig;
  readonly recordsKey: IKey;
  readonly accessLogBucket: IBucket;
}

/**
 * Documents and recordings: encrypted under the records key and no other, open to the API, AWS Backup and break-glass alone, versioned,
 * access-logged, in the backup plan, with object events on the event bus. 164.312(a)(1), (a)(2)(iv), (c)(1).
 */
export class DocumentBucket extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { config, recordsKey, accessLogBucket }: DocumentBucketProps) {
    super(scope, id);
    this.bucket = new SecureBucket(this, 'Documents', {
      dataClass: 'phi',
      encryption: { by: 'customerKey', key: recordsKey },
      accessLogging: { to: accessLogBucket, prefix: 'documents/' },
      retentionDays: config.retention.archiveDays,
      administrators: archiveAdministrators(this, config.name),
      // A containment denies everybody the bucket, and its twin puts the policy back.
      policyKeeperRoleArns: (['contain', 'restore'] as const).map((direction) => roleArn(this, containmentName(config.name, direction, 'deny-bucket'))),
      unreplicatedBecause: 'Documents are backed up continuously, with a daily copy in the recovery Region, so a replica would be a third copy of PHI.',
      insteadOfReplication: 'restore from the point-in-time vault, or from the recovery Region',
    }).bucket;
    // By the L1 property: the L2 option brings a function of its own that logs without a key.
    (this.bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    for (const statement of [...denyStrangers(this.bucket, config), ...denyOtherEncryption(this.bucket, recordsKey)]) {
      this.bucket.addToResourcePolicy(statement);
    }
  }
}
