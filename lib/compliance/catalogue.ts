import type { Check } from './check';
import { HARD_CHECKS } from './checks/hard/table';

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [...HARD_CHECKS];
