import type { Environment } from '../shared/environment';

/** The master login of the instance, which RDS makes with it; only migrations use it. */
export const MASTER_DATABASE_USER = 'records_master';

/**
 * Environment of the migration function. It connects to the instance, not to the proxy, because it takes an advisory
 * lock, and a lock pins a proxied connection.
 */
export const MIGRATE_ENVIRONMENT = [
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'MASTER_SECRET_ARN',
] as const;

/** What the data stack must set. */
export type MigrateEnvironment = Environment<typeof MIGRATE_ENVIRONMENT>;

/** Properties of the custom resource that runs the migrations at deploy. */
export interface MigrateResourceProperties {
  /** SHA-256 over names and contents of the migration files: a changed file makes CloudFormation run the function again. */
  readonly MigrationsSha256: string;
}
