import { jsonata } from './asl';
import type { Step } from './step';

const HOLD = `'/\${Environment}/ir/freeze/' & $incident & '--' & $action & '--' & $target`;

/** Denies the deploying role every change of the environment's stacks. */
const DENY: Step = {
  name: 'Deny deployments',
  call: 'aws-sdk:iam:attachRolePolicy',
  arguments: { RoleName: '${DeploymentRole}', PolicyArn: '${FreezePolicy}' },
  mayFail: true,
};

/**
 * Holds deployments, which would undo the containment: a parameter that names incident, action and target, and a denial at the deploying
 * role. Several containments hold at once, each by a parameter of its own. Neither failing keeps the containment from happening.
 */
export function holdDeployments(): readonly Step[] {
  return [
    {
      name: 'Hold deployments',
      call: 'aws-sdk:ssm:putParameter',
      arguments: {
        Name: jsonata(HOLD),
        Value: jsonata(
          `$string({'incident': $incident, 'action': $action, 'target': $target, 'execution': $origin, 'stacks': '\${Environment}-*'})`,
        ),
        Type: 'String',
        Overwrite: true,
      },
      mayFail: true,
    },
    DENY,
  ];
}

/** Variables that {@link liftHold} counts with: the parameter that the template itself makes is always there, and holds nothing. */
const LIST: Omit<Step, 'name'> = {
  call: 'aws-sdk:ssm:getParametersByPath',
  arguments: { Path: '/${Environment}/ir/freeze' },
  assign: {
    held: jsonata(`$exists($states.result.NextToken) or $count($states.result.Parameters[Name != '/\${Environment}/ir/freeze/none']) > 0`),
  },
};

/**
 * Lifts the hold of one containment, and lets deployments go on when it was the last. The list is read again after the denial is taken
 * off, so that a containment that began in between finds it put back.
 */
export function liftHold(): readonly Step[] {
  return [
    {
      name: 'Lift the hold',
      call: 'aws-sdk:ssm:deleteParameter',
      arguments: { Name: jsonata(HOLD) },
      answers: { errors: ['Ssm.ParameterNotFoundException'] },
    },
    { name: 'List what is held', ...LIST },
    {
      name: 'Allow deployments',
      call: 'aws-sdk:iam:detachRolePolicy',
      arguments: { RoleName: '${DeploymentRole}', PolicyArn: '${FreezePolicy}' },
      when: '$not($held)',
      answers: { errors: ['Iam.NoSuchEntityException'] },
    },
    { name: 'List what is held by now', ...LIST },
    { ...DENY, name: 'Deny deployments again', when: '$held' },
  ];
}
