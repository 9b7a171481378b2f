import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { ASSEMBLY_FOLDER } from './assembly';

/** Jest's global tear-down: removes what the set-up synthesized, and leaves an assembly that was handed to the run. */
export default function removeAssembly(): void {
  if (basename(ASSEMBLY_FOLDER) === `test-assembly-${process.pid}`) rmSync(ASSEMBLY_FOLDER, { recursive: true, force: true });
}
