import { CHECKS } from '../../lib/compliance/catalogue';
import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { runChecks } from '../../lib/compliance/run-checks';
import { changed, modelOf, type RawResource, type TemplateDraft } from '../support/weakening';

type Json = Record<string, unknown>;
type Rewrite = (value: unknown, key: string, path: readonly string[]) => unknown;

/** What every check says, with the population that it looked at; by logical id where those stay. */
function verdictsOf(model: EnvironmentModel, byId: boolean): Record<string, unknown> {
  return Object.fromEntries(
    runChecks(model, CHECKS, '2026-11-25').results.map(({ check, verdict }) => {
      const population =
        'population' in verdict
          ? verdict.population.map(({ stack, logicalId, type }) => `${stack} ${byId ? logicalId : ''} ${type}`).sort()
          : [];
      return [
        check.id,
        {
          state: verdict.state,
          population,
          ...('reason' in verdict ? { reason: verdict.reason } : {}),
          ...('findings' in verdict ? { findings: verdict.findings } : {}),
        },
      ];
    }),
  );
}

/** Rewrites every value of every property, the inner ones first; says how many it changed. */
function rewriting(rewrite: Rewrite): (draft: TemplateDraft) => number {
  let count = 0;
  const walk = (value: unknown, key: string, path: readonly string[]): unknown => {
    const inside = Array.isArray(value)
      ? value.map((item) => walk(item, '', [...path, key]))
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name, [...path, key])]))
        : value;
    const after = rewrite(inside, key, path);
    if (after !== inside) count += 1;
    return after;
  };
  return (draft) => {
    for (const template of draft.templates.values()) {
      for (const resource of Object.values(template.Resources)) resource.Properties = walk(resource.Properties, '', []) as Json;
      const rest = template as unknown as { Outputs?: unknown };
      rest.Outputs = walk(rest.Outputs, '', []);
    }
    return count;
  };
}

const isOnly = (value: unknown, name: string): value is Json =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 1 && name in value;

/** A part of a Join as a Sub has it; undefined for one that a Sub cannot have. */
function inSub(part: unknown): string | undefined {
  if (typeof part === 'string') return part.replaceAll('${', '${!');
  if (isOnly(part, 'Ref')) return `\${${String(part['Ref'])}}`;
  if (isOnly(part, 'Fn::GetAtt')) return `\${${[part['Fn::GetAtt']].flat().join('.')}}`;
  return undefined;
}

const joinToSub: Rewrite = (value) => {
  if (!isOnly(value, 'Fn::Join')) return value;
  const [separator, parts] = value['Fn::Join'] as [string, unknown];
  if (separator !== '' || !Array.isArray(parts)) return value;
  const variables: Json = {};
  const text = parts.map((part, at) => inSub(part) ?? ((variables[`Part${at}`] = part), `\${Part${at}}`)).join('');
  return { 'Fn::Sub': Object.keys(variables).length > 0 ? [text, variables] : text };
};

/** Parts of policies that are one or many. */
const ONE_OR_MANY = [
  'Action',
  'Resource',
  'Service',
  'AWS',
  'Statement',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:PrincipalArn',
  's3:x-amz-acl',
];

/** Text that CloudFormation hands on as it is, in which a number is not a text. */
const VERBATIM = ['EventPattern', 'TemplateBody'];
const isVerbatim = (key: string, path: readonly string[]): boolean => VERBATIM.some((name) => key === name || path.includes(name));

const reversed = (value: Json): Json => Object.fromEntries(Object.entries(value).reverse());

const REFACTORINGS: readonly (readonly [string, (draft: TemplateDraft) => number])[] = [
  [
    'statements in another order',
    rewriting((value, key) =>
      key === 'Statement' && Array.isArray(value) && value.length > 1 ? [...(value as unknown[])].reverse() : value,
    ),
  ],
  ['Fn::Sub for Fn::Join', rewriting(joinToSub)],
  [
    'a list of one for one',
    rewriting((value, key, path) =>
      ONE_OR_MANY.includes(key) && typeof value === 'string' && path.some((step) => /Document|Policy/.test(step)) ? [value] : value,
    ),
  ],
  [
    'one for a list of one',
    rewriting((value, key, path) =>
      ONE_OR_MANY.includes(key) && Array.isArray(value) && value.length === 1 && path.some((step) => /Document|Policy/.test(step))
        ? (value as unknown[])[0]
        : value,
    ),
  ],
  ['booleans as text', rewriting((value, key, path) => (typeof value === 'boolean' && !isVerbatim(key, path) ? String(value) : value))],
  ['numbers as text', rewriting((value, key, path) => (typeof value === 'number' && !isVerbatim(key, path) ? String(value) : value))],
  [
    'text as numbers and booleans',
    rewriting((value, key, path) => {
      if (
        typeof value !== 'string' ||
        isVerbatim(key, path) ||
        path.some((step) => /^Fn::|Condition|Principal/.test(step)) ||
        key.startsWith('Fn::')
      )
        return value;
      return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value;
    }),
  ],
  [
    'keys in another order',
    rewriting((value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 1
        ? reversed(value as Json)
        : value,
    ),
  ],
  [
    'GetAtt as text',
    rewriting((value) =>
      isOnly(value, 'Fn::GetAtt') && Array.isArray(value['Fn::GetAtt']) ? { 'Fn::GetAtt': value['Fn::GetAtt'].join('.') } : value,
    ),
  ],
  [
    'GetAtt as Sub',
    rewriting((value) => (isOnly(value, 'Fn::GetAtt') ? { 'Fn::Sub': `\${${[value['Fn::GetAtt']].flat().join('.')}}` } : value)),
  ],
  ['Ref as Sub', rewriting((value) => (isOnly(value, 'Ref') ? { 'Fn::Sub': `\${${String(value['Ref'])}}` } : value))],
  [
    'tags in another order',
    rewriting((value, key) => (key === 'Tags' && Array.isArray(value) && value.length > 1 ? [...(value as unknown[])].reverse() : value)),
  ],
  [
    'resources in another order',
    (draft) => {
      for (const template of draft.templates.values()) template.Resources = reversed(template.Resources) as Record<string, RawResource>;
      return draft.all().length;
    },
  ],
];

/** Gives every resource another logical id, everywhere. */
function renamed(draft: TemplateDraft): number {
  for (const [stack, template] of draft.templates) {
    const names = new Map(Object.keys(template.Resources).map((id, at) => [id, `R${at}x${stack.length}`]));
    const all = new RegExp(`(?<![\\w:-])(?:${[...names.keys()].join('|')})(?![\\w-])`, 'g');
    const { Resources, ...rest } = JSON.parse(JSON.stringify(template).replace(all, (id) => names.get(id) ?? id)) as {
      Resources: Record<string, RawResource>;
    };
    Object.assign(template, rest, { Resources });
  }
  return draft.all().length;
}

const before = verdictsOf(modelOf('prod'), true);

describe('a harmless refactoring changes no verdict:', () => {
  it.each(REFACTORINGS)('%s', (_, refactor) => {
    let count = 0;
    const model = changed('prod', (draft) => void (count = refactor(draft)));
    expect(count).toBeGreaterThan(3);
    expect(verdictsOf(model, true)).toEqual(before);
  });

  it('other logical ids', () => {
    const model = changed('prod', (draft) => void renamed(draft));
    expect(model.all.filter(({ logicalId }) => !/^R\d+x\d+$/.test(logicalId))).toEqual([]);
    // The reviewed list names principals by their logical ids: with others there is nobody whom it speaks of.
    const withoutList = (verdicts: Readonly<Record<string, unknown>>): unknown => ({
      ...verdicts,
      'access/access-is-as-reviewed': undefined,
    });
    expect(withoutList(verdictsOf(model, false))).toEqual(withoutList(verdictsOf(modelOf('prod'), false)));
  });
});

it('has every check say something of every environment of ours', () => {
  expect(Object.keys(before)).toHaveLength(CHECKS.length);
  expect(Object.values(before).filter((verdict) => (verdict as { state: string }).state === 'met').length).toBeGreaterThan(
    CHECKS.length - 5,
  );
});
