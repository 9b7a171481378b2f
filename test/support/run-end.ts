import type { RunDatabases } from './run-databases';

/** What the set-up of a run has made and its tear-down must end. */
export interface RunEnd {
  readonly folder: string;
  readonly databases: RunDatabases;
}

const PLACE = Symbol.for('telehealth-hipaa-baseline.run-end');

/** Jest loads set-up and tear-down apart, in one process: only what is global is seen by both. */
const shared = globalThis as { [PLACE]?: RunEnd };

/** Keeps it until the run is over. */
export function keepForEnd(end: RunEnd): void {
  shared[PLACE] = end;
}

/** What was kept; undefined where the set-up did not come so far. */
export function keptForEnd(): RunEnd | undefined {
  return shared[PLACE];
}
