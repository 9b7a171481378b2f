import type { EnvironmentName } from '../config/environment';

/** Where the detections stand, for what their patterns name. */
export interface DetectionPlace {
  readonly environment: EnvironmentName;
  /** 12 digits. */
  readonly account: string;
  /** Home Region. */
  readonly region: string;
  /** As `aws`; may be a token. */
  readonly partition: string;
  /** The private endpoint of Secrets Manager, through which the migrations read the master login; may be a token. */
  readonly secretsEndpointId: string;
}

/** How bad it is, if it is what it looks like. */
export type Severity = 'critical' | 'high' | 'medium';

/** What it calls for. A: containment at once. B: containment when a person approves. C: a person to be told. So far a person is told of each. */
export type Tier = 'A' | 'B' | 'C';

/** What would contain it, by whoever is told. Of tier C nothing does, but a person. */
export type Containment =
  | 'restartTrail'
  | 'switchDetectionOn'
  | 'keepKey'
  | 'blockPublicAccess'
  | 'withdrawSnapshot'
  | 'isolateDatabase'
  | 'revokeRoleSessions'
  | 'none';

/** Whose events a detection leaves out: what contains an incident, or what a deploy does with the execution role of CloudFormation. */
export type Exemption = 'response' | 'deployment';

/** Something that happened, as AWS tells of it. */
export type Occurrence = Readonly<Record<string, unknown>>;

/** What a detection has to see, and what looks alike and is none of its business. Synthetic, of documented shape. */
export interface Fixtures {
  readonly match: readonly Occurrence[];
  readonly miss: readonly Occurrence[];
}

/** One thing that must not happen unseen. */
interface Detected {
  /** Construct id, name of the metric, and heading of the runbook entry, which several ways of seeing one thing share. */
  readonly id: string;
  /** What a person reads in the mail. */
  readonly description: string;
  readonly severity: Severity;
  /** Citations it serves, such as `164.312(b)`. */
  readonly citations: readonly [string, ...string[]];
  readonly fixtures: Fixtures;
}

/** Recognised in the management events that the trail writes to its log group, of every Region; counted, and told by an alarm. */
export interface TrailDetection extends Detected {
  readonly source: 'trail';
  readonly region: 'every';
  /** CloudWatch Logs filter pattern over one CloudTrail record. */
  readonly pattern: string;
  /** Occurrences in five minutes that raise the alarm. */
  readonly threshold: number;
  readonly tell: 'securityOfficer' | 'bothOfficers';
}

/** An event pattern as EventBridge reads it. */
export interface BusPattern {
  readonly source: readonly (string | { readonly prefix: string })[];
  readonly 'detail-type'?: readonly string[];
  readonly detail: Readonly<Record<string, unknown>> & { readonly userIdentity?: Readonly<Record<string, unknown>> };
}

/** Recognised event by event on the default bus within seconds, with what a containment needs to know. */
export interface BusDetection extends Detected {
  readonly source: 'bus';
  /** Where AWS puts such events: those of global services on the bus of us-east-1, from which they are forwarded. */
  readonly region: 'home' | 'homeAndUsEast1';
  /** What is exempt is not in it: {@link Exemption} is. */
  readonly pattern: BusPattern;
  /** Whether it is about calls that change nothing, which a rule gets only when it asks for them. @default false */
  readonly readOnlyCalls?: boolean;
  /** When the execution role of CloudFormation did it. @default the same, or exempt */
  readonly severityOfDeployment?: Severity;
  readonly tier: Tier;
  /** The containment that the event calls for; no rule starts it. */
  readonly action: Containment;
  readonly exempt: readonly Exemption[];
}

/** Any row of the table. */
export type Detection = TrailDetection | BusDetection;
