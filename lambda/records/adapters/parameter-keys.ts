import { readParameter } from '../../shared/parameter';
import type { KeySource } from '../jwks-copy';

/** The copy of the key set in Parameter Store, where only the refresher may write it. */
export function parameterKeys(parameterName: string): KeySource {
  return { read: () => readParameter(parameterName) };
}
