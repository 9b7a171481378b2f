import type { Environment } from '../shared/environment';

/** The database login of the records API: it may execute functions and owns nothing (created by `lambda/migrate/sql`). */
export const RECORDS_DATABASE_USER = 'records_api';

/** The one database of the service. */
export const RECORDS_DATABASE_NAME = 'records';

/** Environment of the records API. Names and addresses only: nothing secret, nothing of a patient. */
export const RECORDS_ENVIRONMENT = [
  'USER_POOL_ID',
  'USER_POOL_CLIENT_ID',
  'JWKS_PARAMETER_NAME',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'DATABASE_USER',
] as const;

/** What the API stack must set. */
export type RecordsEnvironment = Environment<typeof RECORDS_ENVIRONMENT>;
