import { rmSync } from 'node:fs';
import { ASSEMBLY_FOLDER } from './assembly';

/** Jest's global tear-down: removes what the set-up synthesized. */
export default function removeAssembly(): void {
  rmSync(ASSEMBLY_FOLDER, { recursive: true, force: true });
}
