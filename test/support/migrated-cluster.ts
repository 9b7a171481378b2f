import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKeptCluster, type KeptCluster, type TestCluster } from './database';

/** Names the folder of the run's one migrated cluster, for every worker. */
export const CLUSTER_VARIABLE = 'BASELINE_TEST_CLUSTER';

/** The migrated database of a kept cluster: the first that is made in it. */
export const MIGRATED = 'records_1';

/** Guards synthetic data of one run, on a server that only this machine reaches. */
const PASSWORD = 'copied-with-its-cluster';

const POLL_MS = 50;
const LIMIT_MS = 120_000;

/**
 * The run's one migrated cluster, stopped: made by the first test file that asks, while others wait. Migrating anew in every file would be
 * half the time of the suite.
 *
 * @param migrate makes {@link MIGRATED}.
 * @throws Error when it does not come to be within two minutes.
 */
export async function migratedCluster(migrate: (cluster: TestCluster) => Promise<string>): Promise<KeptCluster> {
  const folder = process.env[CLUSTER_VARIABLE];
  if (folder === undefined) throw new Error(`${CLUSTER_VARIABLE} names no folder: jest's global set-up sets it.`);
  const kept: KeptCluster = { directory: join(folder, 'data'), password: PASSWORD };
  for (const deadline = Date.now() + LIMIT_MS; !existsSync(kept.directory); await sleep(POLL_MS)) {
    if (Date.now() > deadline) throw new Error('The migrated cluster of this run was not there in two minutes.');
    if (isFirst(folder)) await make(folder, kept, migrate);
  }
  return kept;
}

/** Whether this process is the one that makes the cluster: a folder is made by one process only. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'lock'));
    return true;
  } catch {
    return false;
  }
}

async function make(folder: string, kept: KeptCluster, migrate: (cluster: TestCluster) => Promise<string>): Promise<void> {
  const directory = join(folder, 'making');
  try {
    const cluster = await startKeptCluster({ ...kept, directory });
    try {
      await migrate(cluster);
    } finally {
      await cluster.stop();
    }
    // Under its name only when it is whole.
    renameSync(directory, kept.directory);
  } catch (error) {
    // The next to ask tries again, and says what is wrong itself.
    rmSync(directory, { recursive: true, force: true });
    rmSync(join(folder, 'lock'), { recursive: true });
    throw error;
  }
}
