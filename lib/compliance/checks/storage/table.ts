import type { Check } from '../../check';
import { bucketsBelongToTheirAccount } from './buckets-belong-to-their-account';
import { bucketsKeepEveryVersion } from './buckets-keep-every-version';
import { bucketsLogAccess } from './buckets-log-access';
import { bucketsOfPhiTellOfChanges } from './buckets-of-phi-tell-of-changes';
import { bucketsRefusePlainConnections } from './buckets-refuse-plain-connections';
import { bucketsShareWithNobody } from './buckets-share-with-nobody';
import { bucketsUseACustomerKey } from './buckets-use-a-customer-key';
import { deadLettersAreKept } from './dead-letters-are-kept';
import { keysAreFitForUse } from './keys-are-fit-for-use';
import { keysAreRotated } from './keys-are-rotated';
import { logBucketsCanBeDeliveredTo } from './log-buckets-can-be-delivered-to';
import { logGroupsAreKept } from './log-groups-are-kept';
import { logGroupsStandWhereLogsGo } from './log-groups-stand-where-logs-go';
import { logsGoNowhereElse } from './logs-go-nowhere-else';
import { messagesAreEncrypted } from './messages-are-encrypted';
import { objectsStayWithinReach } from './objects-stay-within-reach';
import { parametersHoldNoTokenKeys } from './parameters-hold-no-token-keys';
import { policiesStandAlone } from './policies-stand-alone';
import { recordsCannotBeDeleted } from './records-cannot-be-deleted';
import { storesSayWhatTheyHold } from './stores-say-what-they-hold';
import { subscriptionsTellInConfidence } from './subscriptions-tell-in-confidence';
import { workflowsKeepNoData } from './workflows-keep-no-data';

/** Buckets, keys, log groups, topics, queues and parameters. */
export const STORAGE_CHECKS: readonly Check[] = [
  bucketsUseACustomerKey,
  bucketsKeepEveryVersion,
  bucketsBelongToTheirAccount,
  bucketsLogAccess,
  bucketsOfPhiTellOfChanges,
  bucketsRefusePlainConnections,
  recordsCannotBeDeleted,
  policiesStandAlone,
  logBucketsCanBeDeliveredTo,
  keysAreRotated,
  logGroupsAreKept,
  messagesAreEncrypted,
  bucketsShareWithNobody,
  objectsStayWithinReach,
  keysAreFitForUse,
  logGroupsStandWhereLogsGo,
  logsGoNowhereElse,
  deadLettersAreKept,
  subscriptionsTellInConfidence,
  parametersHoldNoTokenKeys,
  storesSayWhatTheyHold,
  workflowsKeepNoData,
];
