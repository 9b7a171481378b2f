import { postgresDatabase } from '../lambda/records/adapters/postgres';
import { KEY_CLASSES, type KeyProvider } from '../lambda/records/ports';
import { newUuid } from '../lambda/shared/uuid';
import type { RecordsDatabase } from './records-database';

/**
 * Makes the first data key of each class: without one there is nothing to encrypt with. A class that has a usable key is left alone. In AWS
 * the rotation does this.
 *
 * @throws Error when the database takes no key; CodedError when it does not answer, or the provider makes none.
 */
export async function addFirstKeys(database: RecordsDatabase, provider: KeyProvider): Promise<void> {
  const login = postgresDatabase({ ...database.connection('records_api'), connections: 1 });
  try {
    for (const keyClass of KEY_CLASSES) {
      const keyId = newUuid();
      const wrapped = await provider.generate({ keyId, keyClass });
      const [row] = await login.call('add_data_key', [newUuid(), newUuid(), keyClass, keyId, wrapped, null]);
      if (row?.['outcome'] !== 'ok' && row?.['outcome'] !== 'stale') throw new Error(`No data key of class ${keyClass} could be added.`);
    }
  } finally {
    await login.end();
  }
}
