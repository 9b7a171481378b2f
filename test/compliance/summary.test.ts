import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly } from '../../lib/compliance/assembly';
import { AssemblyError, readAssembly } from '../../lib/compliance/assembly';
import { renderSummary, summaries } from '../../lib/compliance/summary';
import { ASSEMBLY_FOLDER, ENVIRONMENT_NAMES, resourcesOf } from '../support/assembly';

const ASSEMBLY: Assembly = {
  environments: [
    { name: 'dev', stacks: [{ name: 'dev-Data', template: { Resources: { A: { Type: 'T' }, B: { Type: 'T' } } }, sha256: '' }] },
    { name: 'prod', stacks: [] },
  ],
  verdicts: [
    { rule: 'One', path: 'dev/A', verdict: 'Compliant', citations: [] },
    { rule: 'One', path: 'dev/B', verdict: 'Non-Compliant', citations: [] },
    { rule: 'Two', path: 'dev/A', verdict: 'Compliant', citations: [] },
    { rule: 'Three', path: 'dev/A', verdict: 'Error', citations: [] },
    { rule: 'Two', path: 'development/A', verdict: 'Non-Compliant', citations: [] },
  ],
  acceptances: [
    { pack: 'HIPAA.Security', rule: 'One', path: 'dev/B', reason: '', trace: '' },
    { pack: 'CloudFormation Validate', rule: 'W3010', path: 'dev/B', reason: '', trace: '' },
  ],
  origins: [], context: {},
};

describe('the summary', () => {
  test('counts per environment, and passes no rule that failed, or could not read, one resource', () => {
    expect(summaries(ASSEMBLY)).toEqual([
      { name: 'dev', stacks: 1, resources: 2, rulesPassed: 1, rulesApplied: 3, exceptions: 1 },
      { name: 'prod', stacks: 0, resources: 0, rulesPassed: 0, rulesApplied: 0, exceptions: 0 },
    ]);
  });

  test('is a table with a line for each environment', () => {
    expect(renderSummary(ASSEMBLY).split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['environment', 'stacks', 'resources', 'HIPAA rules passed', 'passed with exceptions', 'exceptions in force'],
      ['dev', '1', '2', '1', '2', '1'],
      ['prod', '0', '0', '0', '0', '0'],
      [''],
    ]);
  });
});

describe('reading a cloud assembly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('finds every environment, stack and resource of the synthesis', () => {
    const { environments } = readAssembly(ASSEMBLY_FOLDER);
    expect(environments.map(({ name }) => name)).toEqual(ENVIRONMENT_NAMES);
    for (const { name, stacks } of environments) {
      expect(stacks.flatMap(({ template }) => Object.keys(template.Resources))).toHaveLength(resourcesOf(name as 'dev').length);
      expect(stacks.map((stack) => stack.name)).toContain(`${name}-Foundation`);
    }
  });

  test.each([
    ['no manifest', undefined, /No cloud assembly in .* Run `npm run synth` first/],
    ['a manifest that is not JSON', '{', /Cannot read .*manifest\.json: .* Run `npm run synth` again/],
    ['a manifest without environments', '{"artifacts":{"Tree":{"type":"cdk:tree"}}}', /holds no environment/],
  ])('refuses a folder with %s', (_, manifest, message) => {
    if (manifest !== undefined) writeFileSync(join(folder, 'manifest.json'), manifest);
    expect(() => readAssembly(folder)).toThrow(AssemblyError);
    expect(() => readAssembly(folder)).toThrow(message);
  });
});
