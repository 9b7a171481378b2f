import type { EnvironmentModel, Resource } from '../model/environment';
import { recordsAt, textAt, valueAt } from '../model/read';
import { identitiesOf } from './identities';
import { resourcePoliciesOf } from './resource-policies';
import { statementsOf, type Statement } from './statement';

/** What a policy does: allows its role, caps its role, says who assumes a role, guards a resource, or caps what passes an endpoint. */
export type PolicyKind = 'identity' | 'boundary' | 'trust' | 'resource' | 'endpoint';

/** One policy of an environment, wherever it stands. */
export interface PlacedPolicy {
  readonly kind: PolicyKind;
  /** The resource that it is written in. */
  readonly at: Resource;
  readonly property: string;
  /** What a resource policy guards. */
  readonly guards: Resource | undefined;
  readonly statements: readonly Statement[];
}

const known = new WeakMap<EnvironmentModel, readonly PlacedPolicy[]>();

/** Every policy of an environment: of identities, boundaries, trust, resources and endpoints; worked out once for each environment. */
export function everyPolicyOf(environment: EnvironmentModel): readonly PlacedPolicy[] {
  const cached = known.get(environment);
  if (cached) return cached;
  const roles = environment.of('AWS::IAM::Role');
  const boundaries = roles.flatMap((role) => environment.at(textAt(role, 'PermissionsBoundary')) ?? []);
  const attached = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::UserPolicy', 'AWS::IAM::GroupPolicy', 'AWS::IAM::RolePolicy'];
  const made = [
    ...attached
      .flatMap((type) => environment.of(type))
      .map((at): PlacedPolicy => ({
        kind: boundaries.includes(at) ? 'boundary' : 'identity',
        at,
        property: 'PolicyDocument',
        guards: undefined,
        statements: statementsOf(at.name, valueAt(at, 'PolicyDocument')),
      })),
    ...roles.flatMap((at) =>
      recordsAt(at, 'Policies').map((inline, index): PlacedPolicy => ({
        kind: 'identity',
        at,
        property: `Policies.${index}`,
        guards: undefined,
        statements: statementsOf(at.name, inline['PolicyDocument']),
      })),
    ),
    ...identitiesOf(environment).map(({ role, trust }): PlacedPolicy => ({
      kind: 'trust',
      at: role,
      property: 'AssumeRolePolicyDocument',
      guards: role,
      statements: trust,
    })),
    ...resourcePoliciesOf(environment).map((policy): PlacedPolicy => ({
      kind: policy.at.type === 'AWS::EC2::VPCEndpoint' ? 'endpoint' : 'resource',
      ...policy,
    })),
  ];
  known.set(environment, made);
  return made;
}
