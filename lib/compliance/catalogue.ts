import type { Check } from './check';
import { referencesResolve } from './checks/deploy/references-resolve';
import { HARD_CHECKS } from './checks/hard/table';
import { LIVENESS_CHECKS } from './checks/liveness/table';
import { DETECTION_CHECKS } from './checks/presence/detections';
import { PRESENCE_CHECKS } from './checks/presence/environment-has';
import { failuresAreWatched } from './checks/presence/failures-are-watched';
import { STANDING_WORK_CHECKS } from './checks/presence/standing-work';
import { witnessesOfEmergencies } from './checks/presence/witnesses-of-emergencies';
import { DATA_CHECKS } from './checks/data/table';
import { EDGE_CHECKS } from './checks/edge/table';
import { IDENTITY_CHECKS } from './checks/identity/table';
import { NETWORK_CHECKS } from './checks/network/table';
import { STORAGE_CHECKS } from './checks/storage/table';
import { TRAIL_CHECKS } from './checks/trail/table';

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [...HARD_CHECKS, ...PRESENCE_CHECKS, failuresAreWatched, witnessesOfEmergencies, ...STANDING_WORK_CHECKS, ...DETECTION_CHECKS, ...STORAGE_CHECKS, ...DATA_CHECKS, ...NETWORK_CHECKS, ...EDGE_CHECKS, ...IDENTITY_CHECKS, ...TRAIL_CHECKS, ...LIVENESS_CHECKS, referencesResolve];
