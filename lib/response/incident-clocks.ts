import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IncidentClocksEnvironment } from '../../lambda/incident-clocks/contract';
import { INCIDENT_CLOCKS_EVENT, SWEEPS_PREFIX } from '../../lambda/incident-clocks/contract';
import { INCIDENT_PREFIX } from '../../lambda/incident/contract';
import type { EnvironmentName } from '../config/environment';
import type { DetectionStack } from '../detection/detection-stack';
import type { Keys } from '../foundation/keys';
import { EncryptedQueue } from '../shared/encrypted-queue';
import type { AlarmRow } from '../shared/runbook-alarm';
import { RunbookAlarm } from '../shared/runbook-alarm';
import { SecureFunction } from '../shared/secure-function';
import type { EvidenceBucket } from './evidence-bucket';

/** Whose clocks, and who is told. */
export interface IncidentClocksProps {
  readonly environment: EnvironmentName;
  readonly keys: Keys;
  readonly evidence: EvidenceBucket;
  readonly detection: Pick<DetectionStack, 'privacyTopic' | 'securityTopic'>;
}

/** Within which it runs twice. */
const TWO_RUNS = Duration.hours(1);

/**
 * Tells the privacy and the security officer every day which clocks of which incidents run out: 164.404(b), 164.406(b), 164.408,
 * 164.410(b), 164.308(a)(6)(ii). It runs every half hour, so that a run that fails delays the mail by that and loses none; its silence
 * alarms.
 *
 * It reads the record of incidents, adds to it only that a day was told, and sees no PHI.
 */
export class IncidentClocks extends Construct {
  readonly clocks: SecureFunction;
  private readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, private readonly props: IncidentClocksProps) {
    super(scope, id);
    const { evidence, keys } = props;
    const { privacyTopic, securityTopic } = props.detection;
    this.deadLetters = new EncryptedQueue(this, 'Failed', { dataClass: 'operational', key: keys.messaging }).queue;
    const environment: IncidentClocksEnvironment = {
      EVIDENCE_BUCKET_NAME: evidence.bucket.bucketName,
      PRIVACY_TOPIC_ARN: privacyTopic.topicArn,
      SECURITY_TOPIC_ARN: securityTopic.topicArn,
    };
    this.clocks = new SecureFunction(this, 'Clocks', {
      bundle: 'incident-clocks',
      description: 'Tells officers every day which clocks of which incidents run out.',
      dataClass: 'operational',
      environment,
      logsKey: keys.logs,
      network: {
        outsideVpcBecause: 'The clocks publish to topics, which would need an endpoint of its own in the VPC, and reach no record of a patient.',
      },
      invocation: { deadLetterQueue: this.deadLetters },
      timeout: Duration.minutes(5),
      memoryMib: 256,
    });
    new Rule(this, 'Schedule', {
      description: 'Looks at the clocks of incidents.',
      schedule: Schedule.rate(Duration.minutes(30)),
      targets: [
        new LambdaFunction(this.clocks.function, { deadLetterQueue: this.deadLetters, retryAttempts: 2, maxEventAge: Duration.minutes(30) }),
      ],
    });
    this.alarms();

    for (const topic of [privacyTopic, securityTopic]) topic.grantPublish(this.clocks.policy);
    keys.messaging.grant(this.clocks.policy, 'kms:Decrypt', 'kms:GenerateDataKey*');
    const { role } = this.clocks.function;
    if (role) this.clocks.policy.addStatements(...evidence.allowUse(role, [SWEEPS_PREFIX], [INCIDENT_PREFIX]));
  }

  private alarms(): void {
    const { privacyTopic, securityTopic } = this.props.detection;
    const rows: readonly AlarmRow[] = [
      {
        id: 'IncidentClocksFailed',
        description: 'A run of the clocks of incidents failed three times: officers may not have been told what is due.',
        metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
      },
      {
        id: 'IncidentClocksBroken',
        description: 'A record of an incident is not whole: its clocks run on, and nobody is told of them.',
        metric: this.broken().metric({ statistic: Stats.SUM, period: Duration.minutes(5) }),
      },
      {
        id: 'IncidentClocksSilent',
        description: 'For an hour, nothing looked at the clocks of incidents.',
        metric: this.clocks.function.metricInvocations({ statistic: Stats.SUM, period: TWO_RUNS }),
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
    ];
    for (const row of rows) new RunbookAlarm(this, row.id, { ...row, tell: [securityTopic, privacyTopic] });
  }

  private broken(): MetricFilter {
    return new MetricFilter(this, 'IncidentClocksBrokenFilter', {
      logGroup: this.clocks.logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.event', '=', INCIDENT_CLOCKS_EVENT),
        FilterPattern.numberValue('$.broken', '>=', 1),
      ),
      metricNamespace: `Baseline/${this.props.environment}/Evidence`,
      metricName: 'IncidentClocksBroken',
      metricValue: '1',
      defaultValue: 0,
    });
  }
}
