import type { Check } from './check';
import { DEPLOY_CHECKS } from './checks/deploy/table';
import { HARD_CHECKS } from './checks/hard/table';
import { LIVENESS_CHECKS } from './checks/liveness/table';
import { PRESENCE_CHECKS } from './checks/presence/environment-has';
import { DATA_CHECKS } from './checks/data/table';
import { EDGE_CHECKS } from './checks/edge/table';
import { IDENTITY_CHECKS } from './checks/identity/table';
import { NETWORK_CHECKS } from './checks/network/table';
import { eligibilityIsCertain } from './checks/services/eligibility-is-certain';
import { servicesAreEligible } from './checks/services/services-are-eligible';
import { STORAGE_CHECKS } from './checks/storage/table';
import { TRAIL_CHECKS } from './checks/trail/table';

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [
  ...HARD_CHECKS,
  ...PRESENCE_CHECKS,
  ...STORAGE_CHECKS,
  ...DATA_CHECKS,
  ...NETWORK_CHECKS,
  ...EDGE_CHECKS,
  ...IDENTITY_CHECKS,
  ...TRAIL_CHECKS,
  ...LIVENESS_CHECKS,
  ...DEPLOY_CHECKS,
  servicesAreEligible,
];

/**
 * Every check, and those that turn doubts into findings: for a release.
 *
 * @param today ISO date.
 */
export function strictChecks(today: string): readonly Check[] {
  return [...CHECKS, eligibilityIsCertain(today)];
}
