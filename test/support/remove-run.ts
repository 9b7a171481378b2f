import { rmSync } from 'node:fs';
import { keptForEnd } from './run-end';

/** Jest's global tear-down: ends and removes what the set-up and the run made, and leaves an assembly that was handed to the run. */
export default async function removeRun(): Promise<void> {
  const end = keptForEnd();
  if (!end) return;
  await end.databases.stop();
  rmSync(end.folder, { recursive: true, force: true });
}
