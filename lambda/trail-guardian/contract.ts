import type { Environment } from '../shared/environment';

/** Environment of the trail guardian. */
export const TRAIL_GUARDIAN_ENVIRONMENT = ['EXPECTED_TRAIL', 'RECOVERY_REGION', 'RESTARTS_PARAMETER_NAME'] as const;

/** What the trail's stack must set: `EXPECTED_TRAIL` holds an {@link ExpectedTrail} as JSON. */
export type TrailGuardianEnvironment = Environment<typeof TRAIL_GUARDIAN_ENVIRONMENT>;

/**
 * Event name of the one line of every run. Metric filters read two fields of it: `findings`, and `leftRegions`, which a run that verified
 * files says of the Regions that it did not get to. No line with the second is an alarm of its own.
 */
export const GUARDIAN_EVENT = 'trail_guardian';

/** Where CloudTrail puts the files of an account, digests included, below the trail's prefix: all that the function may read. */
export function trailFilesPrefix(prefix: string, account: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${account}/`;
}

/** One field selector, as the API and CloudFormation both spell it. */
export interface FieldSelector {
  readonly Field: string;
  readonly Equals?: readonly string[];
  readonly NotEquals?: readonly string[];
  readonly StartsWith?: readonly string[];
  readonly NotStartsWith?: readonly string[];
  readonly EndsWith?: readonly string[];
  readonly NotEndsWith?: readonly string[];
}

/** One advanced event selector. */
export interface EventSelector {
  readonly Name: string;
  readonly FieldSelectors: readonly FieldSelector[];
}

/**
 * The trail as its template has it. A text may hold `${Stack.LogicalId}` where only a deploy knows the value; it then stands for one
 * value, the same wherever it stands.
 */
export interface ExpectedTrail {
  readonly name: string;
  /** 12 digits. */
  readonly account: string;
  readonly homeRegion: string;
  readonly bucket: string;
  /** Without a slash at its end; empty for none. */
  readonly prefix: string;
  readonly keyArn: string;
  readonly logGroupArn: string;
  readonly logRoleArn: string;
  readonly isMultiRegion: boolean;
  readonly hasGlobalEvents: boolean;
  readonly isValidated: boolean;
  readonly eventSelectors: readonly EventSelector[];
  /** Insight types, such as `ApiCallRateInsight`. */
  readonly insights: readonly string[];
}

/** ARN of a trail. */
export function trailArn({ account, homeRegion, name }: Pick<ExpectedTrail, 'account' | 'homeRegion' | 'name'>): string {
  return `arn:aws:cloudtrail:${homeRegion}:${account}:trail/${name}`;
}
