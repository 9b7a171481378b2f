import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCopy, startKeptCluster, type KeptCluster, type TestCluster } from './database';
import { migrate } from './migrate';

/** What a test file asks the run for: a database in the server that all share, or what a server of its own begins as a copy of. */
export type Wish = 'database' | 'template';

/** A stopped, migrated cluster, and the name of its migrated database. */
export interface Template extends KeptCluster {
  readonly database: string;
}

/** A migrated database; it is dropped when the connection that asked for it closes. */
export interface Loan {
  readonly port: number;
  readonly trust: readonly string[];
  readonly password: string;
  readonly database: string;
}

/** What is listened on while the run lasts. */
export interface RunDatabases {
  /** Path of a socket on which one line with a {@link Wish} is answered by one line of JSON. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Guards synthetic data of one run, on a server that only this machine reaches. */
const PASSWORD = 'copied-with-its-cluster';

/**
 * Migrates once for the whole run, at the first wish. Migrating in every file would be half the time of the suite, and a server for every
 * file a sixth.
 *
 * @param folder where the migrated cluster is kept; removed by whoever gave it.
 */
export function serveDatabases(folder: string): RunDatabases {
  const socketFolder = mkdtempSync(join(tmpdir(), 'records-run-'));
  const socket = join(socketFolder, 'databases');
  const template = once(() => makeTemplate(join(folder, 'data')));
  const shared = once(async () => startCopy(await template.made()));
  const askers = new Set<Socket>();
  const server = createServer((asker) => {
    askers.add(asker);
    asker.on('error', () => undefined);
    asker.once('close', () => askers.delete(asker));
    createInterface({ input: asker }).once('line', (wish: Wish) => {
      const answer = wish === 'template' ? template.made() : template.made().then(async (from) => lend(from, await shared.made(), asker));
      answer.then(
        (given) => asker.write(`${JSON.stringify(given)}\n`),
        (error: unknown) => asker.write(`${JSON.stringify({ fault: String(error) })}\n`),
      );
    });
  }).listen(socket);
  return {
    socket,
    stop: async () => {
      askers.forEach((asker) => asker.destroy());
      await new Promise((resolve) => server.close(resolve));
      await (await shared.ifMade())?.stop();
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(directory: string): Promise<Template> {
  const kept = { directory, password: PASSWORD };
  const cluster = await startKeptCluster(kept);
  try {
    return { ...kept, database: await migrate(cluster) };
  } finally {
    await cluster.stop();
  }
}

async function lend({ database: from }: Template, cluster: TestCluster, asker: Socket): Promise<Loan> {
  const database = await cluster.createDatabase(from);
  asker.once('close', () => void cluster.dropDatabase(database).catch(() => undefined));
  const { port, trust, password } = cluster;
  return { port, trust, password, database };
}

interface Once<Result> {
  made(): Promise<Result>;
  /** Undefined where nobody asked, or making it failed. */
  ifMade(): Promise<Result | undefined>;
}

function once<Result>(make: () => Promise<Result>): Once<Result> {
  let making: Promise<Result> | undefined;
  return { made: () => (making ??= make()), ifMade: async () => making?.catch(() => undefined) };
}
