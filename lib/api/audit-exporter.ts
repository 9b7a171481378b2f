import { Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AuditExporterEnvironment } from '../../lambda/audit-exporter/contract';
import { AUDIT_BATCH_PREFIX, AUDIT_EXPORTER_DATABASE_USER } from '../../lambda/audit-exporter/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { BesideAddress } from '../data/database-function';
import { DatabaseFunction } from '../data/database-function';
import type { Keys } from '../foundation/keys';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { auditExporterRoleName } from '../shared/fixed-names';
import type { SecureFunction } from '../shared/secure-function';

/** From where to where audit events go, and under which keys. */
export interface AuditExporterProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly keys: Keys;
  readonly database: IDatabaseInstance;
  /** The locked archive. */
  readonly auditBucket: IBucket;
}

/**
 * Carries, every minute, what the audit trail of the application gained into the locked archive, as signed batches, and writes one
 * even when there is nothing to carry: silence is an alarm. 164.312(b), 164.312(c)(1).
 *
 * It reads events, writes batches under one prefix, reads them back when a name is taken, and signs. It neither lists nor deletes, and
 * no other role signs or writes there.
 */
export class AuditExporter extends Construct {
  readonly exporter: SecureFunction;
  /** Runs that failed three times. Nothing in it need be repeated: every minute takes up the window that is unfinished. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, private readonly props: AuditExporterProps) {
    super(scope, id);
    const { auditBucket, config, database, keys } = props;
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: keys.messaging }).queue;
    const environment: BesideAddress<AuditExporterEnvironment> = {
      AUDIT_BUCKET_NAME: auditBucket.bucketName,
      SIGNING_KEY_ARN: keys.auditSigning.keyArn,
    };
    this.exporter = new DatabaseFunction(this, 'Exporter', {
      bundle: 'audit-exporter',
      description: 'Carries audit events from the database to the locked archive, as signed batches.',
      dataClass: 'audit',
      environment,
      logsKey: keys.logs,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      database,
      login: AUDIT_EXPORTER_DATABASE_USER,
      invocation: { deadLetterQueue: this.deadLetters },
      // Longer than the time limit of its transactions, so that the database ends a run before Lambda does.
      timeout: Duration.seconds(55),
      memoryMib: 512,
      reservedConcurrency: config.audit?.exporterReservedConcurrency,
      roleName: auditExporterRoleName(config.name),
    });
    new Rule(this, 'Schedule', {
      description: 'Exports audit events.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(this.exporter.function, { deadLetterQueue: this.deadLetters, retryAttempts: 1, maxEventAge: Duration.minutes(1) }),
      ],
    });

    this.exporter.policy.addStatements(
      new PolicyStatement({
        sid: 'WriteAndReadBackBatches',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [auditBucket.arnForObjects(`${AUDIT_BATCH_PREFIX}*`)],
      }),
      this.useOfAuditKey(),
      new PolicyStatement({
        sid: 'SignBatches',
        actions: ['kms:Sign'],
        resources: [keys.auditSigning.keyArn],
        conditions: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } },
      }),
    );
  }

  /** S3 encrypts and decrypts for the exporter, in this bucket and nowhere else. */
  private useOfAuditKey(): PolicyStatement {
    const { auditBucket, keys } = this.props;
    return new PolicyStatement({
      sid: 'UseKeyOfBatchesThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keys.audit.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': auditBucket.bucketArn,
        },
      },
    });
  }
}
