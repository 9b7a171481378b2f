import type { Environment } from '../shared/environment';

/** The database login of the administration function: a handful of functions that no request may call, and nothing else. */
export const ADMINISTER_DATABASE_USER = 'migrator';

/** Environment of the administration function. It connects to the instance with a token, as every login but the master does. */
export const ADMINISTER_ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME'] as const;

/** What the stack must set. */
export type AdministerEnvironment = Environment<typeof ADMINISTER_ENVIRONMENT>;

/** Properties of the custom resource that keeps the database's settings at what the environment's file says. */
export interface AdministerResourceProperties {
  /** Hours after which unexported audit events stop reads; absent, nothing does. CloudFormation hands numbers over as text. */
  readonly StopReadsAfterHours?: string;
}
