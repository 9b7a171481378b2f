import type { Check } from '../../check';
import { archivesAreLocked } from './archives-are-locked';
import { bucketsArePrivate } from './buckets-are-private';
import { databasesAreEncrypted } from './databases-are-encrypted';
import { edgeSpeaksTls } from './edge-speaks-tls';
import { keysOutliveMistakes } from './keys-outlive-mistakes';
import { nobodyIsAdministrator } from './nobody-is-administrator';
import { nobodyIsEverybody } from './nobody-is-everybody';
import { trailRecords } from './trail-records';
import { usersNeedASecondFactor } from './users-need-a-second-factor';

/** States that no environment may have: fatal, never accepted. */
export const HARD_CHECKS: readonly Check[] = [
  bucketsArePrivate,
  nobodyIsEverybody,
  archivesAreLocked,
  databasesAreEncrypted,
  edgeSpeaksTls,
  usersNeedASecondFactor,
  trailRecords,
  keysOutliveMistakes,
  nobodyIsAdministrator,
];
