import type { EnvironmentModel, Resource } from '../model/environment';
import { once } from '../model/once';
import { textAt, valueAt } from '../model/read';
import { awsManagedPolicy } from '../policy/aws-managed';
import { everyPolicyOf } from '../policy/every-policy';
import { isHandedOut } from '../policy/handed-out';
import { identitiesOf, type Identity } from '../policy/identities';
import { resourcePoliciesOf, type ResourcePolicy } from '../policy/resource-policies';
import { statementsOf, type Statement, type StatementPrincipal } from '../policy/statement';
import { stableNames, type StableNames } from './names';

/** What a row says: an allowance, a denial, or the most that a boundary or an endpoint lets through. */
export type AccessEffect = 'may' | 'never' | 'at most';

/** One thing that somebody may or may not do to one store. Names are the same in every environment. */
export interface AccessRow {
  /** A role, `service ...`, `this account`, `account ...`, `anyone`; for a ceiling, what sets it. */
  readonly principal: string;
  readonly effect: AccessEffect;
  /** As the policy spells it, such as `kms:GenerateDataKey*`. */
  readonly action: string;
  /** A resource, a part of one, or the pattern that the policy spells. */
  readonly store: string;
  /** All of them have to hold; sorted. */
  readonly conditions: readonly string[];
}

/** A row with the resource whose policy says it. */
export interface PlacedRow extends AccessRow {
  readonly at: Resource;
}

/** What one statement says: a row for every principal, action and store. */
export interface AccessGroup {
  readonly principals: readonly string[];
  readonly effect: AccessEffect;
  readonly actions: readonly string[];
  readonly stores: readonly string[];
  readonly conditions: readonly string[];
  /** The resource whose policy holds it. */
  readonly at: Resource;
}

/** Types in whose policy the star is the resource itself, by AWS's own custom; in any other it is everything. */
const STAR_IS_ITSELF: readonly string[] = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::Backup::BackupVault'];

/**
 * Everything that the policies of an environment say, one statement at a time: 164.308(a)(4), 164.312(a)(1). Roles, boundaries, trust,
 * resource policies, endpoints and permissions to invoke; worked out once for each environment.
 *
 * @throws CannotTell when a policy cannot be read.
 */
export const accessGroupsOf = once((environment: EnvironmentModel): readonly AccessGroup[] => {
  // Reads them all, and refuses what nothing reads.
  everyPolicyOf(environment);
  const names = stableNames(environment);
  return [
    ...identitiesOf(environment).flatMap((identity) => groupsOfIdentity(environment, names, identity)),
    ...resourcePoliciesOf(environment).flatMap((policy) => groupsOfResourcePolicy(environment, names, policy)),
    ...environment
      .of('AWS::IAM::ManagedPolicy')
      .filter((policy) => isHandedOut(environment, policy))
      .flatMap((policy) => groupsOfHandedOut(names, policy)),
    ...environment.of('AWS::Lambda::Permission').map((permission) => groupOfPermission(environment, names, permission)),
  ];
});

/**
 * {@link accessGroupsOf}, one principal, action and store at a time; by what {@link keyOf} gives, and sorted by it; worked out once for
 * each environment.
 *
 * @throws CannotTell when a policy cannot be read.
 */
export const accessRowsOf = once((environment: EnvironmentModel): ReadonlyMap<string, PlacedRow> => {
  const rows = new Map<string, PlacedRow>();
  for (const row of accessGroupsOf(environment).flatMap(rowsIn)) {
    const key = keyOf(row);
    if (!rows.has(key)) rows.set(key, row);
  }
  return new Map([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));
});

function rowsIn({ principals, effect, actions, stores, conditions, at }: AccessGroup): readonly PlacedRow[] {
  return principals.flatMap((principal) =>
    actions.flatMap((action) => stores.map((store): PlacedRow => ({ principal, effect, action, store, conditions, at }))),
  );
}

/** What makes a row the same as another. */
export function keyOf({ principal, effect, action, store, conditions }: AccessRow): string {
  return JSON.stringify([principal, effect, action, store, conditions]);
}

/** A row as a phrase: `may kms:Decrypt on Foundation/KeysTrail if ...`. */
export function describeRow({ effect, action, store, conditions }: AccessRow): string {
  return `${effect} ${action} on ${store}${conditions.length > 0 ? ` if ${conditions.join(' and ')}` : ''}`;
}

function groupsOfIdentity(environment: EnvironmentModel, names: StableNames, identity: Identity): readonly AccessGroup[] {
  const { role, own, awsManaged, boundary, trust } = identity;
  const principal = names.of(role);
  const boundaryPolicy = environment.at(textAt(role, 'PermissionsBoundary'));
  const within = boundaryPolicy ? names.of(boundaryPolicy) : 'a boundary';
  const placed = (effect: AccessEffect, action: string, store: string): AccessGroup => ({
    principals: [principal],
    effect,
    actions: [action],
    stores: [store],
    conditions: [],
    at: role,
  });
  return [
    ...own.map((statement) => toGroup(names, statement, [principal], role, 'may')),
    ...awsManaged.map((name) => placed('may', 'what the policy says', `AWS-managed ${versioned(name)}`)),
    ...(boundary ? [placed('at most', 'what the boundary says', within)] : []),
    ...(boundary ?? []).map((statement) => toGroup(names, statement, [`within ${within}`], boundaryPolicy ?? role, 'at most')),
    ...trust.map((statement) => toGroup(names, statement, principalsOf(environment, names, statement), role, 'may', principal)),
  ];
}

/** With the version, so that another content is another row. */
function versioned(name: string): string {
  const version = awsManagedPolicy(name)?.version;
  return version === undefined ? name : `${name} ${version}`;
}

/** What a policy says to whoever a workflow gives it. */
function groupsOfHandedOut(names: StableNames, policy: Resource): readonly AccessGroup[] {
  const principal = `whoever is handed ${names.of(policy)}`;
  const statements = statementsOf(policy.name, valueAt(policy, 'PolicyDocument'));
  return statements.map((statement) => toGroup(names, statement, [principal], policy, 'may'));
}

function groupsOfResourcePolicy(
  environment: EnvironmentModel,
  names: StableNames,
  { at, guards, statements }: ResourcePolicy,
): readonly AccessGroup[] {
  const store = names.of(guards ?? at);
  if (at.type === 'AWS::EC2::VPCEndpoint') {
    return statements.map((statement) =>
      toGroup(
        names,
        statement,
        principalsOf(environment, names, statement).map((principal) => `${principal} through ${store}`),
        at,
        'at most',
      ),
    );
  }
  const guarded = STAR_IS_ITSELF.includes(at.type) ? store : undefined;
  return statements.map((statement) => toGroup(names, statement, principalsOf(environment, names, statement), at, 'may', guarded));
}

function groupOfPermission(environment: EnvironmentModel, names: StableNames, permission: Resource): AccessGroup {
  const condition = (operator: string, key: string, property: string): string[] => {
    const value = textAt(permission, property);
    return value === undefined ? [] : [`${operator} ${key} = ${names.store(value)}`];
  };
  const principal = textAt(permission, 'Principal') ?? '*';
  return {
    principals: [principal.endsWith('.amazonaws.com') ? `service ${principal}` : nameOfAws(environment, names, principal)],
    effect: 'may',
    actions: [textAt(permission, 'Action') ?? '*'],
    stores: [names.store(textAt(permission, 'FunctionName') ?? '*')],
    conditions: [...condition('ArnLike', 'aws:SourceArn', 'SourceArn'), ...condition('StringEquals', 'aws:SourceAccount', 'SourceAccount')],
    at: permission,
  };
}

/** A Deny is `never`, an Allow what it is in its place. */
function toGroup(
  names: StableNames,
  statement: Statement,
  principals: readonly string[],
  at: Resource,
  allow: AccessEffect,
  guarded?: string,
): AccessGroup {
  return {
    principals,
    effect: statement.effect === 'Deny' ? 'never' : allow,
    actions: statement.notActions.length > 0 ? [`all but ${[...statement.notActions].sort().join(', ')}`] : statement.actions,
    stores: storesOf(names, statement, guarded),
    conditions: conditionsOf(names, statement),
    at,
  };
}

function storesOf(names: StableNames, { resources, notResources }: Statement, guarded: string | undefined): readonly string[] {
  if (notResources.length > 0)
    return [
      `all but ${notResources
        .map((each) => names.store(each))
        .sort()
        .join(', ')}`,
    ];
  // A trust policy names none at all: it is about its role.
  const stars = resources.length === 0 ? ['*'] : resources;
  return stars.map((resource) => (resource === '*' && guarded !== undefined ? guarded : names.store(resource)));
}

/** The conditions of a statement as phrases, sorted. */
export function conditionsOf(names: StableNames, { conditions }: Statement): readonly string[] {
  return Object.entries(conditions)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, values]) =>
          `${operator} ${key} = ${values
            .map((value) => names.store(value))
            .sort()
            .join(' | ')}`,
      ),
    )
    .sort();
}

/** Whom a statement names, sorted. */
export function principalsOf(environment: EnvironmentModel, names: StableNames, { principal, notPrincipal }: Statement): readonly string[] {
  if (notPrincipal !== undefined) return [`anyone but ${nameAll(environment, names, notPrincipal).join(', ')}`];
  return principal === undefined ? ['nobody'] : nameAll(environment, names, principal);
}

function nameAll(environment: EnvironmentModel, names: StableNames, principal: StatementPrincipal): readonly string[] {
  if (principal === '*') return ['anyone'];
  return Object.entries(principal)
    .flatMap(([kind, each]) =>
      each.map((name) =>
        kind === 'Service'
          ? `service ${names.text(name)}`
          : kind === 'AWS'
            ? nameOfAws(environment, names, name)
            : `${kind} ${names.text(name)}`,
      ),
    )
    .sort();
}

function nameOfAws(environment: EnvironmentModel, names: StableNames, name: string): string {
  const { account } = environment.place;
  if (name === '*') return 'anyone';
  if (name === account || name === `arn:aws:iam::${account}:root`) return 'this account';
  const [, other] = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name) ?? [];
  return other === undefined ? names.store(name) : `account ${other}`;
}
