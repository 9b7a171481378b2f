import { Duration, Stack } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { TrailGuardianEnvironment } from '../../lambda/trail-guardian/contract';
import { trailArn, trailFilesPrefix } from '../../lambda/trail-guardian/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import { classify } from '../shared/data-class';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { SecureFunction } from '../shared/secure-function';
import type { AuditTrail } from './audit-trail';

/** What the guardian watches over. */
export interface TrailGuardianProps {
  readonly config: EnvironmentConfig;
  readonly trail: AuditTrail;
  /** Where the trail delivers to. */
  readonly archive: IBucket;
  readonly keys: Keys;
}

/**
 * Holds the live trail against its template every half hour, and at once when somebody changes the trail, its bucket's policy or its key;
 * starts logging again, at most three times in ten minutes; verifies the digests of the last day and every log file that they name.
 * 164.312(b), 164.312(c)(1), 164.308(a)(1)(ii)(D).
 *
 * It reads the trail and its files, and can do nothing but start that trail. What it finds is an alarm, and so is its silence. It changes
 * no other setting: whoever changed one is to be asked first.
 */
export class TrailGuardian extends Construct {
  readonly guardian: SecureFunction;
  /** Runs that failed three times: nothing was looked at. */
  readonly deadLetters: IQueue;
  /** When logging was started again lately: nothing secret. */
  private readonly restarts: IStringParameter;

  constructor(scope: Construct, id: string, private readonly props: TrailGuardianProps) {
    super(scope, id);
    const { config, keys, trail } = props;
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: keys.messaging }).queue;
    this.restarts = new StringParameter(this, 'Restarts', { description: 'When the guardian started the trail again', stringValue: '[]' });
    classify(this.restarts, 'operational');
    const environment: TrailGuardianEnvironment = {
      EXPECTED_TRAIL: Stack.of(this).toJsonString(trail.expected),
      RECOVERY_REGION: config.recoveryRegion,
      RESTARTS_PARAMETER_NAME: this.restarts.parameterName,
    };
    this.guardian = new SecureFunction(this, 'Guardian', {
      bundle: 'trail-guardian',
      description: 'Holds the live trail against its template, starts it again, and verifies its files.',
      dataClass: 'operational',
      environment,
      logsKey: keys.logs,
      network: {
        outsideVpcBecause: 'The guardian asks CloudTrail in several Regions for status and public keys, which no private endpoint of one VPC offers.',
      },
      invocation: { deadLetterQueue: this.deadLetters },
      timeout: Duration.minutes(10),
      memoryMib: 512,
    });
    this.runByClock();
    this.runOnChanges();

    this.guardian.policy.addStatements(...this.useOfTrail(), ...this.readingOfFiles(), this.useOfMemory());
  }

  private runByClock(): void {
    new Rule(this, 'Schedule', {
      description: 'Verifies the trail.',
      schedule: Schedule.rate(Duration.minutes(30)),
      targets: [this.target()],
    });
  }

  /** Events are the fast path only, since they may be lost: the schedule sees the same within half an hour. */
  private runOnChanges(): void {
    const { archive, keys } = this.props;
    const called = (source: string, eventName: string[], requestParameters?: Record<string, string[]>): EventPattern => ({
      source: [`aws.${source}`],
      detailType: ['AWS API Call via CloudTrail'],
      detail: { eventSource: [`${source}.amazonaws.com`], eventName, ...(requestParameters ? { requestParameters } : {}) },
    });
    new Rule(this, 'TrailChanged', {
      description: 'Verifies the trail when it is changed.',
      eventPattern: called('cloudtrail', ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors']),
      targets: [this.target()],
    });
    new Rule(this, 'BucketPolicyChanged', {
      description: 'Verifies the trail when the policy of its bucket is changed.',
      eventPattern: called('s3', ['PutBucketPolicy', 'DeleteBucketPolicy'], { bucketName: [archive.bucketName] }),
      targets: [this.target()],
    });
    new Rule(this, 'KeyChanged', {
      description: 'Verifies the trail when its key is changed.',
      eventPattern: called('kms', ['PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion'], { keyId: [keys.trail.keyId, keys.trail.keyArn] }),
      targets: [this.target()],
    });
  }

  private target(): LambdaFunction {
    return new LambdaFunction(this.guardian.function, { deadLetterQueue: this.deadLetters, retryAttempts: 2, maxEventAge: Duration.hours(1) });
  }

  private useOfTrail(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadAndStartTrail',
        actions: ['cloudtrail:GetEventSelectors', 'cloudtrail:GetInsightSelectors', 'cloudtrail:GetTrailStatus', 'cloudtrail:StartLogging'],
        resources: [trailArn(this.props.trail.expected)],
      }),
      new PolicyStatement({
        sid: 'FindTrailAndPublicKeys',
        // Neither action supports resource-level permissions.
        actions: ['cloudtrail:DescribeTrails', 'cloudtrail:ListPublicKeys'],
        resources: ['*'],
      }),
    ];
  }

  private readingOfFiles(): PolicyStatement[] {
    const { archive, keys, trail } = this.props;
    const { account, prefix } = trail.expected;
    return [
      new PolicyStatement({
        sid: 'ReadTrailFiles',
        actions: ['s3:GetObject'],
        resources: [archive.arnForObjects(`${trailFilesPrefix(prefix, account)}*`)],
      }),
      new PolicyStatement({
        sid: 'FindDigests',
        // Without a condition on the prefix: under one, S3 says of a missing object that it is forbidden, not that it is missing.
        actions: ['s3:ListBucket'],
        resources: [archive.bucketArn],
      }),
      new PolicyStatement({
        sid: 'UseKeyOfTrailThroughS3',
        // Without an encryption context: CloudTrail gives its own, and for digests sometimes none.
        actions: ['kms:Decrypt'],
        resources: [keys.trail.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
      }),
    ];
  }

  private useOfMemory(): PolicyStatement {
    return new PolicyStatement({ sid: 'RememberRestarts', actions: ['ssm:GetParameter', 'ssm:PutParameter'], resources: [this.restarts.parameterArn] });
  }
}
