import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AUDIT_BATCH_PREFIX } from '../../lambda/audit-exporter/contract';
import type { EnvironmentConfig } from '../config/environment';
import { archiveLock } from '../shared/archive-lock';
import { denyUnlessBreakGlass } from '../shared/break-glass-deny';
import {
  archiveAdministrators,
  auditExporterRoleName,
  auditTrailArn,
  backupRoleName,
  breakGlassRoleArn,
  roleArn,
} from '../shared/fixed-names';
import { SecureBucket } from '../shared/secure-bucket';
import type { LogLanding } from './log-landing';

/** What the locked archives need. */
export interface LogArchiveProps {
  readonly config: EnvironmentConfig;
  /** Receives the access logs, which cannot be delivered to a locked bucket. */
  readonly landing: LogLanding;
  /** Must allow CloudTrail and log delivery. */
  readonly trailKey: IKey;
  readonly auditKey: IKey;
}

/**
 * The write-once archives: what is in them can be read but neither changed nor removed for six years. 164.312(b),
 * 164.312(c)(1).
 *
 * Not for S3 access logs or AWS Config: neither can be delivered to a locked bucket, and the first fails in silence.
 */
export class LogArchive extends Construct {
  /** CloudTrail under `cloudtrail/`, VPC flow logs under `flow-logs/`, sign-ins under `AWSLogs/`. */
  readonly trailBucket: IBucket;
  /** Batches of application audit events, written by the exporter alone. */
  readonly auditBucket: IBucket;

  constructor(scope: Construct, id: string, { config, landing, trailKey, auditKey }: LogArchiveProps) {
    super(scope, id);
    const common = {
      dataClass: 'audit',
      retentionDays: config.retention.archiveDays,
      lock: archiveLock(config),
      administrators: archiveAdministrators(this, config.name),
    } as const;
    this.trailBucket = new SecureBucket(this, 'Trail', {
      ...common,
      encryption: { by: 'customerKey', key: trailKey },
      accessLogging: { to: landing.accessLogBucket, prefix: 'log-archive/' },
      unreplicatedBecause: 'A second copy of every trail and flow-log object would double the largest bucket of the environment for data that is not PHI.',
      insteadOfReplication: 'lock every version for six years, and keep management events in CloudWatch Logs as a second copy',
    }).bucket;
    this.auditBucket = new SecureBucket(this, 'Audit', {
      ...common,
      encryption: { by: 'customerKey', key: auditKey },
      accessLogging: { to: landing.accessLogBucket, prefix: 'application-audit/' },
      unreplicatedBecause: 'Application audit batches are copied to the recovery Region by the backup plan, which a replication rule would only repeat.',
      insteadOfReplication: 'back up daily with a copy in the recovery Region, and lock every version for six years',
    }).bucket;
    if (config.accountServices.accountTrail.source === 'create') this.denyForeignTrails(config);
    this.acceptDelivery();
    this.auditBucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        // A batch planted under the next number would stop the export, and be believed by whoever does not check the signature.
        sid: 'DenyForeignBatches',
        actions: ['s3:PutObject'],
        resources: [this.auditBucket.arnForObjects(`${AUDIT_BATCH_PREFIX}*`)],
        exceptRoleArns: [
          breakGlassRoleArn(this, config.name),
          roleArn(this, auditExporterRoleName(config.name)),
          roleArn(this, backupRoleName(config.name)),
        ],
      }),
    );
  }

  /** Where others run the trail nothing lets CloudTrail in, so there is nothing to deny. */
  private denyForeignTrails(config: EnvironmentConfig): void {
    this.trailBucket.addToResourcePolicy(
      new PolicyStatement({
        // Before the trail exists: its own statements name no source, and any other account's trail could write here.
        sid: 'DenyForeignTrails',
        effect: Effect.DENY,
        principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['s3:GetBucketAcl', 's3:PutObject'],
        resources: [this.trailBucket.bucketArn, this.trailBucket.arnForObjects('*')],
        conditions: { StringNotEquals: { 'aws:SourceArn': auditTrailArn(this, config.name) } },
      }),
    );
  }

  /** Logs that services of this account deliver under `AWSLogs/`: sign-ins of the user pool. Flow logs bring their own statement. */
  private acceptDelivery(): void {
    const { account, partition, region } = Stack.of(this);
    const principals = [new ServicePrincipal('delivery.logs.amazonaws.com')];
    const fromHere = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
    };
    this.trailBucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DeliveryChecksBucket',
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [this.trailBucket.bucketArn],
        conditions: fromHere,
      }),
    );
    this.trailBucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AcceptDelivery',
        principals,
        actions: ['s3:PutObject'],
        resources: [this.trailBucket.arnForObjects(`AWSLogs/${account}/*`)],
        conditions: { ...fromHere, StringEquals: { ...fromHere.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
  }
}
