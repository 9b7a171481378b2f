import type { Check } from '../../check';
import { eligibilityOf, listDate } from '../../eligibility';
import { judgeEach, verdictOf, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import type { Finding } from '../../verdict';

/** Days after which the list is too old to release by: it changes several times a year. */
const OLDEST_DAYS = 365;

/**
 * The doubts of the list itself, for a strict judgement: 164.308(b)(1).
 *
 * @param today ISO date, by which the list grows old.
 */
export function eligibilityIsCertain(today: string): Check {
  return {
    id: 'services/eligibility-is-certain',
    claim: `no service is on the HIPAA-eligible list by a guess, and the list is no older than ${OLDEST_DAYS} days`,
    citations: ['164.308(b)(1)'],
    severity: 'error',
    evaluate: (environment) => {
      const verdict = judgeEach(environment.all, '164.308(b)(1)', guessed);
      return verdictOf(environment.all, [
        ...(verdict.state === 'unmet' ? verdict.findings : []),
        ...outdated(environment.place.name, today),
      ]);
    },
  };
}

function guessed({ type }: Resource): readonly Fault[] {
  const { entry } = eligibilityOf(type);
  const isSure = entry !== undefined && entry.confidence !== 'low';
  return isSure ? [] : [{ property: 'Type', value: type, expected: `a service that the list of ${listDate()} is sure of` }];
}

function outdated(stack: string, today: string): readonly Finding[] {
  const age = Math.floor((Date.parse(today) - Date.parse(listDate())) / 86_400_000);
  if (age <= OLDEST_DAYS) return [];
  const expected = `a list of the last ${OLDEST_DAYS} days; this one is of ${listDate()}`;
  return [{ stack, logicalId: '', property: 'list of services', value: `${age} days old`, expected, citation: '164.308(b)(1)' }];
}
