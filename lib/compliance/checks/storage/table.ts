import type { Check } from '../../check';
import { bucketsBelongToTheirAccount } from './buckets-belong-to-their-account';
import { bucketsKeepEveryVersion } from './buckets-keep-every-version';
import { bucketsLogAccess } from './buckets-log-access';
import { bucketsOfPhiTellOfChanges } from './buckets-of-phi-tell-of-changes';
import { bucketsRefusePlainConnections } from './buckets-refuse-plain-connections';
import { bucketsUseACustomerKey } from './buckets-use-a-customer-key';
import { keysAreRotated } from './keys-are-rotated';
import { logBucketsCanBeDeliveredTo } from './log-buckets-can-be-delivered-to';
import { logGroupsAreKept } from './log-groups-are-kept';
import { messagesAreEncrypted } from './messages-are-encrypted';
import { recordsCannotBeDeleted } from './records-cannot-be-deleted';

/** Buckets, keys, log groups, topics and queues. */
export const STORAGE_CHECKS: readonly Check[] = [
  bucketsUseACustomerKey,
  bucketsKeepEveryVersion,
  bucketsBelongToTheirAccount,
  bucketsLogAccess,
  bucketsOfPhiTellOfChanges,
  bucketsRefusePlainConnections,
  recordsCannotBeDeleted,
  logBucketsCanBeDeliveredTo,
  keysAreRotated,
  logGroupsAreKept,
  messagesAreEncrypted,
];
