import { toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { everyPolicyOf, type PlacedPolicy, type PolicyKind } from '../../policy/every-policy';
import type { Statement } from '../../policy/statement';
import type { Verdict } from '../../verdict';

/** What is wrong with one statement; the property is the statement itself. */
export type StatementFault = Omit<Fault, 'property'>;

/**
 * Judges statements one by one. Met when none has a fault; not applicable when no policy of these kinds holds a statement.
 *
 * @param faultsOf pure; throws CannotTell where it cannot read.
 */
export function judgeStatements(
  environment: EnvironmentModel,
  kinds: readonly PolicyKind[],
  citation: string,
  faultsOf: (statement: Statement, policy: PlacedPolicy) => readonly StatementFault[],
): Verdict {
  const policies = everyPolicyOf(environment).filter(({ kind, statements }) => kinds.includes(kind) && statements.length > 0);
  if (policies.length === 0) return { state: 'notApplicable', reason: `the templates hold no policy of the kind ${kinds.join(', ')}` };
  const findings = policies.flatMap((policy) =>
    policy.statements.flatMap((statement) =>
      faultsOf(statement, policy).map((fault) =>
        toFinding(policy.at, citation, { property: `${policy.property} ${statement.label}`, ...fault }),
      ),
    ),
  );
  return verdictOf(
    policies.map(({ at }) => at),
    findings,
  );
}
