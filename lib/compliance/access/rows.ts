import type { EnvironmentModel, Resource } from '../model/environment';
import { once } from '../model/once';
import { textAt, valueAt } from '../model/read';
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

/** Types in whose policy the star is the resource itself, by AWS's own custom; in any other it is everything. */
const STAR_IS_ITSELF: readonly string[] = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::Backup::BackupVault'];

/**
 * Everything that the policies of an environment say, one principal, action and store at a time: 164.308(a)(4), 164.312(a)(1). Roles,
 * boundaries, trust, resource policies, endpoints and permissions to invoke; by what {@link keyOf} gives, and sorted by it; worked out once
 * for each environment.
 *
 * @throws CannotTell when a policy cannot be read.
 */
export const accessRowsOf = once((environment: EnvironmentModel): ReadonlyMap<string, PlacedRow> => {
  // Reads them all, and refuses what nothing reads.
  everyPolicyOf(environment);
  const names = stableNames(environment);
  const rows = new Map<string, PlacedRow>();
  for (const row of [
    ...identitiesOf(environment).flatMap((identity) => rowsOfIdentity(environment, names, identity)),
    ...resourcePoliciesOf(environment).flatMap((policy) => rowsOfResourcePolicy(environment, names, policy)),
    ...environment.of('AWS::IAM::ManagedPolicy').filter((policy) => isHandedOut(environment, policy)).flatMap((policy) => rowsOfHandedOut(names, policy)),
    ...environment.of('AWS::Lambda::Permission').map((permission) => rowOfPermission(environment, names, permission)),
  ]) {
    const key = keyOf(row);
    if (!rows.has(key)) rows.set(key, row);
  }
  return new Map([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));
});

/** What makes a row the same as another. */
export function keyOf({ principal, effect, action, store, conditions }: AccessRow): string {
  return JSON.stringify([principal, effect, action, store, conditions]);
}

/** A row as a phrase: `may kms:Decrypt on Foundation/KeysTrail if ...`. */
export function describeRow({ effect, action, store, conditions }: AccessRow): string {
  return `${effect} ${action} on ${store}${conditions.length > 0 ? ` if ${conditions.join(' and ')}` : ''}`;
}

function rowsOfIdentity(environment: EnvironmentModel, names: StableNames, identity: Identity): readonly PlacedRow[] {
  const { role, statements, awsManaged, boundary, trust } = identity;
  const principal = names.of(role);
  const boundaryPolicy = environment.at(textAt(role, 'PermissionsBoundary'));
  const within = boundaryPolicy ? names.of(boundaryPolicy) : 'a boundary';
  const placed = (row: Omit<AccessRow, 'principal' | 'conditions'>): PlacedRow => ({ principal, ...row, conditions: [], at: role });
  return [
    ...statements.flatMap((statement) => expand(names, statement, [principal], role, 'may')),
    ...awsManaged.map((name) => placed({ effect: 'may', action: 'what the policy says', store: `AWS-managed ${name}` })),
    ...(boundary ? [placed({ effect: 'at most', action: 'what the boundary says', store: within })] : []),
    ...(boundary ?? []).flatMap((statement) => expand(names, statement, [`within ${within}`], boundaryPolicy ?? role, 'at most')),
    ...trust.flatMap((statement) => expand(names, statement, principalsOf(environment, names, statement), role, 'may', principal)),
  ];
}

/** What a policy says to whoever a workflow gives it. */
function rowsOfHandedOut(names: StableNames, policy: Resource): readonly PlacedRow[] {
  const principal = `whoever is handed ${names.of(policy)}`;
  return statementsOf(policy.name, valueAt(policy, 'PolicyDocument')).flatMap((statement) => expand(names, statement, [principal], policy, 'may'));
}

function rowsOfResourcePolicy(
  environment: EnvironmentModel,
  names: StableNames,
  { at, guards, statements }: ResourcePolicy,
): readonly PlacedRow[] {
  const store = names.of(guards ?? at);
  if (at.type === 'AWS::EC2::VPCEndpoint') {
    return statements.flatMap((statement) =>
      expand(
        names,
        statement,
        principalsOf(environment, names, statement).map((principal) => `${principal} through ${store}`),
        at,
        'at most',
      ),
    );
  }
  const guarded = STAR_IS_ITSELF.includes(at.type) ? store : undefined;
  return statements.flatMap((statement) => expand(names, statement, principalsOf(environment, names, statement), at, 'may', guarded));
}

function rowOfPermission(environment: EnvironmentModel, names: StableNames, permission: Resource): PlacedRow {
  const condition = (operator: string, key: string, property: string): string[] => {
    const value = textAt(permission, property);
    return value === undefined ? [] : [`${operator} ${key} = ${names.store(value)}`];
  };
  const principal = textAt(permission, 'Principal') ?? '*';
  return {
    principal: principal.endsWith('.amazonaws.com') ? `service ${principal}` : nameOfAws(environment, names, principal),
    effect: 'may',
    action: textAt(permission, 'Action') ?? '*',
    store: names.store(textAt(permission, 'FunctionName') ?? '*'),
    conditions: [...condition('ArnLike', 'aws:SourceArn', 'SourceArn'), ...condition('StringEquals', 'aws:SourceAccount', 'SourceAccount')],
    at: permission,
  };
}

/** One row for each principal, action and resource; a Deny is `never`, an Allow what it is in its place. */
function expand(
  names: StableNames,
  statement: Statement,
  principals: readonly string[],
  at: Resource,
  allow: AccessEffect,
  guarded?: string,
): readonly PlacedRow[] {
  const effect = statement.effect === 'Deny' ? 'never' : allow;
  const conditions = conditionsOf(names, statement);
  const actions = statement.notActions.length > 0 ? [`all but ${[...statement.notActions].sort().join(', ')}`] : statement.actions;
  const stores = storesOf(names, statement, guarded);
  return principals.flatMap((principal) =>
    actions.flatMap((action) => stores.map((store): PlacedRow => ({ principal, effect, action, store, conditions, at }))),
  );
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
