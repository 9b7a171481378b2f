import { readMigrations } from '../../lambda/migrate/files';
import { runMigrations } from '../../lambda/migrate/runner';
import { MASTER, type TestCluster } from './database';
import { LOGINS } from './database-roles';

/**
 * Migrates a new database as the RDS master would, and lets every login in by password.
 *
 * @returns the database's name.
 */
export async function migrate(cluster: TestCluster): Promise<string> {
  const database = await cluster.createDatabase();
  const outcome = await cluster.as(MASTER, database, (client) => runMigrations(client, readMigrations()));
  if (outcome.kind !== 'migrated') throw new Error(`Migrations stopped: ${JSON.stringify(outcome)}`);
  await Promise.all(LOGINS.map((login) => cluster.allowPassword(login)));
  return database;
}
