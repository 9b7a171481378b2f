import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { matchesEvent, MAX_EVENT_PATTERN_LENGTH } from '../../simulation/event-pattern';
import { sampleEvent } from '../../simulation/event-sample';
import { CannotTell } from '../../verdict';
import { ALL_EVENTS } from './catching';
import { minutesBetween } from './schedule';

/** Events that EventBridge delivers only to rules that ask for read-only management events. */
const READING = /^(?:Get|BatchGet|List|Describe|Decrypt|Lookup|Head)/;

/** A schedule never slower than this, in minutes, for what has to go on by itself. */
const SLOWEST_MINUTES = 24 * 60;

/** A rule is on, and its pattern can match: one that is switched off, or that nothing fits, detects nothing. */
export const rulesFire: Check = {
  id: 'liveness/rules-fire',
  claim: 'every rule is enabled, for read-only events too where it is about one, with a pattern that an event can match or a schedule of a day or less',
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Events::Rule'], '164.308(a)(1)(ii)(D)', faultsOf),
};

function faultsOf(rule: Resource): readonly Fault[] {
  const pattern = valueAt(rule, 'EventPattern');
  const state = textAt(rule, 'State') ?? 'ENABLED';
  const names = [...JSON.stringify(pattern ?? {}).matchAll(/"eventName":\[([^\]]*)\]/g)].flatMap(([, list = '']) => list.split(','));
  const expected = names.some((name) => READING.test(name.replaceAll('"', ''))) ? ALL_EVENTS : 'ENABLED';
  return [
    ...(state === expected || state === ALL_EVENTS ? [] : [{ property: 'State', value: state, expected }]),
    ...(pattern === undefined ? schedule(rule) : canMatch(rule, pattern)),
    // What AWS tells comes by the default bus, and by no other.
    ...([undefined, 'default'].includes(textAt(rule, 'EventBusName')) ? [] : [{ property: 'EventBusName', value: textAt(rule, 'EventBusName'), expected: 'the default bus' }]),
  ];
}

function canMatch(rule: Resource, pattern: unknown): readonly Fault[] {
  if (!isJson(pattern)) return [{ property: 'EventPattern', value: pattern, expected: 'a pattern' }];
  const { length } = JSON.stringify(pattern);
  if (length > MAX_EVENT_PATTERN_LENGTH) return [{ property: 'EventPattern', value: `${length} characters`, expected: `at most ${MAX_EVENT_PATTERN_LENGTH}` }];
  try {
    // A pattern without a source would take every event of the bus, also one that somebody made up; nobody but AWS can send as `aws.`.
    const sources = Array.isArray(pattern['source']) ? (pattern['source'] as readonly unknown[]) : [];
    const named = sources.length > 0 && sources.every((source) => typeof source === 'string' || (isJson(source) && source['prefix'] === 'aws.'));
    return named && matchesEvent(pattern, sampleEvent(pattern)) ? [] : [{ property: 'EventPattern', value: pattern, expected: 'a pattern with a source that some event matches' }];
  } catch {
    throw new CannotTell(`${rule.name} has a pattern that is not understood here`);
  }
}

function schedule(rule: Resource): readonly Fault[] {
  const fits = (minutesBetween(rule) ?? Number.POSITIVE_INFINITY) <= SLOWEST_MINUTES;
  return fits ? [] : [{ property: 'ScheduleExpression', value: valueAt(rule, 'ScheduleExpression'), expected: 'once a day or oftener' }];
}
