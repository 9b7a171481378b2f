import { readParameter, writeParameter } from '../shared/parameter';
import type { JwksCopyStore } from './refresh';

/** The copy in Parameter Store. A plain String: the keys are public, and what matters is who may write, not who may read. */
export function parameterStore(name: string): JwksCopyStore {
  return {
    read: () => readParameter(name),
    write: (canonical) => writeParameter(name, canonical),
  };
}
