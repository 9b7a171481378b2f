import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ASSEMBLY_VARIABLE } from './assembly';
import { CLUSTER_VARIABLE } from './migrated-cluster';
import { synthesize } from './synthesize';

/**
 * Jest's global set-up: every environment is synthesized once per run, judged by the HIPAA pack, and read by all tests. Each
 * run has folders of its own, so that two runs in one checkout do not read each other's. A run that is handed an assembly reads that one.
 */
export default function prepareRun(): void {
  const folder = join(__dirname, '..', '..', '.cache', `test-run-${process.pid}`);
  process.env[CLUSTER_VARIABLE] = join(folder, 'cluster');
  mkdirSync(join(folder, 'cluster'), { recursive: true });
  if (process.env[ASSEMBLY_VARIABLE] !== undefined) return;
  process.env[ASSEMBLY_VARIABLE] = join(folder, 'assembly');
  synthesize({ outdir: join(folder, 'assembly') });
}
