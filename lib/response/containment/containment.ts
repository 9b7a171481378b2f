import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/environment';
import type { Keys } from '../../foundation/keys';
import { accessBlockRoleArn, containmentName, workflowLogGroupName } from '../../shared/fixed-names';
import { KeyedLogGroup } from '../../shared/keyed-log-group';
import type { EvidenceBucket } from '../evidence-bucket';
import type { ContainmentAction } from './action';
import { containDefinition } from './contain';
import { DeploymentFreeze } from './deployment-freeze';
import { restoreDefinition } from './restore';
import { Workflow } from './workflow';
import { WorkflowPermissions } from './workflow-permissions';

/** What is contained, and by what record. */
export interface ContainmentProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly evidence: EvidenceBucket;
  /** Their policies stay as they are, whatever is contained, and so does that of the evidence. */
  readonly archives: readonly IBucket[];
  readonly actions: readonly ContainmentAction[];
}

/**
 * Containment that can be undone: for each action a workflow that contains, under a role that can do that and nothing else, and its twin
 * that restores. 164.308(a)(6)(ii), 164.308(a)(7)(ii)(C).
 */
export class Containment extends Construct {
  readonly workflows: readonly Workflow[];
  /** What they do. */
  readonly actions: readonly ContainmentAction[];
  private readonly freeze: DeploymentFreeze;
  private readonly permissions: WorkflowPermissions;
  private readonly logs: KeyedLogGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ContainmentProps,
  ) {
    super(scope, id);
    const { config, keys, evidence, archives, actions } = props;
    this.logs = new KeyedLogGroup(this, 'Logs', {
      dataClass: 'operational',
      key: keys.logs,
      fixed: { name: workflowLogGroupName(config.name), teardown: config.teardown },
    });
    this.logs.acceptDelivery();
    this.freeze = new DeploymentFreeze(this, 'Freeze', { environment: config.name });
    this.permissions = new WorkflowPermissions(this, 'Permissions', {
      evidence: evidence.bucket,
      evidenceKey: keys.evidence,
      archives: [...archives, evidence.bucket],
      accessBlockRoleArn: accessBlockRoleArn(this, config.name),
    });
    this.actions = actions;
    this.workflows = actions.flatMap((action) => [this.contain(action), ...this.restore(action)]);
  }

  private contain(action: ContainmentAction): Workflow {
    return this.workflow('contain', action, containDefinition(action), [
      ...action.may.contain,
      ...(action.holdsDeployments ? this.freeze.allowHolding() : []),
      ...(action.preservesFirst ? this.allowPreserving() : []),
    ]);
  }

  private restore(action: ContainmentAction): readonly Workflow[] {
    if (action.restore === undefined) return [];
    const lifting = action.holdsDeployments ? this.freeze.allowLifting() : [];
    return [this.workflow('restore', action, restoreDefinition(action, action.restore), [...action.may.restore, ...lifting])];
  }

  private workflow(
    direction: 'contain' | 'restore',
    action: ContainmentAction,
    definition: ReturnType<typeof containDefinition>,
    statements: readonly PolicyStatement[],
  ): Workflow {
    const { config, evidence } = this.props;
    const { account, partition, region } = Stack.of(this);
    const name = containmentName(config.name, direction, action.id);
    const workflow = new Workflow(this, constructId(direction, action.id), {
      name,
      definition,
      substitutions: {
        Account: account,
        Partition: partition,
        Region: region,
        EvidenceBucket: evidence.bucket.bucketName,
        PreserveWorkflow: this.arnOf('stateMachine', 'preserve-evidence'),
        ...this.freeze.substitutions,
        ...action.substitutions,
      },
      logs: this.logs,
      permissions: this.permissions,
      may: statements,
      roleName: action.hasNamedRoles === true ? name : undefined,
    });
    evidence.admit(workflow.role);
    return workflow;
  }

  /** To start the workflow that preserves, to wait for it, and to end it if it is not wanted any more. */
  private allowPreserving(): readonly PolicyStatement[] {
    const { account, partition, region } = Stack.of(this);
    return [
      new PolicyStatement({
        sid: 'PreserveFirst',
        actions: ['states:StartExecution'],
        resources: [this.arnOf('stateMachine', 'preserve-evidence')],
      }),
      new PolicyStatement({
        sid: 'WaitForPreserving',
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [`${this.arnOf('execution', 'preserve-evidence')}:*`],
      }),
      new PolicyStatement({
        sid: 'HearOfItsEnd',
        actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
        // The name that Step Functions gives the rule by which it waits for an execution.
        resources: [`arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`],
      }),
    ];
  }

  private arnOf(kind: 'stateMachine' | 'execution', action: string): string {
    const { account, partition, region } = Stack.of(this);
    return `arn:${partition}:states:${region}:${account}:${kind}:${containmentName(this.props.config.name, 'contain', action)}`;
  }
}

/** `contain-isolate-function` as `ContainIsolateFunction`. */
function constructId(direction: string, action: string): string {
  return [direction, ...action.split('-')].map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}
