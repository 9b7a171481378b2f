import type { Check } from '../../check';
import { defaultGroupsAreClosed } from './default-groups-are-closed';
import { endpointsArePrivate } from './endpoints-are-private';
import { flowLogsSeeEverything } from './flow-logs-see-everything';
import { groupsLetNothingOutUnsaid } from './groups-let-nothing-out-unsaid';
import { groupsNameTheirPeers } from './groups-name-their-peers';
import { onlyLoadBalancersFaceTheInternet } from './only-load-balancers-face-the-internet';
import { rulesReachGroups } from './rules-reach-groups';
import { tiersSpanZones } from './tiers-span-zones';

/** Networks, groups, endpoints and flow logs. */
export const NETWORK_CHECKS: readonly Check[] = [
  groupsNameTheirPeers,
  groupsLetNothingOutUnsaid,
  rulesReachGroups,
  tiersSpanZones,
  onlyLoadBalancersFaceTheInternet,
  flowLogsSeeEverything,
  endpointsArePrivate,
  defaultGroupsAreClosed,
];
