import { accessCalls } from './access-calls';
import { controlCalls } from './control-calls';
import { containmentEnds } from './containment-ends';
import { dataCalls } from './data-calls';
import type { BusDetection, DetectionPlace, TrailDetection } from './detection';
import { identityCalls } from './identity-calls';
import { serviceEvents } from './service-events';
import { storeCalls } from './store-calls';
import { changeDetections } from './trail-changes';
import { peopleDetections } from './trail-people';
import { unusualAccess } from './unusual-access';
import type { WatchedData } from './watched-data';

/**
 * Everything that is detected, as one table: the rules, metric filters and alarms are made of it, its fixtures are tried on what is
 * deployed, and the evidence and the runbook are compared with it. 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii).
 *
 * What is seen by the trail counts, in every Region, a few minutes later; what is seen on the bus is one event, at once, with what a
 * containment needs to know (docs/decisions/0026-two-ways-of-seeing.md).
 */
export interface Detections {
  readonly trail: readonly TrailDetection[];
  readonly bus: readonly BusDetection[];
}

/** The table of one environment. */
export function detectionsOf(place: DetectionPlace, data: WatchedData): Detections {
  return {
    trail: [...peopleDetections(place), ...changeDetections(place)],
    bus: [
      ...controlCalls(place), ...identityCalls(place), ...storeCalls(place), ...accessCalls(place), ...dataCalls(place, data), ...serviceEvents(),
      ...unusualAccess(), ...containmentEnds(place),
    ],
  };
}
