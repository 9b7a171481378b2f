import type { DetectionPlace } from '../../lib/detection/detection';
import type { Detections } from '../../lib/detection/detections';
import { detectionsOf } from '../../lib/detection/detections';
import type { Landscape } from './landscape';

/** What the table names of an environment, as the templates spell it. */
export function placeOf(land: Landscape): DetectionPlace {
  const { account, name: environment, region } = land.config;
  const secretsEndpointId = land.refOf(land.one('AWS::EC2::VPCEndpoint', 'RecordsVpcSecretsManager'));
  return { environment, account, region, partition: 'aws', secretsEndpointId };
}

/** The table of an environment. */
export function tableOf(land: Landscape): Detections {
  return detectionsOf(placeOf(land));
}
