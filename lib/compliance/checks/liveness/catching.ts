import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, recordsAt, textsAt, toNumber, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { badPeriodsOf, stateOf } from './alarm-rule';
import { takersOf } from './deliveries';
import { alarmsOver, filledMetricsOf, matchesLine, type LogGroup } from './metric-filters';

type Json = Readonly<Record<string, unknown>>;

/** Lines beside the one that matters, each of which publishes what a filter says of lines that do not match. */
const OTHER_LINES = 3;

/** {@link alarmsRungBy}: whether there is any. */
export function ringsFor(environment: EnvironmentModel, group: LogGroup, line: unknown, times = 1): boolean {
  return alarmsRungBy(environment, group, line, times).length > 0;
}

/**
 * The alarms that tell somebody when a line is written to a log group so many times within one period: a filter of the group matches it,
 * and an alarm over its metric rings on the first bad period and acts.
 *
 * @throws CannotTell on a pattern or alarm that is not understood.
 */
export function alarmsRungBy(environment: EnvironmentModel, group: LogGroup, line: unknown, times = 1): readonly Resource[] {
  return filledMetricsOf(environment)
    .filter((metric) => metric.group === group && matchesLine(metric.filter, line))
    .flatMap((metric) => {
      const value = toNumber(metric.transformation['MetricValue']) ?? fieldOf(line, String(metric.transformation['MetricValue']));
      const fallback = toNumber(metric.transformation['DefaultValue']);
      const values = value === undefined ? [] : [...Array<number>(times).fill(value), ...(fallback === undefined ? [] : Array<number>(OTHER_LINES).fill(fallback))];
      return alarmsOver(environment, metric.transformation).filter((alarm) => acts(alarm) && badPeriodsOf(alarm) === 1 && stateOf(alarm, values) === 'ALARM');
    });
}

/** Log groups that a trail delivers to: of these templates, or where others run the trail, the one that they named. */
export function trailGroupsOf(environment: EnvironmentModel): readonly LogGroup[] {
  const adopted = environment.adopted('AWS::CloudTrail::Trail') && environment.adopted('AWS::Logs::LogGroup');
  const own = environment.of('AWS::CloudTrail::Trail').flatMap((trail) => environment.at(valueAt(trail, 'CloudWatchLogsLogGroupArn'), 'AWS::Logs::LogGroup') ?? []);
  return adopted ? [...own, adopted] : own;
}

/** Whether an alarm does anything when it rings. */
export function acts(alarm: Resource): boolean {
  return flagAt(alarm, 'ActionsEnabled') !== false && textsAt(alarm, 'AlarmActions').length > 0;
}

function fieldOf(line: unknown, selector: string): number | undefined {
  return isJson(line) ? toNumber(line[selector.replace(/^\$\./, '')]) : undefined;
}

/**
 * Whether a rule that is on takes an event of EventBridge, and has a target for it that is no function: a function that looks into the
 * matter tells nobody of it. A call that changes nothing reaches only a rule that asks for such.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function isTaken(environment: EnvironmentModel, event: Json): boolean {
  return takersOf(environment, event).some((rule) =>
    recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn)?.type !== 'AWS::Lambda::Function'),
  );
}

/**
 * The topics that rules which are on tell of an event of EventBridge.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function topicsToldOf(environment: EnvironmentModel, event: Json): ReadonlySet<Resource> {
  const targets = takersOf(environment, event).flatMap((rule) => recordsAt(rule, 'Targets'));
  return new Set(targets.flatMap(({ Arn }) => environment.at(Arn, 'AWS::SNS::Topic') ?? []));
}

/**
 * Whether a rule that is on starts a function on an event of EventBridge.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function isStartedBy(environment: EnvironmentModel, each: Resource, event: Json): boolean {
  return takersOf(environment, event).some((rule) =>
    recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn, each.type) === each),
  );
}

/**
 * Whether an alarm over the trail's log group tells somebody when a management event happens so many times within five minutes. A rule does
 * not stand in its place: it hears of one Region, and does not count.
 *
 * @param record as CloudTrail writes it, with `eventName` and `eventSource`.
 * @throws CannotTell on a pattern or alarm that is not understood.
 */
export function ringsOverTrail(environment: EnvironmentModel, record: Json, times = 1): boolean {
  return trailGroupsOf(environment).some((group) => ringsFor(environment, group, record, times));
}

/** A management event as EventBridge delivers it. */
export function onBus(record: Json): Json {
  const service = String(record['eventSource']).replace(/\.amazonaws\.com$/, '');
  const detailType = service === 'signin' ? 'AWS Console Sign In via CloudTrail' : 'AWS API Call via CloudTrail';
  return { source: `aws.${service}`, 'detail-type': detailType, detail: record };
}
