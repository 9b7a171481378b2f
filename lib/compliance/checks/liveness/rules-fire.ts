import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { matchesEvent } from '../../simulation/event-pattern';
import { sampleEvent } from '../../simulation/event-sample';
import { CannotTell } from '../../verdict';
import { minutesBetween } from './schedule';

/** Events that EventBridge delivers only to rules that ask for read-only management events. */
const READING = /^(?:Get|List|Describe|Decrypt|Lookup|Head)/;

const ALL_EVENTS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

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
  const isReading = JSON.stringify(pattern ?? {}).match(/"eventName":\[([^\]]*)\]/)?.[1]?.split(',').some((name) => READING.test(name.replaceAll('"', '')));
  const expected = isReading === true ? ALL_EVENTS : 'ENABLED';
  return [
    ...(state === expected || state === ALL_EVENTS ? [] : [{ property: 'State', value: state, expected }]),
    ...(pattern === undefined ? schedule(rule) : canMatch(rule, pattern)),
    // What AWS tells comes by the default bus, and by no other.
    ...([undefined, 'default'].includes(textAt(rule, 'EventBusName')) ? [] : [{ property: 'EventBusName', value: textAt(rule, 'EventBusName'), expected: 'the default bus' }]),
  ];
}

function canMatch(rule: Resource, pattern: unknown): readonly Fault[] {
  if (!isJson(pattern)) return [{ property: 'EventPattern', value: pattern, expected: 'a pattern' }];
  try {
    // A pattern without a source would take every event of the bus, also one that somebody made up.
    const named = Array.isArray(pattern['source']) && pattern['source'].length > 0 && pattern['source'].every((source) => typeof source === 'string');
    return named && matchesEvent(pattern, sampleEvent(pattern)) ? [] : [{ property: 'EventPattern', value: pattern, expected: 'a pattern with a source that some event matches' }];
  } catch {
    throw new CannotTell(`${rule.name} has a pattern that is not understood here`);
  }
}

function schedule(rule: Resource): readonly Fault[] {
  const fits = (minutesBetween(rule) ?? Number.POSITIVE_INFINITY) <= SLOWEST_MINUTES;
  return fits ? [] : [{ property: 'ScheduleExpression', value: valueAt(rule, 'ScheduleExpression'), expected: 'once a day or oftener' }];
}
