import type { WeakeningGroup } from '../../support/weakening';
import { DATA_WEAKENINGS } from './data';
import { DETECTION_WEAKENINGS } from './detection';
import { EDGE_WEAKENINGS } from './edge';
import { IDENTITY_WEAKENINGS } from './identity';
import { NETWORK_WEAKENINGS } from './network';
import { RESPONSE_WEAKENINGS } from './response';
import { STORAGE_WEAKENINGS } from './storage';
import { TRAIL_WEAKENINGS } from './trail';

/** Every weakening of a property, by the kind of resource. */
export const WEAKENING_GROUPS: Readonly<Record<string, WeakeningGroup>> = {
  storage: STORAGE_WEAKENINGS,
  data: DATA_WEAKENINGS,
  trail: TRAIL_WEAKENINGS,
  network: NETWORK_WEAKENINGS,
  edge: EDGE_WEAKENINGS,
  identity: IDENTITY_WEAKENINGS,
  detection: DETECTION_WEAKENINGS,
  response: RESPONSE_WEAKENINGS,
};
