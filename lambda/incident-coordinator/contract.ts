import type { Environment } from '../shared/environment';

/** Event name of the one log line for every message. */
export const INCIDENT_COORDINATOR_EVENT = 'incident_coordinator';

/** Where in the evidence bucket the coordinator claims its turns, which cap what starts by itself. */
export const COORDINATION_PREFIX = 'coordination/';

/** Environment of the coordinator. */
export const INCIDENT_COORDINATOR_ENVIRONMENT = [
  'CONTAINMENTS',
  'EVIDENCE_BUCKET_NAME',
  'INCIDENT_DEFAULTS',
  'KNOWN_ROLES',
  'SECURITY_TOPIC_ARN',
  'STATE_MACHINE_ARN_PREFIX',
] as const;

/** What the stack must set. */
export type IncidentCoordinatorEnvironment = Environment<typeof INCIDENT_COORDINATOR_ENVIRONMENT>;

/** What a workflow acts on: the field of its input, and what that must look like, as the inside of an anchored regular expression. */
export interface ContainmentTarget {
  readonly field: string;
  readonly pattern: string;
}

/** `CONTAINMENTS`, as JSON: every workflow that contains, by action; null for one that takes no target. */
export type Containments = Readonly<Record<string, ContainmentTarget | null>>;

/** `INCIDENT_DEFAULTS`, as JSON: what a record needs that no event tells. */
export interface IncidentDefaults {
  /** IANA name of the zone whose days count. */
  readonly timeZone: string;
  readonly regime: readonly ('hipaa' | 'ftc' | 'state' | 'contract')[];
  readonly as: 'covered_entity' | 'business_associate' | 'agent_business_associate';
}

/** `KNOWN_ROLES`, as JSON: ARNs of roles whose doings are no incident. */
export interface KnownRoles {
  /** With which CloudFormation deploys. */
  readonly deployment: string;
  /** Which contain. */
  readonly response: readonly string[];
}

/**
 * What a rule sends of a detection: constants of its row, and ids of the event. Each value is text, empty where there is none, since a
 * template of EventBridge leaves nothing in place of what an event lacks.
 */
export interface DetectionMessage {
  readonly ruleId: string;
  readonly tier: string;
  readonly severity: string;
  /** When a deploy did it; empty where that makes no difference. */
  readonly severityOfDeployment: string;
  readonly action: string;
  readonly targetField: string;
  readonly target: string;
  /** ARN of the role behind the session that did it. */
  readonly principal: string;
  /** Name of the IAM user who did it. */
  readonly user: string;
  readonly eventId: string;
  readonly time: string;
  readonly region: string;
}
