import type { Check } from '../../check';
import { alarmsArrive } from './alarms-arrive';
import { alarmsFire } from './alarms-fire';
import { detectionsStartWhatContains } from './detections-start-what-contains';
import { emergencyUseRings } from './emergency-use-rings';
import { eventsAreOfAws } from './events-are-of-aws';
import { filtersServeAlarms } from './filters-serve-alarms';
import { functionsAreCalled } from './functions-are-called';
import { functionsReachWhatTheyUse } from './functions-reach-what-they-use';
import { messagesCarryNoDetail } from './messages-carry-no-detail';
import { queuesAreWorkedOff } from './queues-are-worked-off';
import { rulesArrive } from './rules-arrive';
import { rulesFire } from './rules-fire';
import { serviceRolesCanWork } from './service-roles-can-work';
import { targetsMayBeInvoked } from './targets-may-be-invoked';
import { webAclBlocks } from './web-acl-blocks';
import { workflowsActOnWhatIsThere } from './workflows-act-on-what-is-there';
import { workflowsCanBeUndone } from './workflows-can-be-undone';

/** Controls that can act. */
export const LIVENESS_CHECKS: readonly Check[] = [
  alarmsFire,
  alarmsArrive,
  rulesFire,
  rulesArrive,
  queuesAreWorkedOff,
  detectionsStartWhatContains,
  webAclBlocks,
  targetsMayBeInvoked,
  emergencyUseRings,
  filtersServeAlarms,
  messagesCarryNoDetail,
  eventsAreOfAws,
  functionsAreCalled,
  functionsReachWhatTheyUse,
  serviceRolesCanWork,
  workflowsActOnWhatIsThere,
  workflowsCanBeUndone,
];
