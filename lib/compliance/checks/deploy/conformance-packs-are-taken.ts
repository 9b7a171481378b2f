import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { isJson } from '../../model/template';
import { CannotTell } from '../../verdict';

const MOST_BYTES = 51_200;
const TYPES: readonly string[] = ['AWS::Config::ConfigRule', 'AWS::Config::RemediationConfiguration'];

/** A pack that is too long or holds anything else is refused as a whole. */
export const conformancePacksAreTaken: Check = {
  id: 'deploy/conformance-packs-are-taken',
  claim: `every conformance pack has ${MOST_BYTES} bytes at most in the template, rules and remediations only, and no rule twice`,
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::Config::ConformancePack'], '164.308(a)(8)', faultsOf),
};

function faultsOf(pack: Resource): readonly Fault[] {
  const body = textAt(pack, 'TemplateBody');
  if (body === undefined) return [];
  const resources = Object.values(resourcesOf(pack, body)).filter(isJson);
  const foreign = resources.filter(({ Type }) => !TYPES.includes(String(Type)));
  const names = resources
    .flatMap(({ Properties }) => (isJson(Properties) ? [Properties['ConfigRuleName']] : []))
    .filter((name) => name !== undefined);
  const bytes = Buffer.byteLength(body);
  return [
    ...expectAbsent(pack, 'TemplateS3Uri'),
    ...(bytes <= MOST_BYTES
      ? []
      : [{ property: 'TemplateBody', value: `${bytes} bytes`, expected: `at most ${MOST_BYTES}, or TemplateS3Uri` }]),
    ...(resources.length > 0 ? [] : [{ property: 'TemplateBody', value: 'no rule', expected: 'rules' }]),
    ...foreign.map(({ Type }): Fault => ({ property: 'TemplateBody', value: Type, expected: TYPES.join(' or ') })),
    ...(new Set(names).size === names.length
      ? []
      : [{ property: 'TemplateBody', value: 'one name for two rules', expected: 'each name once' }]),
  ];
}

function resourcesOf(pack: Resource, body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isJson(parsed) && isJson(parsed['Resources'])) return parsed['Resources'];
  } catch {
    throw new CannotTell(`the template of ${pack.name} is no JSON`);
  }
  throw new CannotTell(`the template of ${pack.name} has no Resources`);
}
