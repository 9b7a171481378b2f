import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What an alarm means, and when it rings. */
export interface AlarmRow {
  /** Construct id, and heading of its entry in the runbook. */
  readonly id: string;
  /** What it means, as sentences. */
  readonly description: string;
  readonly metric: IMetric;
  /** @default 1 */
  readonly threshold?: number;
  /** @default reached or exceeded */
  readonly comparison?: ComparisonOperator;
  /** @default not breaching */
  readonly missing?: TreatMissingData;
}

/** A row without its id, which is the construct's, and whom it tells. */
export interface RunbookAlarmProps extends Omit<AlarmRow, 'id'> {
  readonly tell: readonly ITopic[];
}

/**
 * An alarm that rings on one bad period, points to its entry in the runbook, and tells each of the topics. 164.308(a)(6)(ii),
 * 164.308(a)(1)(ii)(D).
 *
 * A kind of alarm and not a construct around one: alarms would all be replaced under new logical ids.
 */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, { description, metric, threshold = 1, comparison, missing, tell }: RunbookAlarmProps) {
    super(scope, id, {
      alarmDescription: `${description} What to do: docs/runbook.md, ${id}.`,
      metric,
      threshold,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
    for (const topic of tell) this.addAlarmAction(new SnsAction(topic));
  }
}
