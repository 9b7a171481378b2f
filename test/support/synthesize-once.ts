import { join } from 'node:path';
import { ASSEMBLY_VARIABLE } from './assembly';
import { synthesize } from './synthesize';

/**
 * Jest's global set-up: every environment is synthesized once per run, judged by the HIPAA pack, and read by all tests. Each
 * run has a folder of its own, so that two runs in one checkout do not read each other's. A run that is handed an assembly reads that one.
 */
export default function synthesizeOnce(): void {
  if (process.env[ASSEMBLY_VARIABLE] !== undefined) return;
  const folder = join(__dirname, '..', '..', '.cache', `test-assembly-${process.pid}`);
  process.env[ASSEMBLY_VARIABLE] = folder;
  synthesize({ outdir: folder });
}
