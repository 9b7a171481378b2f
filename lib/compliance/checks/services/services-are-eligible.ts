import type { Check } from '../../check';
import { eligibilityOf, listDate } from '../../eligibility';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import type { Verdict } from '../../verdict';

/** A service that holds no PHI in normal use, though the list does not name it. */
const STEERS = 'control-plane-only';

/**
 * PHI is with services that AWS signs for, under its agreement with a business associate. A service that only steers others passes with the
 * note of the list; one that the list does not hold is refused until somebody has looked.
 */
export const servicesAreEligible: Check = {
  id: 'services/services-are-eligible',
  claim: 'every resource is of a service on the HIPAA-eligible list, or of one that holds no PHI in normal use',
  citations: ['164.308(b)(1)'],
  severity: 'error',
  evaluate: (environment) => withNotes(environment, judgeEach(environment.all, '164.308(b)(1)', faultsOf)),
};

function faultsOf(resource: Resource): readonly Fault[] {
  const { namespace, entry } = eligibilityOf(resource.type);
  const fault = (expected: string): readonly Fault[] => [{ property: 'Type', value: resource.type, expected }];
  if (!entry) return fault(`a service that the list of ${listDate()} holds; ${namespace} is not in it`);
  return entry.hipaaEligible === false ? fault(`an eligible service; ${entry.service} is none by the list of ${listDate()}`) : [];
}

function withNotes(environment: EnvironmentModel, verdict: Verdict): Verdict {
  if (verdict.state !== 'met') return verdict;
  const notes = environment.all.flatMap(({ type }) => {
    const { entry } = eligibilityOf(type);
    return entry?.hipaaEligible === STEERS ? [`${entry.service}: ${entry.note ?? 'not on the list'}`] : [];
  });
  return { ...verdict, notes: [...new Set(notes)].sort() };
}
