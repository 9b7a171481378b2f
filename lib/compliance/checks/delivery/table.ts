import type { Check } from '../../check';
import { logsReachBuckets } from './logs-reach-buckets';
import { logsReachGroups } from './logs-reach-groups';

/** Logs that arrive. */
export const DELIVERY_CHECKS: readonly Check[] = [logsReachBuckets, logsReachGroups];
