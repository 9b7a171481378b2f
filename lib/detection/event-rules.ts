import { Duration, Stack } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EncryptedQueue } from '../shared/encrypted-queue';
import { ServiceRole } from '../shared/service-role';

/** One event of AWS that a person must hear of. */
export interface EventDetection {
  /** Construct id and heading of the runbook entry. */
  readonly id: string;
  readonly description: string;
  readonly pattern: EventPattern;
}

/** 164.308(a)(6)(ii), 164.308(a)(7)(ii)(A), (D). */
export const EVENT_DETECTIONS: readonly EventDetection[] = [
  {
    id: 'BackupJobFailed',
    description: 'A backup failed, expired, was aborted or is incomplete.',
    pattern: { source: ['aws.backup'], detailType: ['Backup Job State Change'], detail: { state: ['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'] } },
  },
  {
    id: 'BackupCopyFailed',
    description: 'A copy to the recovery Region failed.',
    pattern: { source: ['aws.backup'], detailType: ['Copy Job State Change'], detail: { state: ['FAILED', 'PARTIAL'] } },
  },
  {
    id: 'RestoreFailed',
    description: 'A restore, a test restore included, failed.',
    pattern: { source: ['aws.backup'], detailType: ['Restore Job State Change'], detail: { status: ['FAILED', 'ABORTED'] } },
  },
  {
    id: 'ThreatFinding',
    description: 'GuardDuty reports a finding of medium severity or higher.',
    pattern: { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'], detail: { severity: [{ numeric: ['>=', 4] }] } },
  },
  {
    id: 'CriticalControlFailed',
    description: 'Security Hub reports a new critical failure of a control.',
    pattern: {
      source: ['aws.securityhub'],
      detailType: ['Security Hub Findings - Imported'],
      detail: { findings: { Severity: { Label: ['CRITICAL'] }, Compliance: { Status: ['FAILED'] }, Workflow: { Status: ['NEW'] }, RecordState: ['ACTIVE'] } },
    },
  },
];

/** Where the events go. */
export interface EventRulesProps {
  readonly topic: ITopic;
  /** Key of the topic and the queue; must allow EventBridge. */
  readonly messagingKey: IKey;
}

/**
 * A rule for each row, which mails the security officer what happened and where, without the event's own content. An event
 * that cannot be delivered goes to a queue that alarms.
 *
 * Delivery by a role, not by the topic's policy: so no service principal has an unconditional right to publish.
 */
export class EventRules extends Construct {
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, { topic, messagingKey }: EventRulesProps) {
    super(scope, id);
    this.deadLetters = new EncryptedQueue(this, 'Undelivered', { dataClass: 'operational', key: messagingKey }).queue;
    const role = new ServiceRole(this, 'Delivery', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
      description: 'EventBridge publishes detections to the alarm topic.',
    });
    for (const { id: ruleId, description, pattern } of EVENT_DETECTIONS) {
      const rule = new Rule(this, ruleId, { description, eventPattern: pattern });
      rule.addTarget(
        new SnsTopic(topic, {
          role: role.role,
          deadLetterQueue: this.deadLetters,
          retryAttempts: 24,
          maxEventAge: Duration.hours(12),
          message: RuleTargetInput.fromText(
            `${ruleId}: ${description} Account ${EventField.account}, ${EventField.region}, ${EventField.time}, event ${EventField.eventId}. ` +
              `What to do: docs/runbook.md, ${ruleId}.`,
          ),
        }),
      );
      role.completeBefore(rule);
    }

    topic.grantPublish(role.policy);
    messagingKey.grant(role.policy, 'kms:Decrypt', 'kms:GenerateDataKey*');
  }
}
