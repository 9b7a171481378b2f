import type { EnvironmentModel } from '../model/environment';
import { conditionsHold } from './conditions';
import { coversAll } from './grants';
import type { Identity } from './identities';
import type { Statement } from './statement';

/**
 * Whether a denial at a store holds for a role, whatever else it sends: one that depends on the call, such as on TLS, does not count.
 *
 * @param guarding the store's own policy.
 * @param pattern the store, or what is in it.
 */
export function isRefused(
  { place }: EnvironmentModel,
  guarding: readonly Statement[],
  { arn }: Identity,
  action: string,
  pattern: string,
): boolean {
  const context = new Map([
    ['aws:principalarn', arn],
    ['aws:principalaccount', place.account],
  ]);
  return guarding.some(
    (each) =>
      each.effect === 'Deny' &&
      (each.principal === '*' || (each.principal?.['AWS'] ?? []).includes(arn)) &&
      coversAll(each, action, pattern) &&
      Object.values(each.conditions).every((keys) => Object.keys(keys).every((key) => context.has(key.toLowerCase()))) &&
      conditionsHold(each.conditions, context),
  );
}
