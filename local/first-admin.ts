import { Client } from 'pg';
import { clientConfig } from '../lambda/shared/database';
import { newUuid } from '../lambda/shared/uuid';
import type { RecordsDatabase } from './records-database';

/**
 * Makes the first administrator, whom no administrator can make: as the login and through the function that do it in AWS, with its audit
 * row.
 *
 * @throws Error when there is one already.
 */
export async function makeFirstAdmin(database: RecordsDatabase, sub: string): Promise<void> {
  const { address, password, trust } = database.connection('migrator');
  const client = new Client(clientConfig(address, password, trust));
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ outcome: string }>('SELECT authz.bootstrap_admin($1, $2, $3) AS outcome', [sub, newUuid(), newUuid()]);
    if (rows[0]?.outcome !== 'ok') throw new Error('There is an administrator already.');
  } finally {
    await client.end();
  }
}
