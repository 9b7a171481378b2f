import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { archiveAdministrators } from '../shared/fixed-names';
import { SecureBucket } from '../shared/secure-bucket';

/** What the unlocked log buckets need. */
export interface LogLandingProps {
  readonly config: EnvironmentConfig;
  /** Must allow AWS Config. */
  readonly auditKey: IKey;
}

/**
 * The three kinds of log that AWS cannot deliver to a locked bucket, a bucket each: versioned, and nobody but break-glass
 * can delete. Object Lock would stop S3 access logs in silence; AWS Config refuses it. 164.312(b).
 */
export class LogLanding extends Construct {
  readonly accessLogBucket: IBucket;
  readonly albLogBucket: IBucket;
  readonly configBucket: IBucket;

  constructor(scope: Construct, id: string, { config, auditKey }: LogLandingProps) {
    super(scope, id);
    const common = {
      dataClass: 'audit',
      retentionDays: config.retention.archiveDays,
      administrators: archiveAdministrators(this, config.name),
    } as const;
    this.accessLogBucket = new SecureBucket(this, 'AccessLogs', {
      ...common,
      encryption: { by: 's3ManagedKey', because: 'S3 server access logs can be delivered only to a bucket that uses S3-managed keys; with a customer key none arrive.' },
      accessLogging: 'isTheTarget',
      unreplicatedBecause: 'Server access logs are delivered on a best-effort basis and are themselves the second record beside CloudTrail data events.',
      insteadOfReplication: 'keep the same events in the locked archive as CloudTrail data events',
    }).bucket;
    this.albLogBucket = new SecureBucket(this, 'LoadBalancerLogs', {
      ...common,
      encryption: { by: 's3ManagedKey', because: 'Load balancer access and connection logs can be delivered only to a bucket that uses S3-managed keys.' },
      accessLogging: { to: this.accessLogBucket, prefix: 'load-balancer-logs/' },
      unreplicatedBecause: 'Load balancer logs repeat what the API writes to its own log group, and hold no PHI because no route carries any in its URL.',
      insteadOfReplication: 'keep the request log of the API in an encrypted log group for six years',
    }).bucket;
    this.configBucket = new SecureBucket(this, 'Config', {
      ...common,
      encryption: { by: 'customerKey', key: auditKey },
      accessLogging: { to: this.accessLogBucket, prefix: 'config/' },
      unreplicatedBecause: 'AWS Config keeps the history of every resource itself; the bucket is the copy, and a copy of the copy would add nothing.',
      insteadOfReplication: 'rely on the configuration timeline that AWS Config retains beside this bucket',
    }).bucket;

    this.acceptAccessLogs();
    this.acceptConfigHistory();
  }

  /** One statement for every bucket of the account, whichever stack it is in. */
  private acceptAccessLogs(): void {
    this.accessLogBucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AcceptAccessLogs',
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.accessLogBucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  private acceptConfigHistory(): void {
    const { account } = Stack.of(this);
    const principals = [new ServicePrincipal('config.amazonaws.com')];
    this.configBucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ConfigChecksBucket',
        principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [this.configBucket.bucketArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    this.configBucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AcceptConfigHistory',
        principals,
        actions: ['s3:PutObject'],
        resources: [this.configBucket.arnForObjects(`AWSLogs/${account}/Config/*`)],
        conditions: { StringEquals: { 'aws:SourceAccount': account, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
  }
}
