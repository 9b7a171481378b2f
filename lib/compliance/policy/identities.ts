import type { EnvironmentModel, Resource } from '../model/environment';
import { textAt, textsAt, valueAt, recordsAt } from '../model/read';
import { CannotTell } from '../verdict';
import { decide, type Call } from './evaluate';
import { statementsOf, type Statement } from './statement';

/** A role with everything that the templates let it do. */
export interface Identity {
  readonly role: Resource;
  readonly arn: string;
  /** Of its own policies, inline or attached. */
  readonly statements: readonly Statement[];
  /** Names of its AWS-managed policies, whose content no template shows. */
  readonly awsManaged: readonly string[];
  /** Of its permissions boundary, where it has one. */
  readonly boundary: readonly Statement[] | undefined;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
}

const AWS_MANAGED = /^arn:aws:iam::aws:policy\/(.+)$/;

const known = new WeakMap<EnvironmentModel, readonly Identity[]>();

/** Every role of an environment; worked out once for each. */
export function identitiesOf(environment: EnvironmentModel): readonly Identity[] {
  const cached = known.get(environment);
  if (cached) return cached;
  const made = environment.of('AWS::IAM::Role').map((role) => toIdentity(environment, role));
  known.set(environment, made);
  return made;
}

const byRole = new WeakMap<readonly Identity[], ReadonlyMap<Resource, Identity>>();

/** The role behind an ARN, a name or a reference; undefined when the templates hold no such role. */
export function identityOf(environment: EnvironmentModel, reference: unknown): Identity | undefined {
  const role = environment.at(reference, 'AWS::IAM::Role');
  if (!role) return undefined;
  const all = identitiesOf(environment);
  const places = byRole.get(all) ?? new Map(all.map((identity) => [identity.role, identity]));
  byRole.set(all, places);
  return places.get(role);
}

/** Whether the role's own policies, within its boundary, allow the call. What its AWS-managed policies allow, no template shows. */
export function may(environment: EnvironmentModel, identity: Identity, call: Omit<Call, 'by'>): boolean {
  const full: Call = { ...call, by: { kind: 'identity', arn: identity.arn, account: environment.place.account } };
  return [identity.statements, identity.boundary].every((statements) => statements === undefined || decide(statements, full) === 'allowed');
}

function toIdentity(environment: EnvironmentModel, role: Resource): Identity {
  const managed = textsAt(role, 'ManagedPolicyArns');
  const attached = [...environment.of('AWS::IAM::ManagedPolicy'), ...environment.of('AWS::IAM::Policy')].filter(
    (policy) => textsAt(policy, 'Roles').includes(environment.refOf(role)) || managed.includes(environment.refOf(policy)),
  );
  const boundary = textAt(role, 'PermissionsBoundary');
  const apart = environment.of('AWS::IAM::RolePolicy').filter((policy) => textAt(policy, 'RoleName') === environment.refOf(role));
  return {
    role,
    arn: environment.arnOf(role),
    statements: [
      ...[...attached, ...apart].flatMap((policy) => statementsOf(policy.name, valueAt(policy, 'PolicyDocument'))),
      ...recordsAt(role, 'Policies').flatMap((policy) => statementsOf(role.name, policy['PolicyDocument'])),
    ],
    awsManaged: managed.flatMap((arn) => AWS_MANAGED.exec(arn)?.[1] ?? []),
    boundary: boundary === undefined ? undefined : boundaryOf(environment, role, boundary),
    trust: statementsOf(role.name, valueAt(role, 'AssumeRolePolicyDocument')),
  };
}

function boundaryOf(environment: EnvironmentModel, role: Resource, arn: string): readonly Statement[] {
  const policy = environment.at(arn, 'AWS::IAM::ManagedPolicy');
  if (!policy) throw new CannotTell(`the boundary of ${role.name} is no policy of these templates`);
  return statementsOf(policy.name, valueAt(policy, 'PolicyDocument'));
}
