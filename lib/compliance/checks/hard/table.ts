import type { Check } from '../../check';
import { archivesAreLocked } from './archives-are-locked';
import { auditLogsCannotBeDeleted } from './audit-logs-cannot-be-deleted';
import { bucketsArePrivate } from './buckets-are-private';
import { databasesAreEncrypted } from './databases-are-encrypted';
import { edgeIsGuarded } from './edge-is-guarded';
import { edgeSpeaksTls } from './edge-speaks-tls';
import { keysOutliveMistakes } from './keys-outlive-mistakes';
import { nobodyIsAdministrator } from './nobody-is-administrator';
import { nobodyIsEverybody } from './nobody-is-everybody';
import { secretsAreNotPlain } from './secrets-are-not-plain';
import { storesAreNotDeletedWithStacks } from './stores-are-not-deleted-with-stacks';
import { trailRecords } from './trail-records';
import { usersNeedASecondFactor } from './users-need-a-second-factor';

/** States that no environment may have: fatal, never accepted. */
export const HARD_CHECKS: readonly Check[] = [
  bucketsArePrivate,
  nobodyIsEverybody,
  archivesAreLocked,
  auditLogsCannotBeDeleted,
  databasesAreEncrypted,
  edgeSpeaksTls,
  edgeIsGuarded,
  usersNeedASecondFactor,
  trailRecords,
  keysOutliveMistakes,
  nobodyIsAdministrator,
  secretsAreNotPlain,
  storesAreNotDeletedWithStacks,
];
