import { customResource } from '../shared/custom-resource';
import { parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { MIGRATE_ENVIRONMENT } from './contract';
import { readMigrations } from './files';
import { readMasterLogin } from './master-secret';
import { MIGRATE_FAILURES, migrateDatabase } from './migrate';

const environment = readEnvironment(MIGRATE_ENVIRONMENT);
const address = { host: environment.DATABASE_HOST, port: parsePort(environment.DATABASE_PORT), database: environment.DATABASE_NAME };
const files = readMigrations();

/**
 * Custom resource that brings the database to the bundle's migrations at every deployment that changes them. Deleting the resource leaves
 * schema and data alone.
 */
export const handler = customResource({
  physicalResourceId: 'database-migrations',
  failureCodes: MIGRATE_FAILURES,
  apply: () => migrateDatabase({ address, files, login: () => readMasterLogin(environment.MASTER_SECRET_ARN) }),
});
