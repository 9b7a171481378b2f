import type { Uuid } from '../shared/uuid';
import type { Principal } from './claims';
import type { Request } from './edge';
import type { Refused } from './refusals';
import type { RouteName } from './routes';

/** What an operation is given: a request that passed every check before it. */
export interface Call {
  readonly request: Request;
  readonly principal: Principal;
  /** Ids taken from the path, by their name in the route. */
  readonly ids: ReadonlyMap<string, Uuid>;
}

/** What an operation answers: the whole body, built field by field, or a refusal. */
export type OperationOutcome = { readonly kind: 'answer'; readonly status: 200 | 201; readonly body: object } | Refused;

/** One operation. A rejection is answered with 500 and its reason is dropped. */
export type Operation = (call: Call) => Promise<OperationOutcome>;

/** One operation for each route; a route without one does not compile. */
export type Operations = Readonly<Record<RouteName, Operation>>;

/** The operations of the service. */
export const OPERATIONS: Operations = {
  'me.read': ({ principal }) => Promise.resolve({ kind: 'answer', status: 200, body: { sub: principal.sub, role: principal.role } }),
};
