import type { EnvironmentModel } from './model/environment';
import type { Verdict } from './verdict';

/** `fatal` is for states that no environment may have: it can be neither accepted nor waived. */
export type Severity = 'fatal' | 'error';

/** The question a check asks, which is also the folder it lives in. */
export type CheckGroup = 'hard' | 'presence' | 'strength' | 'access' | 'liveness' | 'deploy' | 'services';

/** One check over a whole environment: pure, and named for the good state. */
export interface Check {
  /** `strength/buckets-keep-every-version`: group and file name. */
  readonly id: `${CheckGroup}/${string}`;
  /** The claim that holds when the check is met, as a sentence without its full stop. */
  readonly claim: string;
  /** What it is evidence for, the first one above all, as `164.312(c)(1)`. */
  readonly citations: readonly [string, ...string[]];
  readonly severity: Severity;
  /**
   * Judges.
   *
   * @throws CannotTell when something it needs cannot be read.
   */
  readonly evaluate: (environment: EnvironmentModel) => Verdict;
}
