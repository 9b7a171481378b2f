import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The roles that a store's own policy leaves room for. */
export interface Administrators {
  readonly breakGlassRoleArn: string;
  /** May still replace the policy, so that a deploy can. */
  readonly deploymentRoleArn: string;
  /** May change the block of public access of a bucket, and nothing else of it: the workflow that puts it back. */
  readonly accessBlockRoleArn: string;
}

/** What nobody but the break-glass role may do to a store. */
export interface BreakGlassDeny {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  /** ARNs that stay allowed: the break-glass role first. */
  readonly exceptRoleArns: string[];
}

/**
 * Denies actions to every principal of every account, the root user of this one included, except the named roles. A Deny in
 * a resource policy outweighs any Allow that an identity may carry. 164.312(c)(1).
 */
export function denyUnlessBreakGlass({ sid, actions, resources, exceptRoleArns }: BreakGlassDeny): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': exceptRoleArns } },
  });
}
