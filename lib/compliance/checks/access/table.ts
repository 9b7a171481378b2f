import type { Check } from '../../check';
import { accessIsAsReviewed } from './access-is-as-reviewed';

/** Who may do what: policies evaluated, not matched. */
export const ACCESS_CHECKS: readonly Check[] = [accessIsAsReviewed];
