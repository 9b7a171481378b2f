import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import { leavesOf } from '../../model/leaves';
import { CannotTell } from '../../verdict';

/** CloudFormation refuses a template that refers to what it does not hold: what is left when somebody deletes a resource by hand. */
export const referencesResolve: Check = {
  id: 'deploy/references-resolve',
  claim: 'every reference is to a resource that the templates hold',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const found = environment.all
      .map((resource) => ({ resource, unknowns: leavesOf(resource).unknowns }))
      .filter(({ unknowns }) => unknowns.length > 0);
    const findings = found.flatMap(({ resource, unknowns }) =>
      unknowns
        .filter(({ isDangling }) => isDangling)
        .map(({ reason }) =>
          toFinding(resource, '164.308(a)(8)', { property: 'Properties', value: reason, expected: 'a resource that is there' }),
        ),
    );
    const other = found.flatMap(({ unknowns }) => unknowns).find(({ isDangling }) => !isDangling);
    if (findings.length === 0 && other) throw new CannotTell(other.reason);
    return verdictOf(environment.all, findings);
  },
};
