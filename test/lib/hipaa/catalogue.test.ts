import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { controlCatalogue, eligibleServices, inForce } from '../../../lib/hipaa/catalogue';

const { controls, nagRuleIndex, configRuleIndex } = controlCatalogue();

/** Messages of a draft-07 validation; `format` keywords are not asserted, because ajv has none built in. */
function schemaErrors(file: string, change: (data: Record<string, unknown>) => void = () => undefined): readonly string[] {
  const read = (name: string) => JSON.parse(readFileSync(join(__dirname, '../../../lib/hipaa', name), 'utf8')) as Record<string, unknown>;
  // Union types are what draft-07 schemas write; ajv's strict mode is stricter than the draft.
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, validateFormats: false }).compile(read(`${file}.schema.json`));
  const data = read(`${file}.json`);
  change(data);
  validate(data);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe('the vendored catalogues', () => {
  it.each(['controls', 'eligible-services'])('%s.json is valid against its schema', (file) => {
    expect(schemaErrors(file)).toEqual([]);
  });

  it('would fail validation if a control lost its citation', () => {
    const errors = schemaErrors('controls', (data) => {
      delete (data['controls'] as Record<string, unknown>[])[0]?.['citation'];
    });
    expect(errors).toEqual(["/controls/0 must have required property 'citation'"]);
  });

  it('gives every control an id of its own', () => {
    expect(new Set(controls.map((control) => control.id)).size).toBe(controls.length);
  });

  it('names only parents and counterparts that exist', () => {
    const ids = new Set(controls.map((control) => control.id));
    expect(controls.filter((control) => control.parent !== null && !ids.has(control.parent))).toEqual([]);
  });

  it('has an index row for every rule that a control names', () => {
    const nag = controls.flatMap((control) => [...control.nagRules, ...control.relatedNagRules]);
    expect(nag.filter((id) => nagRuleIndex[id] === undefined)).toEqual([]);
    const config = controls.flatMap((control) => [...control.configRules, ...control.relatedConfigRules]);
    expect(config.filter((id) => !configRuleIndex[id]?.sourceIdentifier)).toEqual([]);
  });

  it('marks each rule as in or outside the AWS pack the way the controls list it', () => {
    const listed = (key: 'configRules' | 'relatedConfigRules') => new Set(controls.flatMap((control) => control[key]));
    expect([...listed('configRules')].filter((id) => configRuleIndex[id]?.inHipaaConformancePack !== true)).toEqual([]);
    expect([...listed('relatedConfigRules')].filter((id) => configRuleIndex[id]?.inHipaaConformancePack !== false)).toEqual([]);
  });
});

describe('the loaded data', () => {
  it('is the same object on every call and cannot be changed', () => {
    expect(controlCatalogue()).toBe(controlCatalogue());
    expect(eligibleServices()).toBe(eligibleServices());
    expect(() => {
      (controls[0] as { title: string }).title = 'changed';
    }).toThrow(TypeError);
  });

  it('keeps proposals out of what binds today', () => {
    const proposed = controls.filter((control) => control.status === 'proposed');
    expect(proposed.length).toBeGreaterThan(0);
    expect(inForce(controls).length + proposed.length).toBe(controls.length);
    expect(inForce(controls).filter((control) => control.rule === 'security-nprm-2025')).toEqual([]);
  });
});
