import Ajv from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsed, smallPack } from '../support/small-evidence';

/** Folder of NIST's schemas, which are not kept here; without it the documents are checked for what we know of them. */
const SCHEMAS = process.env['OSCAL_SCHEMAS'] ?? '';

const pack = smallPack();
const catalog = parsed(pack, 'oscal/catalog.json').catalog;
const component = parsed(pack, 'oscal/component-definition.json')['component-definition'];
const results = parsed(pack, 'oscal/assessment-results.json')['assessment-results'];

/** Every value of a key, at any depth. */
function valuesOf(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [...(name === key && typeof each === 'string' ? [each] : []), ...valuesOf(each, key)]);
}

if (existsSync(SCHEMAS)) {
  test.each([
    ['catalog', 'oscal_catalog_schema.json'],
    ['component-definition', 'oscal_component_schema.json'],
    ['assessment-results', 'oscal_assessment-results_schema.json'],
  ])('%s is valid by the schema of NIST', (name, schema) => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(JSON.parse(readFileSync(join(SCHEMAS, schema), 'utf8')));
    validate(parsed(pack, `oscal/${name}.json`));
    expect(validate.errors ?? []).toEqual([]);
  });
}

test('every identifier is a UUID of version 5, and stands for one thing', () => {
  for (const document of [catalog, component, results]) {
    const ids = valuesOf(document, 'uuid');
    expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('the catalogue has the entries in force as tokens, and no proposal', () => {
  expect(catalog.groups.map(({ controls }: { controls: unknown[] }) => controls.length)).toEqual([78, 18, 11]);
  expect(valuesOf(catalog, 'id').filter((id) => !/^[A-Za-z_][\w.-]*$/.test(id) || id.includes('nprm'))).toEqual([]);
});

test('the component names an entry only where a rule passed on something', () => {
  const [{ 'control-implementations': [{ 'implemented-requirements': requirements }] }] = component.components;
  expect(requirements.map(({ 'control-id': id }: { 'control-id': string }) => id)).toEqual(['hipaa-164.308-a-7-ii-a', 'hipaa-164.312-a-2-iv', 'hipaa-164.312-c-1']);
});

describe('the results', () => {
  const [result] = results.results;
  const findings = new Map(result.findings.map(({ target }: { target: { 'target-id': string } }) => [target['target-id'], target]));

  test('call an entry satisfied only where nothing is open, and give the state it is really in as the reason', () => {
    const states = [...findings].map(([id, target]) => [id, (target as { status: object }).status]);
    expect(states).toMatchObject([
      ['hipaa-164.308-a-7-ii-a_smt', { state: 'not-satisfied', reason: 'error' }],
      ['hipaa-164.312-a-1_smt', { state: 'not-satisfied', reason: 'error' }],
      ['hipaa-164.312-a-2-iv_smt', { state: 'satisfied', reason: 'satisfied' }],
      ['hipaa-164.312-c-1_smt', { state: 'not-satisfied', reason: 'not-satisfied' }],
    ]);
  });

  test('refer to observations, resources and a plan that are there', () => {
    const ids = new Set(valuesOf(results, 'uuid'));
    const references = [...valuesOf(results, 'observation-uuid'), ...valuesOf(results, 'subject-uuid'), results['import-ap'].href.slice(1)];
    expect(references.length).toBeGreaterThan(8);
    expect(references.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('say how many entries are process only', () => {
    expect(result.remarks).toMatch(/^37 entries/);
  });
});
