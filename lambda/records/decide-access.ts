import type { Role } from './contract';
import type { Route } from './routes';

/** Whether a role may call a route at all. */
export type AccessDecision = { readonly kind: 'permit' } | { readonly kind: 'deny'; readonly code: 'forbidden' };

/**
 * Decides by role and route alone: 164.312(a)(1), 164.308(a)(4). Whose record it is, whether a principal is still one, and what holds by
 * an emergency grant, the database decides in the statement that reads. Pure; a role that the route does not name is denied.
 */
export function decideAccess(role: Role, { roles }: Pick<Route, 'roles'>): AccessDecision {
  return roles.includes(role) ? { kind: 'permit' } : { kind: 'deny', code: 'forbidden' };
}
