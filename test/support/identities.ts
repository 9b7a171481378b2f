import type { Landscape, Resource } from './landscape';
import type { Call, PolicyDocument, Statement } from './policy';
import { decide, list } from './policy';

/** A role, as the templates state it. */
export interface RoleProperties {
  readonly RoleName?: string;
  readonly AssumeRolePolicyDocument: PolicyDocument;
  readonly ManagedPolicyArns?: readonly string[];
  readonly MaxSessionDuration?: number;
  readonly PermissionsBoundary?: string;
  readonly Policies?: unknown;
}

/** A policy that stands for itself. */
export interface ManagedPolicyProperties {
  readonly PolicyDocument: PolicyDocument;
  readonly Roles?: readonly string[];
  readonly Users?: unknown;
  readonly Groups?: unknown;
}

/** A role with everything that the templates let it do. */
export interface Identity {
  readonly role: Resource<RoleProperties>;
  readonly arn: string;
  /** Of its customer-managed policies. */
  readonly statements: readonly Statement[];
  /** Names of its AWS-managed policies, whose content no template shows. */
  readonly awsManaged: readonly string[];
  /** Of its permissions boundary, where it has one. */
  readonly boundary: readonly Statement[] | undefined;
}

const AWS_MANAGED = /^arn:aws:iam::aws:policy\/(.+)$/;

/** Every role of an environment. */
export function identitiesOf(land: Landscape): readonly Identity[] {
  return land.of<RoleProperties>('AWS::IAM::Role').map((role) => identityFrom(land, role));
}

/**
 * The role behind an ARN or a reference.
 *
 * @throws Error when the templates hold no such role
 */
export function identityOf(land: Landscape, reference: unknown): Identity {
  const role = land.at<RoleProperties>(reference, 'AWS::IAM::Role');
  if (!role) throw new Error(`${JSON.stringify(reference)} is no role of the templates.`);
  return identityFrom(land, role);
}

/** Whether the role's own policies, within its boundary, allow the call. */
export function may(land: Landscape, identity: Identity, call: Omit<Call, 'by'>): boolean {
  const full: Call = { ...call, by: { arn: identity.arn, account: land.account } };
  return [identity.statements, identity.boundary].every((statements) => statements === undefined || decide(statements, full) === 'allowed');
}

/** The roles that a policy is attached to, by its own list or by theirs. */
export function rolesOf(land: Landscape, policy: Resource<ManagedPolicyProperties>): readonly Resource<RoleProperties>[] {
  const arn = land.refOf(policy);
  return land
    .of<RoleProperties>('AWS::IAM::Role')
    .filter((role) => list(policy.properties.Roles).includes(land.refOf(role)) || role.properties.ManagedPolicyArns?.includes(arn));
}

function identityFrom(land: Landscape, role: Resource<RoleProperties>): Identity {
  const { ManagedPolicyArns = [], PermissionsBoundary: boundary } = role.properties;
  const attached = land
    .of<ManagedPolicyProperties>('AWS::IAM::ManagedPolicy')
    .filter((policy) => rolesOf(land, policy).some(({ name }) => name === role.name));
  return {
    role,
    arn: land.arnOf(role),
    statements: attached.flatMap(({ properties }) => properties.PolicyDocument.Statement),
    awsManaged: ManagedPolicyArns.flatMap((arn) => AWS_MANAGED.exec(arn)?.[1] ?? []),
    boundary: boundary === undefined ? undefined : statementsOf(land, boundary),
  };
}

function statementsOf(land: Landscape, policyArn: string): readonly Statement[] {
  const policy = land.at<ManagedPolicyProperties>(policyArn, 'AWS::IAM::ManagedPolicy');
  if (!policy) throw new Error(`${policyArn} is no policy of the templates.`);
  return policy.properties.PolicyDocument.Statement;
}
