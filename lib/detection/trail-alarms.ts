import { Duration } from 'aws-cdk-lib';
import { CfnAlarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import { RunbookAlarm } from '../shared/runbook-alarm';
import type { TrailDetection } from './detection';
import { recordDetection } from './detection-record';

/** What the alarms read and whom they tell. */
export interface TrailAlarmsProps {
  readonly environment: EnvironmentName;
  readonly detections: readonly TrailDetection[];
  /** Management events of the account trail. */
  readonly eventLogGroup: ILogGroup;
  readonly securityTopic: ITopic;
  readonly privacyTopic: ITopic;
}

/**
 * A metric filter and an alarm for each row of the table. An event counts one; the alarm sums over five minutes, so that a
 * single event reaches a threshold of one, which an average never would. 164.308(a)(1)(ii)(D).
 */
export class TrailAlarms extends Construct {
  constructor(scope: Construct, id: string, props: TrailAlarmsProps) {
    super(scope, id);
    const { environment, detections, eventLogGroup, securityTopic, privacyTopic } = props;
    for (const detection of detections) {
      const filter = new MetricFilter(this, `${detection.id}Filter`, {
        logGroup: eventLogGroup,
        filterPattern: FilterPattern.literal(detection.pattern),
        metricNamespace: `Baseline/${environment}/Trail`,
        metricName: detection.id,
        metricValue: '1',
        defaultValue: 0,
      });
      const alarm = new RunbookAlarm(this, detection.id, {
        description: `${detection.description} Evidence for ${detection.citations.join(', ')}.`,
        metric: filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) }),
        threshold: detection.threshold,
        tell: detection.tell === 'bothOfficers' ? [securityTopic, privacyTopic] : [securityTopic],
      });
      const resource = alarm.node.defaultChild;
      if (resource instanceof CfnAlarm) recordDetection(resource, detection);
    }
  }
}
