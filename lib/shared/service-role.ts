import type { IGrantable, IManagedPolicy, IPrincipal, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';

/** A policy that can be granted to and added to. */
export interface OwnPolicy extends IGrantable, IConstruct {
  addStatements(...statements: PolicyStatement[]): void;
}

/** Who assumes the role, and what it brings along. */
export interface ServiceRoleProps {
  /** The service, with conditions wherever the service supports them. */
  readonly assumedBy: IPrincipal;
  readonly description: string;
  /** Only where a policy that comes first names the role (`fixed-names.ts`). @default a generated name */
  readonly roleName?: string;
  /** Policies that it shares with others, by name, beside its own. @default none */
  readonly sharedPolicies?: IManagedPolicy[];
  /** AWS managed policies beside its own. @default none */
  readonly awsManagedPolicies?: IManagedPolicy[];
  /** The most that it may do, whatever its policies say. @default what its policies say */
  readonly permissionsBoundary?: IManagedPolicy;
}

/**
 * A role whose permissions are all in one managed policy of its own, readable in one place. 164.308(a)(4)(ii)(B).
 *
 * Grant to `policy`; hand `role` to L2 constructs, which then cannot attach inline policies to it.
 */
export class ServiceRole extends Construct {
  /** The role, closed to policy updates. */
  readonly role: IRole;
  /** Grant to this: `bucket.grantRead(serviceRole.policy)`. */
  readonly policy: OwnPolicy;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      roleName: props.roleName,
      assumedBy: props.assumedBy,
      description: props.description,
      managedPolicies: [...(props.sharedPolicies ?? []), ...(props.awsManagedPolicies ?? [])],
      permissionsBoundary: props.permissionsBoundary,
    });
    this.policy = new ManagedPolicy(this, 'Policy', { description: props.description, roles: [role] });
    this.role = role.withoutPolicyUpdates();
  }

  /** Makes a consumer of the role wait for the policy, since services try the role's permissions at creation. */
  completeBefore(consumer: IConstruct): void {
    consumer.node.addDependency(this.policy);
  }
}
