import { s3Incidents } from '../incident/adapters/s3-incidents';
import { snsOfficer } from '../incident/adapters/sns-officer';
import { readEnvironment } from '../shared/environment';
import { createClocks } from './clocks';
import { INCIDENT_CLOCKS_ENVIRONMENT } from './contract';

const environment = readEnvironment(INCIDENT_CLOCKS_ENVIRONMENT);

/** Tells officers of the clocks of incidents, once a day. Invoked by a schedule, every half hour. */
export const handler = createClocks({
  store: s3Incidents(environment.EVIDENCE_BUCKET_NAME),
  officers: [snsOfficer(environment.PRIVACY_TOPIC_ARN), snsOfficer(environment.SECURITY_TOPIC_ARN)],
  now: Date.now,
});
