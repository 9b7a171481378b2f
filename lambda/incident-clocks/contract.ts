import type { Environment } from '../shared/environment';

/** Event name of the one log line of every run. */
export const INCIDENT_CLOCKS_EVENT = 'incident_clocks';

/** Where in the evidence bucket it says that the officers were told of a day: `sweeps/2026-11-27.json`. */
export const SWEEPS_PREFIX = 'sweeps/';

/** Environment of the clocks. */
export const INCIDENT_CLOCKS_ENVIRONMENT = ['EVIDENCE_BUCKET_NAME', 'PRIVACY_TOPIC_ARN', 'SECURITY_TOPIC_ARN'] as const;

/** What the stack must set. */
export type IncidentClocksEnvironment = Environment<typeof INCIDENT_CLOCKS_ENVIRONMENT>;
