import { readParameter, writeParameter } from '../../shared/parameter';
import type { RestartMemory } from '../restart-logging';

/** The times of earlier starts in one parameter: nothing secret, and durable. The role may read and write that one name. */
export function restartParameter(name: string): RestartMemory {
  return { read: () => readParameter(name), write: (times) => writeParameter(name, times) };
}
