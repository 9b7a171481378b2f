import type { EnvironmentModel, Resource } from '../model/environment';
import { once } from '../model/once';
import { recordsAt, textAt, toList, valueAt } from '../model/read';
import { isJson } from '../model/template';
import { CannotTell } from '../verdict';
import { identitiesOf } from './identities';
import { isReadHere, resourcePoliciesOf } from './resource-policies';
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

/** Types whose policies are read as those of identities. */
const OF_IDENTITIES = [
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::GroupPolicy',
];

/**
 * Every policy of an environment: of identities, boundaries, trust, resources and endpoints; worked out once for each environment.
 *
 * @throws CannotTell when a policy cannot be read, or stands where nothing here reads one.
 */
export const everyPolicyOf = once((environment: EnvironmentModel): readonly PlacedPolicy[] => {
  const roles = environment.of('AWS::IAM::Role');
  const boundaries = new Set(roles.map((role) => environment.at(textAt(role, 'PermissionsBoundary'))));
  refuseUnread(environment);
  return [
    ...OF_IDENTITIES.flatMap((type) => environment.of(type)).map((at): PlacedPolicy => ({
      kind: boundaries.has(at) ? 'boundary' : 'identity',
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
});

/** A policy of a type that nobody taught the checks would otherwise pass unseen. */
function refuseUnread({ stacks }: EnvironmentModel): void {
  for (const { stack, template } of stacks) {
    for (const [logicalId, { type, properties }] of template.resources) {
      if (isReadHere(type) || OF_IDENTITIES.includes(type) || type === 'AWS::IAM::Role') continue;
      if (holdsPolicyWithin(properties)) throw new CannotTell(`${stack}/${logicalId} holds a policy, and policies of ${type} are not read here`);
    }
  }
}

/** Of what a template says, which a model of a changed environment shares with the one before. */
const holdsPolicyWithin = once((properties: Readonly<Record<string, unknown>>): boolean => holdsPolicy(properties));

function holdsPolicy(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsPolicy);
  if (!isJson(value)) return false;
  return (
    toList(value['Statement']).some((each) => isJson(each) && 'Effect' in each && ('Action' in each || 'NotAction' in each)) ||
    Object.values(value).some(holdsPolicy)
  );
}
