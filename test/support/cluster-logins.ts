import { Client } from 'pg';
import { clientConfig } from '../../lambda/shared/database';
import { MASTER, type TestCluster } from './database';

/** Where a server is and which password its logins have. */
export type ReachableServer = Pick<TestCluster, 'port' | 'trust' | 'password'>;

/** Connects to a server by its logins, the master among them, which is made here. */
export async function clusterLogins({
  port,
  trust,
  password,
}: ReachableServer): Promise<Pick<TestCluster, 'as' | 'createDatabase' | 'allowPassword'>> {
  const as: TestCluster['as'] = async (user, database, run) => {
    const client = new Client(clientConfig({ host: 'localhost', port, database, user }, password, trust));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await run(client);
    } finally {
      await client.end();
    }
  };
  const superuser = (sql: string) => as('postgres', 'postgres', (client) => client.query(sql));
  await superuser(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);
  let databases = 0;
  return {
    as,
    createDatabase: async () => {
      databases += 1;
      const name = `records_${databases}`;
      await superuser(`CREATE DATABASE ${name} OWNER ${MASTER}`);
      return name;
    },
    allowPassword: async (user) => {
      await superuser(`ALTER ROLE ${user} PASSWORD '${password}'`);
    },
  };
}
