import { acceptancesOf, type AcceptanceFault } from './exceptions';
import type { Check } from './check';
import type { EnvironmentModel } from './model/environment';
import { CannotTell, type Finding, type Verdict } from './verdict';

/** A finding, and whether an exception in force accepts it. */
export interface JudgedFinding extends Finding {
  readonly accepted: boolean;
}

/** What one check said of one environment. */
export interface CheckResult {
  readonly check: Check;
  readonly verdict: Verdict;
  /** Findings of an unmet verdict. */
  readonly findings: readonly JudgedFinding[];
  /** Met, not applicable, or unmet in nothing but what is accepted. `cannotTell` never passes. */
  readonly passed: boolean;
}

/** What all checks said of one environment. */
export interface GateResult {
  readonly environment: string;
  readonly results: readonly CheckResult[];
  /** Exceptions that are themselves at fault: expired, vague, unmatched, or of what cannot be accepted. */
  readonly exceptionFaults: readonly AcceptanceFault[];
  readonly passed: boolean;
}

/**
 * Judges an environment by the given checks. Pure, and in the order of the checks.
 *
 * @param today ISO date, by which exceptions expire.
 */
export function runChecks(environment: EnvironmentModel, checks: readonly Check[], today: string): GateResult {
  const register = acceptancesOf(environment, checks, today);
  const results = checks.map((check): CheckResult => {
    const verdict = evaluate(check, environment);
    const findings =
      verdict.state === 'unmet' ? verdict.findings.map((finding) => ({ ...finding, accepted: register.accepts(check, finding) })) : [];
    const passed = verdict.state === 'unmet' ? findings.every(({ accepted }) => accepted) : verdict.state !== 'cannotTell';
    return { check, verdict, findings, passed };
  });
  const exceptionFaults = register.faults(results.flatMap(({ check, findings }) => findings.map((finding) => ({ check, finding }))));
  return {
    environment: environment.place.name,
    results,
    exceptionFaults,
    passed: exceptionFaults.length === 0 && results.every(({ passed }) => passed),
  };
}

/**
 * A check that met something unreadable cannot tell. So does one that fails by itself: the others still have their say, and none passes.
 */
function evaluate(check: Check, environment: EnvironmentModel): Verdict {
  try {
    return check.evaluate(environment);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { state: 'cannotTell', reason: error instanceof CannotTell ? reason : `the check itself failed: ${reason}` };
  }
}
