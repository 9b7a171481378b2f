import type { Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';
import { decide, type Call, type Caller } from '../../policy/evaluate';
import { identityOf, may } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';
import { CannotTell } from '../../verdict';

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

/**
 * The key that a property names; undefined where it names none.
 *
 * @throws CannotTell for a key of no template: whom it lets in, nobody here knows.
 */
export function keyNamed(environment: EnvironmentModel, resource: Resource, property: string): Resource | undefined {
  const named = valueAt(resource, property);
  const key = environment.at(named, 'AWS::KMS::Key');
  if (named !== undefined && !key) throw new CannotTell(`the key of ${resource.name} is none of these templates`);
  return key;
}

/** What keeps a delivery from arriving, each with the policy that would have to allow it. */
export function obstaclesTo(environment: EnvironmentModel, { from, property, target, steps }: Delivery): readonly Fault[] {
  if (!target) return [{ property, value: 'a target that is not there', expected: 'a resource of these templates' }];
  const refused = steps.filter(
    ({ at, by, action, resource, context }) =>
      !by.some((caller) => decide(policyOf(environment, at), { by: caller, action, resource, context }) === 'allowed'),
  );
  return [
    ...refused.map(({ at, by, action }) => ({
      property,
      value: `${by.map(nameOf).join(' and ')} may not ${action}`,
      expected: `allowed by the policy of ${at.logicalId}`,
    })),
    ...(target.type === 'AWS::S3::Bucket' ? obstaclesAtBucket(environment, from, property, target) : []),
  ];
}

/** What no statement mends: AWS completes only policies without negations, and delivers within a Region and to another bucket. */
function obstaclesAtBucket(environment: EnvironmentModel, from: Resource, property: string, bucket: Resource): readonly Fault[] {
  const negated = policyOf(environment, bucket).filter(
    ({ notPrincipal, notActions }) => notPrincipal !== undefined || notActions.length > 0,
  );
  return [
    ...negated.map(({ label }): Fault => ({
      property,
      value: `the policy of ${bucket.logicalId} has NotPrincipal or NotAction in ${label}`,
      expected: 'conditions instead: AWS cannot complete such a policy',
    })),
    ...(bucket.region === from.region ? [] : [{ property, value: bucket.region, expected: `a bucket in ${from.region}` }]),
    ...(bucket === from ? [{ property, value: bucket.logicalId, expected: 'another bucket: this one would log its own logs' }] : []),
  ];
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
