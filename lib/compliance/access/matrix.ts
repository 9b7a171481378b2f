import type { EnvironmentModel, Resource } from '../model/environment';
import { grantsOf, reaches } from '../policy/grants';
import { identitiesOf, type Identity } from '../policy/identities';
import { isRefused } from '../policy/refusals';
import { policyOf } from '../policy/resource-policies';
import type { Statement } from '../policy/statement';
import { stableNames, type StableNames } from './names';
import { accessRowsOf, conditionsOf, principalsOf } from './rows';
import { VOCABULARY, type AccessVerb } from './vocabulary';

/** One thing that one principal can come to do to one store, all policies taken together. */
export interface AccessCell {
  readonly principal: string;
  readonly verb: AccessVerb;
  readonly action: string;
  readonly store: string;
  /** CloudFormation type of the store. */
  readonly type: string;
  /** What has to hold beside; empty where nothing has. Sorted. */
  readonly conditions: readonly string[];
}

/**
 * Principal by action by store: what each role, service, other account and everybody can come to do, by identity policy, boundary, trust
 * and resource policy together: 164.308(a)(4), 164.312(a)(1). A denial that is certain for a principal takes the cell away; one that
 * depends on the call, such as on TLS, does not. Sorted, without doubles.
 *
 * @throws CannotTell when a policy cannot be read.
 */
export function accessMatrixOf(environment: EnvironmentModel): readonly AccessCell[] {
  const names = stableNames(environment);
  const cells = new Map<string, AccessCell>();
  for (const [type, words] of Object.entries(VOCABULARY)) {
    for (const store of environment.of(type)) {
      for (const { verb, actions, resource } of words) {
        const pattern = resource?.(environment, store) ?? environment.arnOf(store);
        for (const action of actions) {
          for (const { principal, conditions } of [
            ...byRole(environment, names, store, action, pattern),
            ...byResource(environment, names, store, action, pattern),
          ]) {
            const cell: AccessCell = { principal, verb, action, store: names.of(store), type, conditions };
            cells.set(JSON.stringify([cell.store, cell.verb, cell.action, cell.principal, cell.conditions]), cell);
          }
        }
      }
    }
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}

interface Allowed {
  readonly principal: string;
  readonly conditions: readonly string[];
}

function byRole(environment: EnvironmentModel, names: StableNames, store: Resource, action: string, pattern: string): readonly Allowed[] {
  const guarding = guardsOf(environment, store);
  return identitiesOf(environment)
    .filter(
      (identity) =>
        !isRefused(environment, guarding, identity, action, pattern) && isAdmitted(environment, guarding, store, identity, action, pattern),
    )
    .flatMap((identity) =>
      grantsOf(identity, action, pattern).map((grant) => ({ principal: names.of(identity.role), conditions: conditionsOf(names, grant) })),
    );
}

/** A key, and a role to be assumed, answer to their own policy first: an identity's alone opens neither. */
function isAdmitted(
  { place }: EnvironmentModel,
  guarding: readonly Statement[],
  { type }: Resource,
  { arn }: Identity,
  action: string,
  pattern: string,
): boolean {
  if (type !== 'AWS::KMS::Key' && !(type === 'AWS::IAM::Role' && action === 'sts:AssumeRole')) return true;
  const accepted = [arn, place.account, `arn:aws:iam::${place.account}:root`];
  return guarding.some(
    (each) =>
      each.effect === 'Allow' &&
      reaches(each, action, pattern) &&
      (each.principal === '*' || (each.principal?.['AWS'] ?? []).some((name) => accepted.includes(name))),
  );
}

/** Whom the store's own policy allows; of this account itself, its roles' policies say more. */
function byResource(
  environment: EnvironmentModel,
  names: StableNames,
  store: Resource,
  action: string,
  pattern: string,
): readonly Allowed[] {
  if (store.type === 'AWS::Lambda::Function') return invokers(environment, names, store, action);
  return guardsOf(environment, store)
    .filter((each) => each.effect === 'Allow' && reaches(each, action, pattern))
    .flatMap((each) => principalsOf(environment, names, each).map((principal) => ({ principal, conditions: conditionsOf(names, each) })))
    .filter(({ principal }) => store.type !== 'AWS::KMS::Key' || principal !== 'this account');
}

function invokers(environment: EnvironmentModel, names: StableNames, store: Resource, action: string): readonly Allowed[] {
  return [...accessRowsOf(environment).values()].filter(
    (row) => row.at.type === 'AWS::Lambda::Permission' && row.store === names.of(store) && row.action === action,
  );
}

function guardsOf(environment: EnvironmentModel, store: Resource): readonly Statement[] {
  return store.type === 'AWS::IAM::Role'
    ? (identitiesOf(environment).find(({ role }) => role === store)?.trust ?? [])
    : policyOf(environment, store);
}
