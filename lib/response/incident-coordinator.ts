import { Duration, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type {
  Containments,
  IncidentCoordinatorEnvironment,
  IncidentDefaults,
  KnownRoles,
} from '../../lambda/incident-coordinator/contract';
import { COORDINATION_PREFIX } from '../../lambda/incident-coordinator/contract';
import { INCIDENT_PREFIX } from '../../lambda/incident/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { DetectionStack } from '../detection/detection-stack';
import type { Keys } from '../foundation/keys';
import { containmentName, deploymentRoleName, responseRoleNames, roleArn } from '../shared/fixed-names';
import type { AlarmRow } from '../shared/runbook-alarm';
import { RunbookAlarm } from '../shared/runbook-alarm';
import { SecureFunction } from '../shared/secure-function';
import type { ContainmentAction } from './containment/action';
import type { EvidenceBucket } from './evidence-bucket';

/** Where detections come from, and what follows from them. */
export interface IncidentCoordinatorProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly detection: Pick<DetectionStack, 'coordination' | 'securityTopic'>;
  readonly evidence: EvidenceBucket;
  /** Everything that can be contained. */
  readonly actions: readonly ContainmentAction[];
}

/** Two batches at once suffice, and leave a small account its functions. */
const BATCHES_AT_ONCE = 2;
const MESSAGES_IN_A_BATCH = 5;

/**
 * Opens the record of what is detected, starts the containments of tier A, and mails the security officer the command for what a person
 * decides on. 164.308(a)(6)(ii), 164.308(a)(6)(i).
 *
 * It may start the workflows that a detection of tier A calls for, and no other; none of them does more to a user than sign them out. It
 * adds to the record of incidents, and reads no PHI.
 */
export class IncidentCoordinator extends Construct {
  readonly coordinator: SecureFunction;

  constructor(scope: Construct, id: string, private readonly props: IncidentCoordinatorProps) {
    super(scope, id);
    const { evidence, keys } = props;
    const { coordination: detected, securityTopic } = props.detection;
    this.coordinator = new SecureFunction(this, 'Coordinator', {
      bundle: 'incident-coordinator',
      description: 'Opens the record of a detection, starts what contains it by itself, and tells the security officer.',
      dataClass: 'operational',
      environment: this.environment(),
      logsKey: keys.logs,
      network: {
        outsideVpcBecause: 'The coordinator starts workflows, which would need an endpoint of Step Functions in the VPC, and reaches no record.',
      },
      invocation: { awaitedBy: 'The queue of detections' },
      timeout: Duration.minutes(1),
      memoryMib: 256,
    });
    new EventSourceMapping(this, 'Detections', {
      target: this.coordinator.function,
      eventSourceArn: detected.queue.queueArn,
      batchSize: MESSAGES_IN_A_BATCH,
      maxConcurrency: BATCHES_AT_ONCE,
      reportBatchItemFailures: true,
    });
    this.alarms();

    detected.queue.grantConsumeMessages(this.coordinator.policy);
    securityTopic.grantPublish(this.coordinator.policy);
    keys.messaging.grant(this.coordinator.policy, 'kms:Decrypt', 'kms:GenerateDataKey*');
    this.coordinator.policy.addStatements(this.startOfWorkflows());
    const { role } = this.coordinator.function;
    // Records, and the turns that cap what starts by itself.
    if (role) this.coordinator.policy.addStatements(...evidence.allowUse(role, [INCIDENT_PREFIX, COORDINATION_PREFIX]));
  }

  private environment(): IncidentCoordinatorEnvironment {
    const { config, actions, evidence, detection } = this.props;
    const { account, name, region, incidents } = config;
    const stack = Stack.of(this);
    const given: Readonly<Record<string, string>> = { Account: account, Partition: stack.partition, Region: region };
    const substituted = (text: string) => text.replace(/\$\{(\w+)\}/g, (whole, key: string) => given[key] ?? whole);
    const containments: Containments = Object.fromEntries(
      actions.map(({ id, target }) => [id, target ? { field: target.field, pattern: substituted(target.pattern) } : null]),
    );
    const defaults: IncidentDefaults = {
      timeZone: incidents?.timeZone ?? 'America/New_York',
      regime: incidents?.regime ?? ['hipaa'],
      as: incidents?.as ?? 'covered_entity',
    };
    const roles: KnownRoles = {
      deployment: roleArn(this, deploymentRoleName(account, region)),
      response: responseRoleNames(name).map((each) => roleArn(this, each)),
    };
    return {
      CONTAINMENTS: stack.toJsonString(containments),
      EVIDENCE_BUCKET_NAME: evidence.bucket.bucketName,
      INCIDENT_DEFAULTS: JSON.stringify(defaults),
      KNOWN_ROLES: stack.toJsonString(roles),
      SECURITY_TOPIC_ARN: detection.securityTopic.topicArn,
      STATE_MACHINE_ARN_PREFIX: this.arnOf(''),
    };
  }

  private startOfWorkflows(): PolicyStatement {
    const { actions, detection } = this.props;
    const ids = actions.map(({ id }) => id).filter((id) => detection.coordination.startable.includes(id));
    return new PolicyStatement({ sid: 'StartContainment', actions: ['states:StartExecution'], resources: ids.map((id) => this.arnOf(id)) });
  }

  private alarms(): void {
    const { deadLetters, queue } = this.props.detection.coordination;
    const within = (statistic: string) => ({ statistic, period: Duration.minutes(5) });
    const fn = this.coordinator.function;
    const rows: readonly AlarmRow[] = [
      { id: 'CoordinatorErrors', description: 'The coordinator of incidents failed as a whole.', metric: fn.metricErrors(within(Stats.SUM)) },
      { id: 'CoordinatorThrottles', description: 'The coordinator of incidents was throttled.', metric: fn.metricThrottles(within(Stats.SUM)) },
      {
        id: 'CoordinatorLate',
        description: 'A detection has been waiting for the coordinator of incidents for a quarter of an hour.',
        metric: queue.metricApproximateAgeOfOldestMessage(within(Stats.MAXIMUM)),
        threshold: Duration.minutes(15).toSeconds(),
      },
      {
        id: 'CoordinatorFailed',
        description: 'A detection could not be handled: nothing was started by itself, or nobody knows.',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible(within(Stats.MAXIMUM)),
      },
    ];
    for (const row of rows) new RunbookAlarm(this, row.id, { ...row, tell: [this.props.detection.securityTopic] });
  }

  /** ARN of the workflow of an action; of none, what all begin with. */
  private arnOf(action: string): string {
    const { account, partition, region } = Stack.of(this);
    return `arn:${partition}:states:${region}:${account}:stateMachine:${containmentName(this.props.config.name, 'contain', action)}`;
  }
}
