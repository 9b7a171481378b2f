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

/** What it calls for. A: containment at once. B: containment when a person approves. C: a person to be told. */
export type Tier = 'A' | 'B' | 'C';

/**
 * The workflows of the response that a detection calls for, by id, each with the field of its input that names what to act on; undefined
 * where the workflow knows that itself.
 */
interface TargetFields {
  readonly 'block-public-access': 'bucketName';
  readonly 'isolate-database': undefined;
  readonly 'keep-key': 'keyId';
  readonly 'revoke-role-sessions': 'roleName';
  readonly 'sign-out-user': 'userSub';
  readonly 'switch-detection-on': undefined;
  readonly 'withdraw-snapshot': 'snapshotId';
}

/** Where an event names what to act on. An event without it, which a row may also match, has nothing that a machine could act on. */
export interface ContainmentTarget<Field extends string = string> {
  /** Field of the workflow's input. */
  readonly field: Field;
  /** Below the event, such as `detail.requestParameters.keyId`. */
  readonly path: `detail.${string}`;
}

type ByWorkflow = {
  readonly [Action in keyof TargetFields]: TargetFields[Action] extends string
    ? { readonly action: Action; readonly target: ContainmentTarget<TargetFields[Action]> }
    : { readonly action: Action; readonly target?: never };
};

/**
 * What contains it. Three kinds, told apart by the id: a workflow `ENVIRONMENT-contain-ID`, with a target wherever it takes one;
 * `restart-trail`, which the trail guardian does of its own accord on the same events; and `none`, since nothing does, but a person.
 */
export type Containment = ByWorkflow[keyof ByWorkflow] | { readonly action: 'restart-trail' | 'none'; readonly target?: never };

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

interface OnBus extends Detected {
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
  /** Who is told. @default the security officer alone */
  readonly tell?: 'bothOfficers';
  /**
   * Names in the event that the mail tells, by what they are called there: of workflows, or the pseudonymous id and role of whom an event of
   * our own is about. Never a value that somebody chose freely. @default none
   */
  readonly tells?: Readonly<Record<string, `detail.${string}`>>;
  readonly exempt: readonly Exemption[];
}

/** Recognised event by event on the default bus within seconds, with what a containment needs to know. */
export type BusDetection = OnBus & Containment;

/** Any row of the table. */
export type Detection = TrailDetection | BusDetection;
