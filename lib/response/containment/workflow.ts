import { Stack } from 'aws-cdk-lib';
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { classify } from '../../shared/data-class';
import type { KeyedLogGroup } from '../../shared/keyed-log-group';
import { ServiceRole } from '../../shared/service-role';
import type { Definition } from './asl';
import type { WorkflowPermissions } from './workflow-permissions';

/** One workflow. */
export interface WorkflowProps {
  /** People and other workflows start it by name. */
  readonly name: string;
  readonly definition: Definition;
  /** Values for each `${Name}` of the definition; others are left out. */
  readonly substitutions: Readonly<Record<string, string>>;
  readonly logs: KeyedLogGroup;
  readonly permissions: WorkflowPermissions;
  /** What it may do beside what all may. */
  readonly may: readonly PolicyStatement[];
  /** Only where a policy that comes first names the role. @default a generated name */
  readonly roleName?: string;
}

/**
 * A workflow of Step Functions under a role of its own and a boundary that all share. Input, output and history are ids, names and keys of
 * objects: no value of a record. The log has errors only, and no data of executions. 164.312(b), 164.308(a)(4)(ii)(B).
 */
export class Workflow extends Construct {
  readonly machine: IStateMachine;
  readonly role: IRole;

  constructor(scope: Construct, id: string, { name, definition, substitutions, logs, permissions, may, roleName }: WorkflowProps) {
    super(scope, id);
    const { account, partition, region } = Stack.of(this);
    const role = new ServiceRole(this, 'Execution', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': `arn:${partition}:states:${region}:${account}:stateMachine:${name}` },
        },
      }),
      description: `Workflow ${name}. ${definition.Comment}`,
      roleName,
      sharedPolicies: [permissions.record],
      permissionsBoundary: permissions.boundary,
    });
    const text = JSON.stringify(definition);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(text),
      definitionSubstitutions: Object.fromEntries(Object.entries(substitutions).filter(([key]) => text.includes(`\${${key}}`))),
      role: role.role,
      logs: { destination: logs.logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    });
    this.role = role.role;
    classify(this, 'operational');

    role.policy.addStatements(...permissions.grant(...may));
    role.completeBefore(this.machine);
  }
}
