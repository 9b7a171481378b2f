import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import type { Verdict } from '../../lib/compliance/verdict';
import { judge } from './weakening';

/** What a check says of an environment. */
export function verdictOn(id: string, model: EnvironmentModel): Verdict {
  return judge(model, id).verdict;
}

/** The values of an unmet verdict's findings; undefined for any other verdict. */
export function valuesOf(verdict: Verdict): readonly string[] | undefined {
  return verdict.state === 'unmet' ? verdict.findings.map(({ value }) => value) : undefined;
}
