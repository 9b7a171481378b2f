import type { Check } from '../../check';
import { certificatesRenewThemselves } from './certificates-renew-themselves';
import { defaultGroupsAreClosed } from './default-groups-are-closed';
import { endpointsArePrivate } from './endpoints-are-private';
import { everythingStandsInOurNetwork } from './everything-stands-in-our-network';
import { flowLogsSeeEverything } from './flow-logs-see-everything';
import { groupsLetNothingOutUnsaid } from './groups-let-nothing-out-unsaid';
import { groupsNameTheirPeers } from './groups-name-their-peers';
import { innerTiersLetInCallersOnly } from './inner-tiers-let-in-callers-only';
import { namesLeadToUs } from './names-lead-to-us';
import { networksHaveOneWayOut } from './networks-have-one-way-out';
import { onlyLoadBalancersFaceTheInternet } from './only-load-balancers-face-the-internet';
import { rulesReachGroups } from './rules-reach-groups';
import { subnetsHaveOwnRoutes } from './subnets-have-own-routes';
import { tiersSpanZones } from './tiers-span-zones';

/** Networks, groups, endpoints and flow logs. */
export const NETWORK_CHECKS: readonly Check[] = [
  groupsNameTheirPeers,
  groupsLetNothingOutUnsaid,
  rulesReachGroups,
  subnetsHaveOwnRoutes,
  tiersSpanZones,
  everythingStandsInOurNetwork,
  networksHaveOneWayOut,
  innerTiersLetInCallersOnly,
  certificatesRenewThemselves,
  namesLeadToUs,
  onlyLoadBalancersFaceTheInternet,
  flowLogsSeeEverything,
  endpointsArePrivate,
  defaultGroupsAreClosed,
];
