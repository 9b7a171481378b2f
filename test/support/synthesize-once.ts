import { rmSync } from 'node:fs';
import { ASSEMBLY_FOLDER } from './assembly';
import { synthesize } from './synthesize';

/** Jest's global set-up: every environment is synthesized once per run, judged by the HIPAA pack, and read by all tests. */
export default function synthesizeOnce(): void {
  rmSync(ASSEMBLY_FOLDER, { recursive: true, force: true });
  synthesize({ outdir: ASSEMBLY_FOLDER });
}
