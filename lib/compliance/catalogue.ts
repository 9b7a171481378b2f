import type { Check } from './check';
import { BACKUP_CHECKS } from './checks/backup/table';
import { DELIVERY_CHECKS } from './checks/delivery/table';
import { referencesResolve } from './checks/deploy/references-resolve';
import { templatesSayEverything } from './checks/deploy/templates-say-everything';
import { HARD_CHECKS } from './checks/hard/table';
import { LIVENESS_CHECKS } from './checks/liveness/table';
import { PRESENCE_CHECKS } from './checks/presence/environment-has';
import { DATA_CHECKS } from './checks/data/table';
import { EDGE_CHECKS } from './checks/edge/table';
import { IDENTITY_CHECKS } from './checks/identity/table';
import { NETWORK_CHECKS } from './checks/network/table';
import { STORAGE_CHECKS } from './checks/storage/table';
import { TRAIL_CHECKS } from './checks/trail/table';

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [
  ...HARD_CHECKS,
  ...PRESENCE_CHECKS,
  ...STORAGE_CHECKS,
  ...DATA_CHECKS,
  ...BACKUP_CHECKS,
  ...NETWORK_CHECKS,
  ...EDGE_CHECKS,
  ...IDENTITY_CHECKS,
  ...TRAIL_CHECKS,
  ...DELIVERY_CHECKS,
  ...LIVENESS_CHECKS,
  referencesResolve,
  templatesSayEverything,
];
