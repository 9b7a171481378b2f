import type { Neutral, Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const BEAT = 'presence/a-heartbeat';

const schedule = new WeakeningRows('AWS::Scheduler::Schedule', 'Heartbeats', 'the schedule of heartbeats');
const rule = new WeakeningRows('AWS::Events::Rule', 'EventsHeartbeat', 'the rule of heartbeats');
const alarm = new WeakeningRows('AWS::CloudWatch::Alarm', 'HeartbeatHeartbeatMissing', 'the alarm HeartbeatMissing');

/** The heartbeat from the schedule to the alarm. */
export const HEARTBEAT_ROWS: readonly Weakening[] = [
  schedule.gone(BEAT),
  schedule.set('State', 'DISABLED', BEAT),
  schedule.set('ScheduleExpression', 'rate(1 hour)', BEAT),
  schedule.set('FlexibleTimeWindow.Mode', 'FLEXIBLE', BEAT),
  schedule.set('Target.Arn', 'arn:aws:events:us-east-1:111122223333:event-bus/ours', BEAT),
  schedule.set('Target.Arn', 'arn:aws:events:us-west-2:111122223333:event-bus/default', BEAT),
  schedule.set('Target.RoleArn', 'arn:aws:iam::111122223333:role/anything', BEAT),
  schedule.set('Target.EventBridgeParameters.Source', 'baseline.other', BEAT),
  schedule.set('Target.EventBridgeParameters.DetailType', 'Other', BEAT),
  rule.gone(BEAT),
  rule.set('State', 'DISABLED', BEAT),
  rule.edit('by a role of its own', [], (properties) => {
    const [target] = properties['Targets'] as Record<string, unknown>[];
    if (target) target['RoleArn'] = 'arn:aws:iam::111122223333:role/anything';
  }, BEAT),
  alarm.gone(BEAT),
  alarm.set('TreatMissingData', 'notBreaching', BEAT),
  alarm.set('TreatMissingData', 'missing', BEAT),
  alarm.set('Threshold', 100, BEAT),
  alarm.set('Period', 60, BEAT),
  alarm.set('Dimensions.0.Value', 'another-topic', BEAT),
  alarm.add('ActionsEnabled', false, BEAT),
];

/** Properties of the schedule that carry nothing. */
export const HEARTBEAT_NEUTRAL: readonly Neutral[] = [
  { patterns: ['AWS::Scheduler::Schedule Description'], because: 'A text for people, who find what the schedule is for by its name, too.' },
  { patterns: ['AWS::Scheduler::Schedule ScheduleExpressionTimezone'], because: 'Every five minutes is every five minutes in any zone of time.' },
  { patterns: ['AWS::Scheduler::Schedule Target.Input'], because: 'What a heartbeat says: nothing, and no rule looks at it.' },
  {
    patterns: ['AWS::Scheduler::Schedule Target.RetryPolicy.*'],
    because: 'One that is not sent is missed a few minutes later; one that is sent late fills a gap of minutes at most.',
  },
];
