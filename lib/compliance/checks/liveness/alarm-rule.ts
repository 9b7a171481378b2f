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
  const query = queryOf(alarm);
  if (!query && recordsAt(alarm, 'Metrics').length > 0)
    throw new CannotTell(`${alarm.name} is over an expression of metrics, which is not simulated`);
  if (valueAt(alarm, 'ExtendedStatistic') !== undefined) throw new CannotTell(`${alarm.name} is over a percentile, which is not simulated`);
  return {
    ActionsEnabled: flagAt(alarm, 'ActionsEnabled') ?? true,
    ComparisonOperator: textAt(alarm, 'ComparisonOperator') ?? '',
    EvaluationPeriods: 1,
    MetricName: query?.metricName ?? textAt(alarm, 'MetricName') ?? '',
    Namespace: query?.namespace ?? textAt(alarm, 'Namespace') ?? '',
    Period: periodOf(alarm) ?? 0,
    Statistic: query?.statistic ?? textAt(alarm, 'Statistic') ?? 'Average',
    Threshold: numberAt(alarm, 'Threshold') ?? Number.NaN,
    TreatMissingData: textAt(alarm, 'TreatMissingData') ?? 'missing',
  };
});

/** Seconds of one period. */
export function periodOf(alarm: Resource): number | undefined {
  return queryOf(alarm) ? numberAt(alarm, 'Metrics.0.Period') : numberAt(alarm, 'Period');
}

/** An alarm over a metric of everything that publishes it by one dimension, such as every rule of a Region. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly dimension: string;
}

const QUERY = /^SELECT (SUM|AVG|MIN|MAX|COUNT)\((\w+)\) FROM SCHEMA\("([\w/]+)", ?(\w+)\)$/;
const STATISTICS: Readonly<Record<string, string>> = { SUM: 'Sum', AVG: 'Average', MIN: 'Minimum', MAX: 'Maximum', COUNT: 'SampleCount' };

/** The query of an alarm over one alone, without conditions or groups; undefined for any other alarm. */
export function queryOf(alarm: Resource): MetricQuery | undefined {
  const [query, ...others] = recordsAt(alarm, 'Metrics');
  if (!query || others.length > 0 || query['ReturnData'] === false) return undefined;
  const [, aggregate = '', metricName, namespace, dimension] = QUERY.exec(String(query['Expression'])) ?? [];
  const statistic = STATISTICS[aggregate];
  if (statistic === undefined || metricName === undefined || namespace === undefined || dimension === undefined) return undefined;
  return { namespace, metricName, statistic, dimension };
}

/** How many bad periods an alarm waits for. */
export function badPeriodsOf(alarm: Resource): number {
  return numberAt(alarm, 'DatapointsToAlarm') ?? numberAt(alarm, 'EvaluationPeriods') ?? Number.NaN;
}

/** Seconds that an alarm looks back over. */
export function spanOf(alarm: Resource): number {
  return (periodOf(alarm) ?? Number.NaN) * (numberAt(alarm, 'EvaluationPeriods') ?? Number.NaN);
}
