import { Stack } from 'aws-cdk-lib';
import { CfnRule, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { acceptUndelivered, deliver } from '../shared/event-delivery';
import { ServiceRole } from '../shared/service-role';
import { coordinationMessage, isCoordinated } from './coordination-message';
import type { BusDetection, DetectionPlace } from './detection';
import { recordDetection } from './detection-record';
import { deployedPattern, eventPatternOf } from './exemption';
import { HEARTBEAT_PATTERN } from './heartbeat-schedule';

/** Which events, and where they go. */
export interface EventRulesProps {
  readonly place: DetectionPlace;
  readonly detections: readonly BusDetection[];
  /** Of the security officer. */
  readonly topic: ITopic;
  /** Of the privacy officer, who is told besides of what a row says. */
  readonly privacyTopic: ITopic;
  /** Where heartbeats go, by the same way. */
  readonly heartbeats: ITopic;
  /** Where the coordinator takes from what calls for a containment, or is critical. */
  readonly coordination: IQueue;
  /** Key of the topics and the queue; must allow EventBridge. */
  readonly messagingKey: IKey;
}

/**
 * A rule for each row, which mails the security officer what happened and where, without the event's own content but the names that the
 * row tells. An event that cannot be delivered goes to a queue that alarms. What calls for a containment, or is critical, goes to the
 * coordinator as well.
 *
 * Delivery to topics by a role, not by the topic's policy: so no service principal has an unconditional right to publish. To the queue by
 * its own policy, which names the rules: of roles for queues the documentation says that delivery may fail, and there nothing may.
 */
export class EventRules extends Construct {
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, private readonly props: EventRulesProps) {
    super(scope, id);
    const { coordination, detections, topic, privacyTopic, heartbeats, messagingKey } = props;
    this.deadLetters = new EncryptedQueue(this, 'Undelivered', { dataClass: 'operational', key: messagingKey }).queue;
    acceptUndelivered(this.deadLetters);
    const role = new ServiceRole(this, 'Delivery', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'EventBridge publishes detections to the alarm topic.',
    });
    for (const detection of detections) {
      const rule = this.ruleOf(detection);
      const message = RuleTargetInput.fromText(messageOf(detection));
      for (const told of detection.tell === 'bothOfficers' ? [topic, privacyTopic] : [topic]) {
        rule.addTarget(deliver({ to: told.topicArn, role: role.role, deadLetters: this.deadLetters, message }));
      }
      if (isCoordinated(detection))
        rule.addTarget(deliver({ to: coordination.queueArn, deadLetters: this.deadLetters, message: coordinationMessage(detection) }));
      role.completeBefore(rule);
    }
    const heartbeat = new Rule(this, 'Heartbeat', {
      description: 'A heartbeat takes the way of the detections.',
      eventPattern: eventPatternOf(HEARTBEAT_PATTERN),
    });
    const message = RuleTargetInput.fromText('A heartbeat. When it stays away: docs/runbook.md, HeartbeatMissing.');
    heartbeat.addTarget(deliver({ to: heartbeats.topicArn, role: role.role, deadLetters: this.deadLetters, message }));
    role.completeBefore(heartbeat);

    topic.grantPublish(role.policy);
    privacyTopic.grantPublish(role.policy);
    heartbeats.grantPublish(role.policy);
    messagingKey.grant(role.policy, 'kms:Decrypt', 'kms:GenerateDataKey*');
  }

  private ruleOf(detection: BusDetection): Rule {
    const rule = new Rule(this, detection.id, {
      description: detection.description,
      eventPattern: eventPatternOf(deployedPattern(detection, this.props.place)),
    });
    const resource = rule.node.defaultChild;
    if (!(resource instanceof CfnRule)) throw new Error(`${rule.node.path} is no rule of CloudFormation.`);
    // The L2 knows on and off only; a rule that is merely on gets no call that changes nothing.
    if (detection.readOnlyCalls === true) resource.state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    recordDetection(resource, detection);
    return rule;
  }
}

function messageOf({ id, description, severity, severityOfDeployment, tells = {} }: BusDetection): string {
  const rank = severityOfDeployment === undefined ? severity : `${severity}, or ${severityOfDeployment} when a deploy did it`;
  const names = Object.entries(tells).map(([name, path]) => `, ${name} ${EventField.fromPath(`$.${path}`)}`);
  return (
    `${id} (${rank}): ${description} Account ${EventField.account}, ${EventField.region}, ${EventField.time}, ` +
    `event ${EventField.eventId}${names.join('')}. What to do: docs/runbook.md, ${id}.`
  );
}
