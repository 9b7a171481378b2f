import type { Check } from '../../check';
import { backupRolesCanUseKeys } from './backup-roles-can-use-keys';
import { backupsAreFrequentAndKept } from './backups-are-frequent-and-kept';
import { restoresAreTested } from './restores-are-tested';
import { rulesKeepWithinVaults } from './rules-keep-within-vaults';
import { selectionsHoldEveryStore } from './selections-hold-every-store';

/** Plans, selections and restore tests; the vaults stand among the data. */
export const BACKUP_CHECKS: readonly Check[] = [
  selectionsHoldEveryStore,
  backupsAreFrequentAndKept,
  rulesKeepWithinVaults,
  backupRolesCanUseKeys,
  restoresAreTested,
];
