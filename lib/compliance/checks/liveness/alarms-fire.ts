import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, numberAt, recordsAt, textAt, toNumber } from '../../model/read';
import { alarmState, type AlarmProperties } from '../../simulation/alarm-state';
import { sampleLine, compileFilterPattern } from '../../simulation/filter-pattern';
import { CannotTell } from '../../verdict';

/** What a metric of AWS shows in a period when the thing it counts goes wrong, and when all is well. Absent: no data at all. */
const METRICS: Readonly<Record<string, { readonly wrong: readonly number[]; readonly well: readonly number[] }>> = {
  'AWS/Lambda Errors': { wrong: [5], well: [0] },
  'AWS/Lambda Throttles': { wrong: [5], well: [0] },
  'AWS/Lambda Invocations': { wrong: [], well: [1, 1, 1, 1] },
  'AWS/ApplicationELB HTTPCode_ELB_5XX_Count': { wrong: [10], well: [] },
  'AWS/ApplicationELB HTTPCode_Target_5XX_Count': { wrong: [10], well: [] },
  'AWS/ApplicationELB UnHealthyHostCount': { wrong: [1], well: [0] },
  'AWS/SQS ApproximateNumberOfMessagesVisible': { wrong: [1], well: [0] },
  'AWS/RDS FreeStorageSpace': { wrong: [1024 ** 3], well: [100 * 1024 ** 3] },
  'AWS/RDS CPUUtilization': { wrong: [99], well: [5] },
};

/** Single failures of sign-ins and calls are everyday; this many in one period are not. Anything else rings at once. */
const BURST = 20;
const FAILURES = /Fail|Denied|Unauthorized/i;

/**
 * An alarm rings on one event of what it is for, and does not ring when nothing happens: pattern, metric, statistic, comparator, threshold
 * and missing data taken together. An average of ones over "greater than one" looks right and never rings.
 */
export const alarmsFire: Check = {
  id: 'liveness/alarms-fire',
  claim: 'every alarm rings on a sample of what it watches, and is silent when there is none',
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CloudWatch::Alarm'], '164.308(a)(1)(ii)(D)', (alarm) =>
      recordsAt(alarm, 'Metrics').length > 0 ? cannotSimulate(alarm) : faultsOf(environment, alarm),
    ),
};

function cannotSimulate(alarm: Resource): never {
  throw new CannotTell(`${alarm.name} is over an expression of metrics, which is not simulated`);
}

function faultsOf(environment: EnvironmentModel, alarm: Resource): readonly Fault[] {
  const metric = `${textAt(alarm, 'Namespace')} ${textAt(alarm, 'MetricName')}`;
  const known = METRICS[metric];
  const values = known ?? valuesOfFilters(environment, alarm);
  if (!values) return [{ property: 'MetricName', value: metric, expected: 'a metric of AWS that is known here, or one that a metric filter of these templates fills' }];
  const rule = ruleOf(alarm);
  return [
    ...(alarmState(rule, values.wrong) === 'ALARM' ? [] : [{ property: 'Threshold', value: `silent at ${describe(rule, values.wrong)}`, expected: 'ALARM' }]),
    ...(alarmState(rule, values.well) === 'OK' ? [] : [{ property: 'Threshold', value: `not OK at ${describe(rule, values.well)}`, expected: 'OK' }]),
    ...(known ? dimensions(environment, alarm) : []),
  ];
}

/** What every filter that fills the alarm's metric publishes for a line it must match; the worst of them counts. */
function valuesOfFilters(environment: EnvironmentModel, alarm: Resource): { wrong: readonly number[]; well: readonly number[] } | undefined {
  const filters = environment.of('AWS::Logs::MetricFilter').flatMap((filter) =>
    recordsAt(filter, 'MetricTransformations')
      .filter(({ MetricName, MetricNamespace }) => MetricName === textAt(alarm, 'MetricName') && MetricNamespace === textAt(alarm, 'Namespace'))
      .map((transformation) => ({ filter, transformation })),
  );
  const [first] = filters;
  if (!first || !environment.at(textAt(first.filter, 'LogGroupName'), 'AWS::Logs::LogGroup')) return undefined;
  const published = publishedFor(first.filter, String(first.transformation['MetricValue']), numberAt(alarm, 'Threshold') ?? 0);
  const isGauge = /^\$/.test(String(first.transformation['MetricValue']));
  const fallback = toNumber(first.transformation['DefaultValue']);
  const isBurst = FAILURES.test(textAt(first.filter, 'FilterPattern') ?? '');
  return published === undefined ? undefined : { wrong: Array<number>(isBurst ? BURST : 1).fill(published), well: isGauge ? [0] : fallback === undefined ? [] : [fallback] };
}

/** A filter publishes a number, or a field of the line: then a line is tried whose field is just beyond what the alarm tolerates. */
function publishedFor(filter: Resource, value: string, threshold: number): number | undefined {
  const pattern = textAt(filter, 'FilterPattern') ?? '';
  try {
    const line = sampleLine(pattern);
    if (!compileFilterPattern(pattern)(line)) return undefined;
    return value.startsWith('$') ? threshold + 1 : toNumber(value);
  } catch {
    throw new CannotTell(`${filter.name} has a pattern that is not understood here`);
  }
}

function ruleOf(alarm: Resource): AlarmProperties {
  return {
    ActionsEnabled: flagAt(alarm, 'ActionsEnabled') ?? true,
    ComparisonOperator: textAt(alarm, 'ComparisonOperator') ?? '',
    DatapointsToAlarm: numberAt(alarm, 'DatapointsToAlarm') ?? 1,
    // An alarm of several periods is judged as if each of them had the same sample.
    EvaluationPeriods: 1,
    MetricName: textAt(alarm, 'MetricName') ?? '',
    Namespace: textAt(alarm, 'Namespace') ?? '',
    Period: numberAt(alarm, 'Period') ?? 0,
    Statistic: textAt(alarm, 'Statistic') ?? 'Average',
    Threshold: numberAt(alarm, 'Threshold') ?? Number.NaN,
    TreatMissingData: textAt(alarm, 'TreatMissingData') ?? 'missing',
  };
}

/** A metric of AWS is about one thing: a dimension that names nothing of these templates counts somebody else's. */
function dimensions(environment: EnvironmentModel, alarm: Resource): readonly Fault[] {
  const given = recordsAt(alarm, 'Dimensions');
  const isOurs = given.length > 0 && given.every(({ Value }) => environment.at(Value) !== undefined);
  return isOurs ? [] : [{ property: 'Dimensions', value: given, expected: 'resources of these templates' }];
}

function describe({ Statistic, ComparisonOperator, Threshold, TreatMissingData }: AlarmProperties, values: readonly number[]): string {
  const what = values.length === 0 ? `no data (${TreatMissingData ?? 'missing'})` : values.join(', ');
  return `${what} for ${Statistic} ${ComparisonOperator} ${Threshold}`;
}
