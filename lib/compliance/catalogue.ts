import type { Check } from './check';
import { ACCESS_CHECKS } from './checks/access/table';
import { BACKUP_CHECKS } from './checks/backup/table';
import { DATA_CHECKS } from './checks/data/table';
import { DELIVERY_CHECKS } from './checks/delivery/table';
import { DEPLOY_CHECKS } from './checks/deploy/table';
import { EDGE_CHECKS } from './checks/edge/table';
import { HARD_CHECKS } from './checks/hard/table';
import { IDENTITY_CHECKS } from './checks/identity/table';
import { LIVENESS_CHECKS } from './checks/liveness/table';
import { NETWORK_CHECKS } from './checks/network/table';
import { aHeartbeat } from './checks/presence/a-heartbeat';
import { changesStartVerification } from './checks/presence/changes-start-verification';
import { containmentEndsAreTold } from './checks/presence/containment-ends';
import { DETECTION_CHECKS } from './checks/presence/detections';
import { emergenciesAreTaken } from './checks/presence/emergencies-are-taken';
import { PRESENCE_CHECKS } from './checks/presence/environment-has';
import { failuresAreWatched } from './checks/presence/failures-are-watched';
import { STANDING_WORK_CHECKS } from './checks/presence/standing-work';
import { STRANGER_CHECKS } from './checks/presence/strangers-at-data';
import { witnessesOfEmergencies } from './checks/presence/witnesses-of-emergencies';
import { eligibilityIsCertain } from './checks/services/eligibility-is-certain';
import { servicesAreEligible } from './checks/services/services-are-eligible';
import { STORAGE_CHECKS } from './checks/storage/table';
import { TRAIL_CHECKS } from './checks/trail/table';

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [
  ...HARD_CHECKS,
  ...PRESENCE_CHECKS,
  ...DETECTION_CHECKS,
  containmentEndsAreTold,
  ...DELIVERY_CHECKS,
  ...STANDING_WORK_CHECKS,
  changesStartVerification,
  failuresAreWatched,
  witnessesOfEmergencies,
  emergenciesAreTaken,
  ...STRANGER_CHECKS,
  aHeartbeat,
  ...STORAGE_CHECKS,
  ...DATA_CHECKS,
  ...BACKUP_CHECKS,
  ...NETWORK_CHECKS,
  ...EDGE_CHECKS,
  ...IDENTITY_CHECKS,
  ...TRAIL_CHECKS,
  ...ACCESS_CHECKS,
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
