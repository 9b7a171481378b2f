import type { Resource } from '../../model/environment';
import { once } from '../../model/once';
import { flagAt, numberAt, recordsAt, textAt, valueAt } from '../../model/read';
import { alarmState, type AlarmProperties, type AlarmState } from '../../simulation/alarm-state';
import { CannotTell } from '../../verdict';

/**
 * State of an alarm over one period in which these values were published.
 *
 * @throws CannotTell for an alarm over an expression or a percentile, or with a comparison that is not simulated.
 */
export function stateOf(alarm: Resource, values: readonly number[]): AlarmState {
  try {
    return alarmState(alarmRuleOf(alarm), values);
  } catch (error) {
    if (error instanceof CannotTell) throw error;
    throw new CannotTell(`${alarm.name} is not simulated: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * The part of an alarm that decides when it rings. How many periods it looks at is judged apart: each of them is taken to show the same.
 *
 * @throws CannotTell for an alarm over an expression or a percentile.
 */
export const alarmRuleOf = once((alarm: Resource): AlarmProperties => {
  if (recordsAt(alarm, 'Metrics').length > 0)
    throw new CannotTell(`${alarm.name} is over an expression of metrics, which is not simulated`);
  if (valueAt(alarm, 'ExtendedStatistic') !== undefined) throw new CannotTell(`${alarm.name} is over a percentile, which is not simulated`);
  return {
    ActionsEnabled: flagAt(alarm, 'ActionsEnabled') ?? true,
    ComparisonOperator: textAt(alarm, 'ComparisonOperator') ?? '',
    EvaluationPeriods: 1,
    MetricName: textAt(alarm, 'MetricName') ?? '',
    Namespace: textAt(alarm, 'Namespace') ?? '',
    Period: numberAt(alarm, 'Period') ?? 0,
    Statistic: textAt(alarm, 'Statistic') ?? 'Average',
    Threshold: numberAt(alarm, 'Threshold') ?? Number.NaN,
    TreatMissingData: textAt(alarm, 'TreatMissingData') ?? 'missing',
  };
});

/** How many bad periods an alarm waits for. */
export function badPeriodsOf(alarm: Resource): number {
  return numberAt(alarm, 'DatapointsToAlarm') ?? numberAt(alarm, 'EvaluationPeriods') ?? Number.NaN;
}

/** Seconds that an alarm looks back over. */
export function spanOf(alarm: Resource): number {
  return (numberAt(alarm, 'Period') ?? Number.NaN) * (numberAt(alarm, 'EvaluationPeriods') ?? Number.NaN);
}
