import type { Matrix } from '../matrix';
import { accessMatrix } from './access';
import { backupMatrix } from './backup';
import { encryptionMatrix } from './encryption';
import { entryPointsMatrix } from './entry-points';
import { loggingMatrix } from './logging';
import { portsMatrix } from './ports';

/** Every table of the pack, in the order of the report. */
export const MATRICES: readonly Matrix[] = [encryptionMatrix, loggingMatrix, backupMatrix, accessMatrix, entryPointsMatrix, portsMatrix];
