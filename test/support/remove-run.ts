import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CLUSTER_VARIABLE } from './migrated-cluster';

/** Jest's global tear-down: removes what the set-up and the run made, and leaves an assembly that was handed to the run. */
export default function removeRun(): void {
  const cluster = process.env[CLUSTER_VARIABLE];
  if (cluster !== undefined) rmSync(dirname(cluster), { recursive: true, force: true });
}
