import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';
import { runChecks } from '../../lib/compliance/run-checks';
import type { Verdict } from '../../lib/compliance/verdict';
import { checkOf } from './weakening';

/** Account of the small models. */
export const ACCOUNT = '111122223333';

/** Resources by logical id, as a template writes them. */
export type SmallTemplate = Readonly<
  Record<
    string,
    { readonly Type: string; readonly Properties?: unknown; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }
  >
>;

/** An environment of one stack `prod-Small`, for what a check says of little. */
export function smallModel(resources: SmallTemplate, parameters: Readonly<Record<string, unknown>> = {}, name = 'prod'): EnvironmentModel {
  const text = JSON.stringify({ Parameters: parameters, Resources: resources });
  return new EnvironmentModel({ name, account: ACCOUNT }, [
    { stack: 'prod-Small', region: 'us-east-1', template: parseTemplate('small', text) },
  ]);
}

/** What a check says of them. */
export function verdictOn(id: string, model: EnvironmentModel): Verdict {
  const [result] = runChecks(model, [checkOf(id)], '2026-11-25').results;
  if (!result) throw new Error(`${id} said nothing.`);
  return result.verdict;
}

/** The values of an unmet verdict's findings; undefined for any other verdict. */
export function valuesOf(verdict: Verdict): readonly string[] | undefined {
  return verdict.state === 'unmet' ? verdict.findings.map(({ value }) => value) : undefined;
}
