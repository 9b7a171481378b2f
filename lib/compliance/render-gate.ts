import { printable } from './printable';
import type { GateResult } from './run-checks';

/** Longest list of findings of one check in the text; the JSON has them all. */
const MOST_FINDINGS = 20;

/**
 * What the gate says, for a terminal: a line an environment, and below it each check that does not pass with what is wrong where. Names and
 * values are made {@link printable}: they are somebody else's.
 */
export function renderGate(results: readonly GateResult[]): string {
  return results.map(renderEnvironment).join('\n');
}

function renderEnvironment({ environment, results, exceptionFaults, passed }: GateResult): string {
  const count = (state: string): number => results.filter(({ verdict }) => verdict.state === state).length;
  const accepted = results.flatMap(({ findings }) => findings).filter((finding) => finding.accepted).length;
  const head =
    `${environment}: ${passed ? 'passed' : 'FAILED'}: ${results.length} checks, ${count('met')} met, ${count('unmet')} unmet, ` +
    `${count('cannotTell')} cannot tell, ${count('notApplicable')} not applicable; ${accepted} findings accepted`;
  const failed = results
    .filter((result) => !result.passed)
    .flatMap(({ check, verdict, findings }) => {
      const open = findings.filter((finding) => !finding.accepted);
      const lines =
        verdict.state === 'cannotTell'
          ? [`    cannot tell: ${verdict.reason}`]
          : open
              .slice(0, MOST_FINDINGS)
              .map(
                ({ stack, logicalId, property, value, expected }) =>
                  `    ${[stack, logicalId].filter(Boolean).join('/')} ${property}: ${value}; expected ${expected}`,
              );
      const rest = open.length > MOST_FINDINGS ? [`    and ${open.length - MOST_FINDINGS} more`] : [];
      return [`  ${check.id} (${check.citations[0]}${check.severity === 'fatal' ? ', fatal' : ''}): ${check.claim}`, ...lines, ...rest];
    });
  const exceptions = exceptionFaults.map(({ stack, logicalId, rule, fault }) => `  exception of ${rule} on ${stack}/${logicalId} ${fault}`);
  return `${[head, ...failed, ...exceptions].map(printable).join('\n')}\n`;
}
