import type { EnvironmentModel, Resource } from '../model/environment';
import { groupByEach } from '../model/group-by';
import { once } from '../model/once';
import { textAt, textsAt, valueAt, recordsAt } from '../model/read';
import { CannotTell } from '../verdict';
import { awsManagedName, awsManagedPolicy } from './aws-managed';
import { decide, type Call } from './evaluate';
import { statementsOf, type Statement } from './statement';

/** A role with everything that the templates let it do. */
export interface Identity {
  readonly role: Resource;
  readonly arn: string;
  /** Of all its policies: its own, and what is recorded of AWS's. */
  readonly statements: readonly Statement[];
  /** Of its own policies, inline or attached. */
  readonly own: readonly Statement[];
  /** Names of its AWS-managed policies. */
  readonly awsManaged: readonly string[];
  /** Of its permissions boundary, where it has one. */
  readonly boundary: readonly Statement[] | undefined;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
}

/** Every role of an environment; worked out once for each. */
export const identitiesOf = once((environment: EnvironmentModel): readonly Identity[] =>
  environment.of('AWS::IAM::Role').map((role) => toIdentity(environment, role)),
);

const identitiesByRole = once(
  (environment: EnvironmentModel): ReadonlyMap<Resource, Identity> =>
    new Map(identitiesOf(environment).map((identity) => [identity.role, identity])),
);

/** The role behind an ARN, a name or a reference; undefined when the templates hold no such role. */
export function identityOf(environment: EnvironmentModel, reference: unknown): Identity | undefined {
  const role = environment.at(reference, 'AWS::IAM::Role');
  return role && identitiesByRole(environment).get(role);
}

/** Whether the role's policies, within its boundary, allow the call. */
export function may(environment: EnvironmentModel, identity: Identity, call: Omit<Call, 'by'>): boolean {
  const full: Call = { ...call, by: { kind: 'identity', arn: identity.arn, account: environment.place.account } };
  return [identity.statements, identity.boundary].every((statements) => statements === undefined || decide(statements, full) === 'allowed');
}

/** Policies that stand apart from their roles, by what ties them to one: the name of the role, or their own ARN. */
export const policiesByTie = once((environment: EnvironmentModel): ReadonlyMap<string, readonly Resource[]> =>
  groupByEach(
    ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy'].flatMap((type) => environment.of(type)),
    (policy) => {
      const ties = policy.type === 'AWS::IAM::RolePolicy' ? [textAt(policy, 'RoleName')] : [...textsAt(policy, 'Roles'), environment.refOf(policy)];
      return ties.filter((tie) => tie !== undefined);
    },
  ),
);

function toIdentity(environment: EnvironmentModel, role: Resource): Identity {
  const managed = textsAt(role, 'ManagedPolicyArns');
  const attached = new Set([environment.refOf(role), ...managed].flatMap((tie) => policiesByTie(environment).get(tie) ?? []));
  const boundary = textAt(role, 'PermissionsBoundary');
  const awsManaged = managed.flatMap((arn) => awsManagedName(arn) ?? []);
  const own = [
    ...[...attached].flatMap((policy) => statementsOf(policy.name, valueAt(policy, 'PolicyDocument'))),
    ...recordsAt(role, 'Policies').flatMap((policy) => statementsOf(role.name, policy['PolicyDocument'])),
  ];
  return {
    role,
    arn: environment.arnOf(role),
    statements: [...own, ...awsManaged.flatMap((name) => awsManagedPolicy(name)?.statements ?? [])],
    own,
    awsManaged,
    boundary: boundary === undefined ? undefined : boundaryOf(environment, role, boundary),
    trust: statementsOf(role.name, valueAt(role, 'AssumeRolePolicyDocument')),
  };
}

function boundaryOf(environment: EnvironmentModel, role: Resource, arn: string): readonly Statement[] {
  const policy = environment.at(arn, 'AWS::IAM::ManagedPolicy');
  if (!policy) throw new CannotTell(`the boundary of ${role.name} is no policy of these templates`);
  return statementsOf(policy.name, valueAt(policy, 'PolicyDocument'));
}
