import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { onceForText } from '../../model/once';
import { numberAt, recordsAt, textAt, toNumber } from '../../model/read';
import { sampleLine } from '../../simulation/filter-pattern';
import { CannotTell } from '../../verdict';
import { alarmRuleOf, badPeriodsOf, periodOf, queryOf, spanOf, stateOf } from './alarm-rule';
import { METRICS, type WatchedMetric } from './metrics-of-aws';
import { matchesLine, metricsUnder, type FilledMetric } from './metric-filters';

/** Single failures of sign-ins and calls are everyday; this many in one period are not. Anything else rings at once. */
const BURST = 20;
const FAILURES = /Fail|Denied|Unauthorized/i;

/** Seconds over which a burst is counted: over fewer, the same attack is spread too thin to see. */
const BURST_SECONDS = 300;

/** Seconds between two values of a metric that is not paid for by the second. */
const MINUTE = 60;

/** Seconds after which the news of an alarm is old. */
const LATEST = 3600;

/**
 * An alarm rings on one event of what it is for, and does not ring when nothing happens: pattern, metric, statistic, comparator, threshold,
 * periods and missing data taken together. An average of ones over "greater than one" looks right and never rings.
 */
export const alarmsFire: Check = {
  id: 'liveness/alarms-fire',
  claim: 'every alarm rings within the hour on a sample of what it watches, and is silent when there is none',
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CloudWatch::Alarm'], '164.308(a)(1)(ii)(D)', (alarm) => faultsOf(environment, alarm)),
};

function faultsOf(environment: EnvironmentModel, alarm: Resource): readonly Fault[] {
  const rule = alarmRuleOf(alarm);
  const metric = `${rule.Namespace} ${rule.MetricName}`;
  const known = METRICS[metric];
  const watched = known ?? filledMetric(environment, alarm);
  if (!watched)
    return [
      {
        property: 'MetricName',
        value: metric,
        expected: 'a metric of AWS that is known here, or one that a metric filter of these templates fills',
      },
    ];
  const { Statistic, ComparisonOperator, Threshold, TreatMissingData } = rule;
  const told = (values: readonly number[]): string =>
    `${values.join(', ') || 'no data'} for ${Statistic} ${ComparisonOperator} ${Threshold}, ${TreatMissingData} if missing`;
  return [
    ...watched.wrong
      .filter((values) => stateOf(alarm, values) !== 'ALARM')
      .map((values): Fault => ({ property: 'Threshold', value: `silent at ${told(values)}`, expected: 'ALARM' })),
    ...(stateOf(alarm, watched.well) === 'OK' ? [] : [{ property: 'Threshold', value: `not OK at ${told(watched.well)}`, expected: 'OK' }]),
    ...periods(alarm, watched),
    // A unit that the metric is not published in is another metric, which is empty.
    ...expectAbsent(alarm, 'Unit'),
    ...dimensions(environment, alarm, watched),
  ];
}

/** One event is in one period: an alarm that waits for a second bad one does not hear of it. */
function periods(alarm: Resource, { isEvent, isBurst }: WatchedMetric): readonly Fault[] {
  const period = periodOf(alarm) ?? 0;
  return [
    ...(badPeriodsOf(alarm) === 1 || (!isEvent && badPeriodsOf(alarm) > 1)
      ? []
      : [{ property: 'EvaluationPeriods', value: badPeriodsOf(alarm), expected: '1 bad period' }]),
    ...(period >= MINUTE && spanOf(alarm) <= LATEST
      ? []
      : [
          {
            property: 'Period',
            value: `${spanOf(alarm)} s in all`,
            expected: `periods of ${MINUTE} s or more, ${LATEST} s in all at most`,
          },
        ]),
    ...(isBurst && period < BURST_SECONDS
      ? [{ property: 'Period', value: period, expected: `at least ${BURST_SECONDS} s, for what counts only in numbers` }]
      : []),
  ];
}

/** What the filters that fill the alarm's metric publish for a line that they must match. */
function filledMetric(environment: EnvironmentModel, alarm: Resource): WatchedMetric | undefined {
  const filled = metricsUnder(environment, alarm);
  const samples = filled.map((metric) => sampleOf(metric, numberAt(alarm, 'Threshold') ?? 0));
  const [first] = samples;
  if (!first || samples.includes(undefined)) return undefined;
  return { ...first, wrong: samples.flatMap((sample) => sample?.wrong ?? []) };
}

/** A filter publishes a number, or a field of the line: then a line is tried whose field is just beyond what the alarm tolerates. */
function sampleOf({ filter, group, transformation }: FilledMetric, threshold: number): WatchedMetric | undefined {
  if (!group || !matchesItsSample(filter)) return undefined;
  const value = String(transformation['MetricValue']);
  // Who reports his own delay must not be excused for silence.
  // It grows while nobody looks: the last value of a period counts, and not the mean with those before.
  if (value.startsWith('$')) return { wrong: [[0, threshold + 1], []], well: [0], isEvent: false, isBurst: false };
  const published = toNumber(value);
  if (published === undefined) return undefined;
  const isBurst = FAILURES.test(textAt(filter, 'FilterPattern') ?? '');
  const fallback = toNumber(transformation['DefaultValue']);
  // Lines that do not match publish the fallback beside what does.
  const others = fallback === undefined ? [] : [fallback, fallback, fallback];
  return { wrong: [[...Array<number>(isBurst ? BURST : 1).fill(published), ...others]], well: others, isEvent: true, isBurst };
}

const sampleOfPattern = onceForText(sampleLine);

function matchesItsSample(filter: Resource): boolean {
  try {
    return matchesLine(filter, sampleOfPattern(textAt(filter, 'FilterPattern') ?? ''));
  } catch {
    throw new CannotTell(`${filter.name} has a pattern that is not understood here`);
  }
}

/** A metric of AWS is about one thing, which dimensions name; one of a filter has none, and with any would be another metric. */
function dimensions(environment: EnvironmentModel, alarm: Resource, { dimensions: types }: WatchedMetric): readonly Fault[] {
  const given = recordsAt(alarm, 'Dimensions');
  if (!types) return expectAbsent(alarm, 'Dimensions');
  const query = queryOf(alarm);
  if (query) return Object.hasOwn(types, query.dimension) ? [] : [{ property: 'Metrics.0.Expression', value: query.dimension, expected: `one of ${Object.keys(types).join(', ')}` }];
  const isOurs = given.length > 0 && given.every(({ Name, Value }) => environment.at(Value, types[String(Name)] ?? 'none') !== undefined);
  return isOurs
    ? []
    : [{ property: 'Dimensions', value: given, expected: `resources of these templates, by ${Object.keys(types).join(', ')}` }];
}
