/** One figure that no template shows. */
export interface Assumption {
  /** What is assumed, with its unit. */
  readonly says: string;
  readonly production: number;
  /** For every other environment. */
  readonly other: number;
}

/**
 * Traffic and volumes behind the cost card, printed with it.
 *
 * Production is a young telehealth service of about 5,000 active patients and clinicians; the others are used by a few
 * engineers. Change a figure here and every environment's card follows.
 */
export const ASSUMPTIONS = {
  requestsPerDay: { says: 'API requests a day', production: 100_000, other: 10_000 },
  requestMilliseconds: { says: 'milliseconds of compute per API request', production: 150, other: 150 },
  requestKilobytes: { says: 'kilobytes per API request and its response', production: 8, other: 8 },
  scheduledInvocations: { says: 'function invocations by schedules and events a month', production: 150_000, other: 150_000 },
  activeUsers: { says: 'active users a month', production: 5_000, other: 50 },
  internetGb: { says: 'GB sent to the internet a month', production: 60, other: 5 },
  recentObjectGb: { says: 'GB in buckets, younger than 90 days', production: 150, other: 15 },
  oldObjectGb: { says: 'GB in buckets, older than 90 days', production: 600, other: 50 },
  objectWrites: { says: 'objects written a month, logs included', production: 1_500_000, other: 500_000 },
  objectReads: { says: 'objects read a month', production: 1_000_000, other: 50_000 },
  logIngestGb: { says: 'GB written to log groups a month', production: 25, other: 5 },
  logStoredGb: { says: 'GB kept in log groups, compressed, after one year', production: 60, other: 12 },
  flowLogGb: { says: 'GB of flow logs a month', production: 15, other: 3 },
  auditBatches: { says: 'batches of audit events signed and stored a month, one a minute', production: 43_800, other: 43_800 },
  keyRotations: { says: 'billed rotations of each rotating KMS key, after two years', production: 2, other: 2 },
  kmsCallsPerRequest: { says: 'KMS calls per API request', production: 0.5, other: 0.5 },
  endpointGb: { says: 'GB through interface endpoints a month', production: 20, other: 2 },
  backupGbPerDatabaseGb: { says: 'GB of backups kept per GB of database storage, in each Region', production: 4, other: 2 },
  backupObjectGb: { says: 'GB of bucket backups kept, in each Region', production: 300, other: 10 },
  copiedBackupGb: { says: 'GB of backups copied between Regions a month', production: 80, other: 10 },
  objectEvents: { says: 'S3 object accesses that CloudTrail records a month', production: 500_000, other: 100_000 },
  managementEvents: { says: 'CloudTrail management events a month', production: 2_000_000, other: 1_000_000 },
  configItems: { says: 'configuration items recorded a month', production: 3_000, other: 3_000 },
  evaluationsPerRule: { says: 'evaluations of each conformance rule a month', production: 200, other: 200 },
  securityHubChecks: { says: 'Security Hub checks a month', production: 12_000, other: 12_000 },
  threatLogGb: { says: 'GB of flow and DNS logs that GuardDuty reads a month', production: 15, other: 3 },
  functionLogGb: { says: 'GB of function network logs that GuardDuty reads a month', production: 3, other: 1 },
  notifications: { says: 'notification e-mails a month', production: 500, other: 500 },
  queueRequests: { says: 'queue requests a month', production: 1_000_000, other: 1_000_000 },
  busEvents: { says: 'custom events on the event bus a month', production: 100_000, other: 50_000 },
  restoreTests: { says: 'restore tests a month', production: 4, other: 1 },
} as const satisfies Record<string, Assumption>;

/** The figures for one environment, by the names of {@link ASSUMPTIONS}. */
export type Assumptions = Readonly<Record<keyof typeof ASSUMPTIONS, number>>;

/** The production figures for `prod`, the other ones for any other name. */
export function assumptionsFor(environment: string): Assumptions {
  const column = environment === 'prod' ? 'production' : 'other';
  return Object.fromEntries(Object.entries(ASSUMPTIONS).map(([name, row]) => [name, row[column]])) as Assumptions;
}

/** Hours in the month of every price list. */
export const HOURS_PER_MONTH = 730;

/** API requests in such a month. */
export function requestsPerMonth({ requestsPerDay }: Assumptions): number {
  return (requestsPerDay * HOURS_PER_MONTH) / 24;
}
