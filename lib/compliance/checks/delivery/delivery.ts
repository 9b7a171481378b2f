import type { Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide, type Call, type Caller } from '../../policy/evaluate';
import { identityOf, may } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';

/** One call that a delivery makes, and the resource whose policy decides on it. */
export interface Step {
  readonly at: Resource;
  /** Any one of them, where AWS delivers as this or as that. */
  readonly by: readonly Caller[];
  readonly action: string;
  readonly resource: string;
  readonly context: NonNullable<Call['context']>;
}

/** Something that AWS writes on behalf of a resource. */
export interface Delivery {
  readonly from: Resource;
  /** Where the resource names the target. */
  readonly property: string;
  /** Undefined where the templates do not hold it. */
  readonly target: Resource | undefined;
  readonly steps: readonly Step[];
}

/** A service of AWS as a caller. */
export function service(name: string): Caller {
  return { kind: 'service', service: name };
}

/** What keeps a delivery from arriving, each with the policy that would have to allow it. */
export function obstaclesTo(environment: EnvironmentModel, { property, target, steps }: Delivery): readonly Fault[] {
  if (!target) return [{ property, value: 'a target that is not there', expected: 'a resource of these templates' }];
  return steps
    .filter(
      ({ at, by, action, resource, context }) =>
        !by.some((caller) => decide(policyOf(environment, at), { by: caller, action, resource, context }) === 'allowed'),
    )
    .map(({ at, by, action }) => ({
      property,
      value: `${by.map(nameOf).join(' and ')} may not ${action}`,
      expected: `allowed by the policy of ${at.logicalId}`,
    }));
}

/** What keeps a role from writing for a service: no trust, or no right. */
export function obstaclesOfRole(
  environment: EnvironmentModel,
  property: string,
  role: unknown,
  by: string,
  calls: readonly Omit<Call, 'by'>[],
): readonly Fault[] {
  const identity = identityOf(environment, role);
  if (!identity) return [{ property, value: role, expected: 'a role of these templates' }];
  const context = { 'aws:SourceAccount': environment.place.account };
  const isTrusted =
    decide(identity.trust, { by: { kind: 'service', service: by }, action: 'sts:AssumeRole', resource: identity.arn, context }) ===
    'allowed';
  return [
    ...(isTrusted
      ? []
      : [{ property, value: `${identity.role.logicalId} does not trust ${by}`, expected: `a role that ${by} may assume` }]),
    ...calls
      .filter((call) => !may(environment, identity, call))
      .map(({ action }): Fault => ({ property, value: `${identity.role.logicalId} may not ${action}`, expected: 'a role that may' })),
  ];
}

function nameOf(caller: Caller): string {
  return caller.kind === 'service' ? caller.service : caller.kind === 'identity' ? caller.arn : 'nobody';
}
