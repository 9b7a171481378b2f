import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { ServiceRole } from '../shared/service-role';

/** What a heartbeat looks like on the bus. */
export const HEARTBEAT = { source: 'baseline.heartbeat', 'detail-type': 'Heartbeat' } as const;

/** What takes it from there. */
export const HEARTBEAT_PATTERN = { source: [HEARTBEAT.source], 'detail-type': [HEARTBEAT['detail-type']] } as const;

/**
 * Puts a heartbeat on the default bus of its Region every five minutes: where the events start that have the longest way to go. Without a
 * dead-letter queue, since one that is not sent is missed where it should have arrived. 164.308(a)(6)(ii).
 *
 * By EventBridge Scheduler: a scheduled rule tells its own targets only, and no pattern of another rule ever sees it.
 */
export class HeartbeatSchedule extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { account } = Stack.of(this);
    const bus = EventBus.fromEventBusName(this, 'Bus', 'default');
    const sender = new ServiceRole(this, 'Sender', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      description: 'EventBridge Scheduler puts heartbeats on the default bus.',
    });
    sender.policy.addStatements(
      new PolicyStatement({
        sid: 'PutHeartbeats',
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': HEARTBEAT.source } },
      }),
    );
    const schedule = new Schedule(this, 'EveryFiveMinutes', {
      description: 'A heartbeat through the detections',
      schedule: ScheduleExpression.rate(Duration.minutes(5)),
      target: new EventBridgePutEvents(
        { eventBus: bus, source: HEARTBEAT.source, detailType: HEARTBEAT['detail-type'], detail: ScheduleTargetInput.fromObject({}) },
        // One that comes late would hide the gap.
        { role: sender.role, retryAttempts: 2, maxEventAge: Duration.minutes(2) },
      ),
    });
    sender.completeBefore(schedule);
  }
}
