import { s3Incidents } from '../incident/adapters/s3-incidents';
import { snsOfficer } from '../incident/adapters/sns-officer';
import { readEnvironment } from '../shared/environment';
import { sfnWorkflows } from './adapters/sfn-workflows';
import { INCIDENT_COORDINATOR_ENVIRONMENT } from './contract';
import { createCoordinator } from './coordinator';
import { readSettings } from './settings';

const environment = readEnvironment(INCIDENT_COORDINATOR_ENVIRONMENT);

/** Opens the record of what was detected, starts what contains it by itself, and tells the security officer. Invoked by a queue. */
export const handler = createCoordinator({
  settings: readSettings(environment),
  store: s3Incidents(environment.EVIDENCE_BUCKET_NAME),
  workflows: sfnWorkflows(),
  officer: snsOfficer(environment.SECURITY_TOPIC_ARN),
  now: Date.now,
});
