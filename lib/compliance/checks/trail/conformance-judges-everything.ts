import type { Check } from '../../check';
import { CONFIG_RULE_PARAMETERS, citedConfigRules } from '../../config-rules';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { textAt, toList } from '../../model/read';
import { isJson } from '../../model/template';
import { CannotTell } from '../../verdict';

type Json = Readonly<Record<string, unknown>>;

/** Where a pack says in its metadata which rules it leaves out, and why. */
const LEFT_OUT = 'RulesLeftOut';

const LEAST_REASON = 30;

/** Once deployed, only AWS Config goes on looking: every rule that speaks of the Security Rule runs, or somebody has said why not. */
export const conformanceJudgesEverything: Check = {
  id: 'strength/conformance-judges-everything',
  claim: 'the packs hold every AWS Config rule that an entry in force names, for all its resources and no weaker, or say why not',
  citations: ['164.308(a)(8)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Config::ConformancePack'], '164.308(a)(8)', (pack) => faultsOf(environment, pack)),
};

function faultsOf(environment: EnvironmentModel, pack: Resource): readonly Fault[] {
  const packs = environment.of('AWS::Config::ConformancePack');
  // One finding for each rule, at the first pack: which of several should hold it, nobody can know.
  return [...(pack === packs[0] ? missingFrom(packs) : []), ...rulesOf(pack).flatMap(faultsOfRule)];
}

function missingFrom(packs: readonly Resource[]): readonly Fault[] {
  const held = new Set(packs.flatMap((each) => rulesOf(each).map(({ code }) => code)));
  return [...citedConfigRules()]
    .filter(([name, code]) => !held.has(code) && !packs.some((each) => isLeftOut(each, name)))
    .map(([name]) => ({ property: 'TemplateBody', value: 'absent', expected: `the rule ${name}, or in the metadata a reason why not` }));
}

interface PackRule {
  readonly label: string;
  readonly code: string;
  readonly properties: Json;
}

/** @throws CannotTell when the pack lies elsewhere or is not written as JSON. */
const rulesOf = once((pack: Resource): readonly PackRule[] => {
  const body = textAt(pack, 'TemplateBody');
  if (body === undefined) throw new CannotTell(`${pack.name}: its template lies elsewhere, so its rules cannot be read`);
  let template: unknown;
  try {
    template = JSON.parse(body);
  } catch {
    throw new CannotTell(`${pack.name}: its template is not JSON`);
  }
  const resources = isJson(template) ? template['Resources'] : undefined;
  return Object.entries(isJson(resources) ? resources : {}).flatMap(([label, resource]): readonly PackRule[] => {
    const properties =
      isJson(resource) && resource['Type'] === 'AWS::Config::ConfigRule' && isJson(resource['Properties'])
        ? resource['Properties']
        : undefined;
    const source = properties?.['Source'];
    return properties && isJson(source) && source['Owner'] === 'AWS'
      ? [{ label, code: String(source['SourceIdentifier']), properties }]
      : [];
  });
});

function isLeftOut(pack: Resource, name: string): boolean {
  const reasons = pack.metadata[LEFT_OUT];
  const reason = isJson(reasons) ? reasons[name] : undefined;
  return typeof reason === 'string' && reason.length >= LEAST_REASON;
}

function faultsOfRule({ label, code, properties }: PackRule): readonly Fault[] {
  const given = isJson(properties['InputParameters']) ? properties['InputParameters'] : {};
  const scope = isJson(properties['Scope']) ? properties['Scope'] : {};
  const property = `TemplateBody ${label}`;
  // A scope of types decides when the rule runs; one of a resource or a tag decides for whom.
  const narrowing = ['ComplianceResourceId', 'TagKey', 'TagValue'].filter((name) => scope[name] !== undefined);
  return [
    ...Object.entries(CONFIG_RULE_PARAMETERS[code] ?? {}).flatMap(([name, fits]): readonly Fault[] => {
      const value = given[name];
      return fits(value === undefined ? '' : String(toList(value)[0]))
        ? []
        : [{ property: `${property} ${name}`, value, expected: 'as strict as this baseline' }];
    }),
    ...narrowing.map((name): Fault => ({
      property: `${property} Scope.${name}`,
      value: scope[name],
      expected: 'every resource of its types',
    })),
  ];
}
