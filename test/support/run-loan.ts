import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { joinCluster, startCopy, type TestCluster } from './database';
import { DATABASES_VARIABLE } from './run-variables';
import type { Loan, Template, Wish } from './run-databases';

/** A migrated database and the server it stands in. */
export interface MigratedDatabase {
  readonly cluster: TestCluster;
  readonly database: string;
}

/**
 * A migrated database in the server that the files of the run share. Roles, connections and numbers of transactions are the server's:
 * a test that changes or counts those takes {@link ownServer}.
 */
export async function borrowDatabase(): Promise<MigratedDatabase> {
  const { answer, close } = await ask<Loan>('database');
  return { cluster: joinCluster(answer, close), database: answer.database };
}

/** A migrated database in a server that no other test file sees. */
export async function ownServer(): Promise<MigratedDatabase> {
  const { answer, close } = await ask<Template>('template');
  await close();
  return { cluster: await startCopy(answer), database: answer.database };
}

async function ask<Answer>(wish: Wish): Promise<{ readonly answer: Answer; readonly close: () => Promise<void> }> {
  const path = process.env[DATABASES_VARIABLE];
  if (path === undefined) throw new Error(`${DATABASES_VARIABLE} names no socket: jest's global set-up sets it.`);
  const socket = connect(path);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('The run gave no database.')));
    createInterface({ input: socket }).once('line', resolve);
    socket.write(`${wish}\n`);
  });
  const answer = JSON.parse(line) as { readonly fault?: string };
  if (answer.fault !== undefined) throw new Error(answer.fault);
  return {
    answer: answer as Answer,
    close: async () => {
      socket.end();
      socket.destroy();
      await closed;
    },
  };
}
