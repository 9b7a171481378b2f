import { Stack } from 'aws-cdk-lib';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../../config/environment';
import { classify } from '../../shared/data-class';
import { freezePath, pipelineRoleName, roleArn } from '../../shared/fixed-names';

/**
 * What holds deployments while something is contained, since CloudFormation would undo it: a folder of parameters that the pipeline reads
 * before it deploys, one parameter for each containment; and a denial, made in advance, that a workflow attaches to the role which asks
 * CloudFormation for deployments. 164.308(a)(6)(ii).
 *
 * It does not end a deployment that runs already, and does not stop an administrator, or a role of bootstrap under another qualifier.
 */
export class DeploymentFreeze extends Construct {
  /** Attached while something is contained, and to nothing otherwise. */
  readonly denial: IManagedPolicy;
  /** Values for the steps that hold and lift. */
  readonly substitutions: Readonly<Record<string, string>>;
  private readonly holds: string;
  private readonly pipelineRole: string;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: EnvironmentName }) {
    super(scope, id);
    const { account, partition, region } = Stack.of(this);
    // Always there: a pipeline that finds the folder empty reads the wrong one, or may not read, and refuses.
    const none = new StringParameter(this, 'None', {
      parameterName: `${freezePath(environment)}/none`,
      description: 'Stands where containments hold deployments, and holds none itself.',
      stringValue: 'nothing',
    });
    classify(none, 'operational');
    this.denial = new ManagedPolicy(this, 'Denial', {
      description: 'Attached to the deploying role by a containment, until it is restored.',
      statements: [
        new PolicyStatement({
          sid: 'NoDeploymentsDuringContainment',
          effect: Effect.DENY,
          actions: [
            'cloudformation:ContinueUpdateRollback',
            'cloudformation:CreateChangeSet',
            'cloudformation:CreateStack',
            'cloudformation:DeleteStack',
            'cloudformation:ExecuteChangeSet',
            'cloudformation:RollbackStack',
            'cloudformation:UpdateStack',
          ],
          resources: [`arn:${partition}:cloudformation:${region}:${account}:stack/${environment}-*/*`],
        }),
      ],
    });
    const pipelineRole = pipelineRoleName(this);
    this.pipelineRole = roleArn(this, pipelineRole);
    this.holds = `arn:${partition}:ssm:${region}:${account}:parameter${freezePath(environment)}`;
    this.substitutions = { Environment: environment, DeploymentRole: pipelineRole, FreezePolicy: this.denial.managedPolicyArn };
  }

  /** What a workflow needs that holds deployments. */
  allowHolding(): readonly PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'HoldDeployments', actions: ['ssm:PutParameter'], resources: [`${this.holds}/*`] }),
      this.allowDenial('DenyDeployments', 'iam:AttachRolePolicy'),
    ];
  }

  /** What a workflow needs that lifts a hold, or finds that another one stands. */
  allowLifting(): readonly PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'LiftHold', actions: ['ssm:DeleteParameter'], resources: [`${this.holds}/*`] }),
      new PolicyStatement({ sid: 'ListHolds', actions: ['ssm:GetParametersByPath'], resources: [this.holds] }),
      this.allowDenial('AllowDeployments', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy'),
    ];
  }

  private allowDenial(sid: string, ...actions: string[]): PolicyStatement {
    return new PolicyStatement({
      sid,
      actions,
      resources: [this.pipelineRole],
      conditions: { ArnEquals: { 'iam:PolicyARN': this.denial.managedPolicyArn } },
    });
  }
}
