import type { Check } from '../../check';
import { missing, verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { decide } from '../../policy/evaluate';
import { identityOf, may } from '../../policy/identities';
import { longestGapDays } from '../../simulation/schedule';
import { alarmRuleOf, spanOf, stateOf } from '../liveness/alarm-rule';
import { acts } from '../liveness/catching';
import { deliveriesOf } from '../liveness/deliveries';

const SCHEDULER = 'scheduler.amazonaws.com';
const MINUTES_PER_DAY = 24 * 60;

/** Minutes between two heartbeats, at most: an hour of silence is to be noticed within it. */
const WITHIN = 15;

/** Detections that reach nobody look like a quiet day. 164.308(a)(6)(ii), 164.312(b). */
export const aHeartbeat: Check = {
  id: 'presence/a-heartbeat',
  claim: `a schedule sends an event over the bus, by the role of the detections, every ${WITHIN} minutes or oftener, and an alarm tells when none arrives`,
  citations: ['164.308(a)(6)(ii)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const schedules = environment.of('AWS::Scheduler::Schedule').filter((each) => isSent(environment, each) && isMissed(environment, each));
    return verdictOf(schedules, schedules.length > 0 ? [] : [missing(environment, '164.308(a)(6)(ii)', 'a heartbeat that arrives, and is missed when it does not')]);
  },
};

/** Whether the scheduler puts the event on a bus, often enough. */
function isSent(environment: EnvironmentModel, schedule: Resource): boolean {
  const bus = textAt(schedule, 'Target.Arn') ?? '';
  if (!isDefaultBus(environment, schedule, bus) || (textAt(schedule, 'State') ?? 'ENABLED') !== 'ENABLED') return false;
  if (!(gapMinutes(schedule) <= WITHIN)) return false;
  const role = identityOf(environment, valueAt(schedule, 'Target.RoleArn'));
  const context = { 'aws:SourceAccount': environment.place.account, 'events:source': textAt(schedule, 'Target.EventBridgeParameters.Source') ?? '' };
  const by = { kind: 'service', service: SCHEDULER } as const;
  const isTrusted = role && decide(role.trust, { by, action: 'sts:AssumeRole', resource: role.arn, context }) === 'allowed';
  return isTrusted === true && may(environment, role, { action: 'events:PutEvents', resource: bus, context });
}

function isDefaultBus({ place }: EnvironmentModel, { region }: Resource, arn: string): boolean {
  return new RegExp(`^arn:aws[\\w-]*:events:${region}:${place.account}:event-bus/default$`).test(arn);
}

/** A window within which a schedule may run adds to the time between two runs. */
function gapMinutes(schedule: Resource): number {
  const window = textAt(schedule, 'FlexibleTimeWindow.Mode') === 'OFF' ? 0 : Number(valueAt(schedule, 'FlexibleTimeWindow.MaximumWindowInMinutes') ?? Number.NaN);
  return longestGapDays(textAt(schedule, 'ScheduleExpression') ?? '') * MINUTES_PER_DAY + window;
}

/** Whether it arrives where an alarm misses it, and by the same role as what it stands for. */
function isMissed(environment: EnvironmentModel, schedule: Resource): boolean {
  const event = {
    source: textAt(schedule, 'Target.EventBridgeParameters.Source'),
    'detail-type': textAt(schedule, 'Target.EventBridgeParameters.DetailType'),
    detail: {},
  };
  const rolesOfDetections = environment
    .of('AWS::Events::Rule')
    .filter((rule) => sourcesOf(rule).some((source) => source.startsWith('aws.')))
    .flatMap((rule) => recordsAt(rule, 'Targets').map(({ RoleArn }) => RoleArn));
  return deliveriesOf(environment, event, schedule.region).some(({ target }) => {
    const topic = environment.at(target['Arn'], 'AWS::SNS::Topic');
    return topic !== undefined && rolesOfDetections.includes(target['RoleArn']) && environment.of('AWS::CloudWatch::Alarm').some((alarm) => misses(environment, alarm, topic, schedule));
  });
}

function sourcesOf(rule: Resource): readonly string[] {
  const pattern = valueAt(rule, 'EventPattern');
  const sources = isJson(pattern) && Array.isArray(pattern['source']) ? (pattern['source'] as readonly unknown[]) : [];
  return sources.map((source) => (isJson(source) ? String(source['prefix']) : String(source)));
}

function misses(environment: EnvironmentModel, alarm: Resource, topic: Resource, schedule: Resource): boolean {
  const isOver = textAt(alarm, 'Namespace') === 'AWS/SNS' && textAt(alarm, 'MetricName') === 'NumberOfMessagesPublished';
  const isAbout = recordsAt(alarm, 'Dimensions').some(({ Value }) => environment.at(Value, topic.type) === topic);
  if (!isOver || !isAbout || !acts(alarm)) return false;
  // A period shorter than the gap would ring at every beat.
  return stateOf(alarm, []) === 'ALARM' && stateOf(alarm, [1]) === 'OK' && alarmRuleOf(alarm).Period >= gapMinutes(schedule) * 60 && spanOf(alarm) <= 3600;
}
