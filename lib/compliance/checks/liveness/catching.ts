import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, recordsAt, textAt, textsAt, toNumber, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { matchesEvent } from '../../simulation/event-pattern';
import { CannotTell } from '../../verdict';
import { badPeriodsOf, stateOf } from './alarm-rule';
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

function acts(alarm: Resource): boolean {
  return flagAt(alarm, 'ActionsEnabled') !== false && textsAt(alarm, 'AlarmActions').length > 0;
}

function fieldOf(line: unknown, selector: string): number | undefined {
  return isJson(line) ? toNumber(line[selector.replace(/^\$\./, '')]) : undefined;
}

/** The state of a rule in which it is told of calls that change nothing, too. */
export const ALL_EVENTS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/**
 * Whether a rule that is on takes an event of EventBridge, and has a target for it that is no function: a function that looks into the
 * matter tells nobody of it. A call that changes nothing reaches only a rule that asks for such.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function isTaken(environment: EnvironmentModel, event: Json): boolean {
  return environment.of('AWS::Events::Rule').some((rule) => {
    const pattern = valueAt(rule, 'EventPattern');
    if (!isOn(rule, event) || !isJson(pattern)) return false;
    return recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn)?.type !== 'AWS::Lambda::Function') && takes(rule, pattern, event);
  });
}

/**
 * Whether a rule that is on starts a function on an event of EventBridge.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function isStartedBy(environment: EnvironmentModel, each: Resource, event: Json): boolean {
  return environment.of('AWS::Events::Rule').some((rule) => {
    const pattern = valueAt(rule, 'EventPattern');
    if (!isOn(rule, event) || !isJson(pattern)) return false;
    return recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn, each.type) === each) && takes(rule, pattern, event);
  });
}

function isOn(rule: Resource, event: Json): boolean {
  const state = textAt(rule, 'State') ?? 'ENABLED';
  const isReading = isJson(event['detail']) && event['detail']['readOnly'] === true;
  return state === ALL_EVENTS || (state === 'ENABLED' && !isReading);
}

function takes(rule: Resource, pattern: Json, event: Json): boolean {
  try {
    return matchesEvent(pattern, event);
  } catch {
    throw new CannotTell(`${rule.name} has a pattern that is not understood here`);
  }
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
