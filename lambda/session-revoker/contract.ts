import type { Environment } from '../shared/environment';

/** The database login of the session revoker: three functions about one principal, and nothing else. */
export const SESSION_REVOKER_DATABASE_USER = 'session_revoker';

/** Environment of the session revoker. It connects to the instance with a token, as every login but the master does. */
export const SESSION_REVOKER_ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME'] as const;

/** What the stack must set. */
export type SessionRevokerEnvironment = Environment<typeof SESSION_REVOKER_ENVIRONMENT>;

/** What may be asked about a principal: to see how they stand, to end their sessions, to close or to open the door. */
export const SESSION_REVOKER_ACTIONS = ['read', 'revoke', 'disable', 'enable'] as const;

/** What the containment workflows invoke it with. */
export interface SessionRevokerRequest {
  readonly action: (typeof SESSION_REVOKER_ACTIONS)[number];
  /** Pseudonymous id of the user, which pool and database share. */
  readonly sub: string;
}

/** How a principal stands, as `read` answers it. Times are ISO 8601, in UTC. */
export interface Standing {
  readonly role: string;
  readonly disabledAt: string | null;
  readonly revokedBefore: string | null;
}
