import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAhead } from '../../lib/shared/function-bundles';
import { serveDatabases } from './run-databases';
import { keepForEnd } from './run-end';
import { ASSEMBLY_VARIABLE, DATABASES_VARIABLE } from './run-variables';

/**
 * Jest's global set-up: every environment is synthesized once per run, judged by the HIPAA pack, and read by all tests; databases are there
 * for those that ask. Each run has folders of its own, so that two runs in one checkout do not read each other's. A run that is handed an
 * assembly reads that one.
 */
export default async function prepareRun(): Promise<void> {
  const folder = join(__dirname, '..', '..', '.cache', `test-run-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const databases = serveDatabases(folder);
  process.env[DATABASES_VARIABLE] = databases.socket;
  keepForEnd({ folder, databases });
  if (process.env[ASSEMBLY_VARIABLE] !== undefined) return;
  process.env[ASSEMBLY_VARIABLE] = join(folder, 'assembly');
  const bundling = bundleAhead();
  // What takes as long to load as the functions to bundle.
  const { synthesize } = await import('./synthesize');
  await bundling;
  synthesize({ outdir: join(folder, 'assembly') });
}
