import { Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { acceptUndelivered, deliver, metricFailedDeliveries, metricUndelivered } from '../shared/event-delivery';
import { RunbookAlarm } from '../shared/runbook-alarm';
import { ServiceRole } from '../shared/service-role';
import { deployedPattern, eventPatternOf } from './exemption';
import { HEARTBEAT_PATTERN } from './heartbeat-schedule';
import { identityCalls } from './identity-calls';

/** Of which environment, and who is told of what could not be sent on. */
export interface EventForwarderProps {
  readonly config: EnvironmentConfig;
  /** Of the topic and the queue; must allow CloudWatch and EventBridge. */
  readonly key: IKey;
  readonly topic: ITopic;
}

/**
 * Sends events of global services on to the default bus of the home Region: those that a rule there takes, by the very pattern of that rule,
 * and the heartbeat. By a role, which is all that a bus of the same account asks for. What cannot be sent on is kept and alarms.
 */
export class EventForwarder extends Construct {
  constructor(scope: Construct, id: string, { config, key, topic }: EventForwarderProps) {
    super(scope, id);
    const { account, partition } = Stack.of(this);
    const { queue } = new EncryptedQueue(this, 'Undelivered', { dataClass: 'operational', key });
    acceptUndelivered(queue);
    const home = Stack.of(this).formatArn({ service: 'events', region: config.region, resource: 'event-bus', resourceName: 'default' });
    const role = new ServiceRole(this, 'Delivery', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      description: 'EventBridge sends global events on to the home Region.',
    });
    role.policy.addStatements(
      new PolicyStatement({
        sid: 'SendHome',
        actions: ['events:PutEvents'],
        resources: [home],
        // No events of our own, which are made at home. Where EventBridge does not say of what source an event is, its rules do.
        conditions: { StringLikeIfExists: { 'events:source': ['aws.*', HEARTBEAT_PATTERN.source[0]] } },
      }),
    );
    const place = { environment: config.name, account, region: config.region, partition, secretsEndpointId: '' };
    const patterns = [
      ...identityCalls(place).map((row) => ({ ruleId: row.id, pattern: deployedPattern(row, place) })),
      { ruleId: 'Heartbeat', pattern: HEARTBEAT_PATTERN },
    ];
    for (const { ruleId, pattern } of patterns) {
      const rule = new Rule(this, ruleId, {
        description: `Sends ${ruleId} on to ${config.region}.`,
        eventPattern: eventPatternOf(pattern),
      });
      rule.addTarget(deliver({ to: home, role: role.role, deadLetters: queue }));
      role.completeBefore(rule);
    }
    new RunbookAlarm(this, 'DetectionUndelivered', {
      description: 'A global event did not reach the home Region.',
      metric: metricUndelivered(queue),
      tell: [topic],
    });
    new RunbookAlarm(this, 'DetectionFailed', {
      description: 'An event rule could not send a global event on.',
      metric: metricFailedDeliveries(),
      tell: [topic],
    });
  }
}
