/** The part of an alarm that decides when it rings. */
export interface AlarmProperties {
  readonly ActionsEnabled?: boolean;
  readonly AlarmActions?: readonly string[];
  readonly ComparisonOperator: string;
  readonly DatapointsToAlarm?: number;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly EvaluationPeriods: number;
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Period: number;
  readonly Statistic: string;
  readonly Threshold: number;
  readonly TreatMissingData?: string;
}

/** What CloudWatch would show. */
export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/**
 * State of an alarm over one period, given the values published in it: none means that the metric had no data.
 *
 * @throws Error on an alarm of more than one period, or a statistic or operator it does not know
 */
export function alarmState(alarm: AlarmProperties, values: readonly number[]): AlarmState {
  if (alarm.EvaluationPeriods !== 1 || (alarm.DatapointsToAlarm ?? 1) !== 1) throw new Error('The evaluator looks at one period.');
  if (values.length === 0) return missing(alarm.TreatMissingData ?? 'missing');
  return breaches(alarm, statisticOf(alarm.Statistic, values)) ? 'ALARM' : 'OK';
}

function missing(treatment: string): AlarmState {
  switch (treatment) {
    case 'notBreaching':
      return 'OK';
    case 'breaching':
      return 'ALARM';
    default:
      return 'INSUFFICIENT_DATA';
  }
}

function statisticOf(statistic: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new Error(`Unknown statistic ${statistic}.`);
  }
}

function breaches({ ComparisonOperator: operator, Threshold: threshold }: AlarmProperties, value: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`Unknown operator ${operator}.`);
  }
}
