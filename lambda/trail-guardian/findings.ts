/**
 * How bad a finding is. `broken`: events are not recorded, or what was recorded is not what CloudTrail delivered. `unhealthy`: the
 * trail is not as its template says, is late, or leaves something that cannot be judged.
 */
export type Severity = 'broken' | 'unhealthy';

/** What verification can find, and how bad it is; stable codes. */
export const FINDING_SEVERITY = {
  /** No trail of that name, in any Region. */
  trail_missing: 'broken',
  /** The trail of that name has its home in another Region, so it is another trail. */
  home_region_other: 'broken',
  /** A property is not as the template has it. */
  trail_differs: 'unhealthy',
  not_logging: 'broken',
  /** Logging was started again as often as it may be, and was stopped again. */
  restart_refused: 'broken',
  restart_failed: 'broken',
  /** Logging was started again, without knowing how often before. */
  restart_unremembered: 'unhealthy',
  /** Files, digests, or the copy in CloudWatch Logs are not delivered: CloudTrail says why. */
  delivery_failed: 'broken',
  digest_delivery_failed: 'broken',
  log_group_delivery_failed: 'unhealthy',
  /** The newest file or digest is too old. */
  delivery_late: 'unhealthy',
  digest_delivery_late: 'unhealthy',
  /** There is none where there must be one. */
  digests_absent: 'broken',
  /** The newest digest of the window is older than it can be. */
  digests_end_early: 'broken',
  /** A digest that another one names is not there. */
  digest_missing: 'broken',
  /** It is no digest: not compressed JSON, a required field is missing, or of another kind. */
  digest_malformed: 'broken',
  /** It says that it is another file than it is, or lies in another bucket. */
  digest_misplaced: 'broken',
  signature_missing: 'broken',
  signature_invalid: 'broken',
  /** CloudTrail knows no key of that fingerprint for that Region and time. */
  key_unknown: 'broken',
  /** It does not name the one before it, or names another signature or other bytes of it. */
  chain_broken: 'broken',
  /** Of a copy: no signature was kept, and no later digest vouches for it. */
  signature_not_kept: 'unhealthy',
  /** Logging, or validation, was off. */
  gap: 'unhealthy',
  log_missing: 'broken',
  log_changed: 'broken',
  /** A digest names a log file outside of its bucket, or one that cannot be compared. */
  log_unverifiable: 'broken',
} as const satisfies Readonly<Record<string, Severity>>;

/** One of {@link FINDING_SEVERITY}. */
export type FindingCode = keyof typeof FINDING_SEVERITY;

/** All codes. */
export const FINDING_CODES = Object.keys(FINDING_SEVERITY) as readonly FindingCode[];

/** One thing that is not as it should be. Names, times, digests and settings; never a value of an event. */
export interface Finding {
  readonly code: FindingCode;
  /** The file, setting or trail that it is about. */
  readonly about: string;
  readonly expected: string;
  readonly found: string;
}

/** Makes findings about one thing. */
export function findingsAbout(about: string): (code: FindingCode, expected: string, found: string) => Finding {
  return (code, expected, found) => ({ code, about, expected, found });
}

/** The worst of some findings; undefined of none. */
export function worstOf(findings: Iterable<Pick<Finding, 'code'>>): Severity | undefined {
  let worst: Severity | undefined;
  for (const { code } of findings) {
    if (FINDING_SEVERITY[code] === 'broken') return 'broken';
    worst = 'unhealthy';
  }
  return worst;
}
