import { Lazy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { INCIDENT_PREFIX } from '../../lambda/incident/contract';
import type { EnvironmentConfig } from '../config/environment';
import { archiveLock } from '../shared/archive-lock';
import { denyUnlessBreakGlass } from '../shared/break-glass-deny';
import { archiveAdministrators, breakGlassRoleArn } from '../shared/fixed-names';
import { SecureBucket } from '../shared/secure-bucket';

/** What the bucket is built from. */
export interface EvidenceBucketProps {
  readonly config: EnvironmentConfig;
  /** Encrypts this bucket and nothing else. */
  readonly key: IKey;
  readonly accessLogBucket: IBucket;
}

/**
 * Where the record of every incident is, with what was captured for it: locked for six years, closed to writers that are not named
 * here, and each object written once, never over another. 164.308(a)(6)(ii), 164.414(b), 164.530(j), 164.316(b)(2)(i).
 *
 * Who writes entry n of a record is the first who did, since a write without `If-None-Match` is refused: no second one can lay another
 * version over it. That holds for requests of one part; one of several parts is refused altogether.
 */
export class EvidenceBucket extends Construct {
  readonly bucket: IBucket;
  private readonly writers: string[] = [];
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { config, key, accessLogBucket }: EvidenceBucketProps) {
    super(scope, id);
    this.key = key;
    this.bucket = new SecureBucket(this, 'Records', {
      dataClass: 'audit',
      encryption: { by: 'customerKey', key },
      accessLogging: { to: accessLogBucket, prefix: 'incident-evidence/' },
      retentionDays: config.retention.archiveDays,
      administrators: archiveAdministrators(this, config.name),
      lock: archiveLock(config),
      unreplicatedBecause:
        'The record of incidents is in the backup plan, whose daily copy in the recovery Region a replication rule would repeat.',
      insteadOfReplication: 'back up daily with a copy in the recovery Region, and lock every version for six years',
    }).bucket;
    this.bucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        // An entry that anybody could add would be believed as the word of whoever answers for the incident.
        sid: 'DenyForeignEntries',
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        exceptRoleArns: Lazy.list({ produce: () => [breakGlassRoleArn(this, config.name), ...this.writers] }),
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DenyOverwriting',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
  }

  /** Lets a role past the refusal of foreign entries; what it may write, its own policy says. */
  admit(role: IRole): void {
    this.writers.push(role.roleArn);
  }

  /** Lets a role past the refusal of foreign entries, and returns what its policy has to allow: to add below `incidents/`. */
  allowAppend(role: IRole): PolicyStatement {
    this.admit(role);
    return new PolicyStatement({
      sid: 'AppendToRecords',
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnForObjects(`${INCIDENT_PREFIX}*`)],
    });
  }

  /**
   * Lets the role of a function past the refusal of foreign entries, and returns what its policy has to allow: to add objects below some
   * prefixes, to find and read those below these and others, and to use the bucket's key for nothing else.
   */
  allowUse(role: IRole, adds: readonly string[], reads: readonly string[] = []): PolicyStatement[] {
    this.admit(role);
    const below = (prefixes: readonly string[]) => prefixes.map((prefix) => `${prefix}*`);
    const seen = below([...adds, ...reads]);
    return [
      new PolicyStatement({
        sid: 'AddEvidence',
        actions: ['s3:PutObject'],
        resources: below(adds).map((pattern) => this.bucket.arnForObjects(pattern)),
      }),
      new PolicyStatement({
        sid: 'ReadEvidence',
        actions: ['s3:GetObject'],
        resources: seen.map((pattern) => this.bucket.arnForObjects(pattern)),
      }),
      new PolicyStatement({
        sid: 'FindEvidence',
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': seen } },
      }),
      new PolicyStatement({
        sid: 'UseKeyOfEvidenceThroughS3',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com`,
            'kms:EncryptionContext:aws:s3:arn': this.bucket.bucketArn,
          },
        },
      }),
    ];
  }
}
