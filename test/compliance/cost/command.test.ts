import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../bin/cost';
import { assumptionsFor } from '../../../lib/compliance/cost/assumptions';

const KEY = { Resources: { Key: { Type: 'AWS::KMS::Key' } } };
const ODD = { Resources: { Odd: { Type: 'AWS::Quantum::Vault' } } };

let assembly: string;

beforeEach(() => {
  assembly = mkdtempSync(join(tmpdir(), 'cost-'));
});
afterEach(() => rmSync(assembly, { recursive: true }));

/** Writes a cloud assembly with one nested assembly per environment, each with these templates. */
function write(environments: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
  const nested = Object.keys(environments).map(
    (name) => [`assembly-${name}`, { type: 'cdk:cloud-assembly', properties: { directoryName: `assembly-${name}` } }] as const,
  );
  const artifacts = { Tree: { type: 'cdk:tree' }, ...Object.fromEntries(nested) };
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ artifacts }));
  for (const [name, templates] of Object.entries(environments)) {
    const folder = join(assembly, `assembly-${name}`);
    mkdirSync(folder);
    const stacks = Object.keys(templates).map(
      (stack) => [stack, { type: 'aws:cloudformation:stack', properties: { templateFile: `${stack}.template.json` } }] as const,
    );
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(stacks) }));
    for (const [stack, template] of Object.entries(templates)) {
      writeFileSync(join(folder, `${stack}.template.json`), JSON.stringify(template));
    }
  }
}

function run(...args: readonly string[]): { readonly code: number; readonly out: string; readonly complaint: string } {
  let out = '';
  let complaint = '';
  const code = main(
    ['--assembly', assembly, ...args],
    (text) => (out += text),
    (text) => (complaint += text),
  );
  return { code, out, complaint };
}

describe('npm run cost', () => {
  it('prints one table per environment with total, what is not priced, assumptions and the date of the prices', () => {
    write({ prod: { data: KEY, edge: ODD }, dev: { data: KEY } });
    const { code, out, complaint } = run();
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(out.match(/^(dev|prod)$/gm)).toEqual(['prod', 'dev']);
    expect(out).toMatch(/^KMS keys +key-month +1 +1 +1\.00$/m);
    expect(out).toMatch(/^Total +\d+\.\d\d$/m);
    expect(out.match(/^Not priced: .*$/gm)).toEqual(['Not priced: AWS::Quantum::Vault', 'Not priced: Nothing.']);
    expect(out).toMatch(/^Prices: us-east-1, USD, as of \d{4}-\d{2};/m);
    expect(out).toMatch(/^API requests a day +100,000 +10,000$/m);
  });

  it('aligns every line of a table', () => {
    write({ prod: { data: KEY } });
    const table = run().out.split('\n').slice(1, 5);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
  });

  it('prints the chosen environment alone', () => {
    write({ prod: { data: KEY }, dev: { data: KEY } });
    const { code, out } = run('--env', 'prod');
    expect(code).toBe(0);
    expect(out.match(/^(dev|prod)$/gm)).toEqual(['prod']);
    expect(out).toMatch(/^API requests a day +100,000$/m);
  });

  it('says how to make a cloud assembly where there is none', () => {
    expect(run()).toEqual({
      code: 1,
      out: '',
      complaint: `No cloud assembly in ${assembly}. Run \`npm run synth\` first, or name the folder of one.`,
    });
  });

  it('lists the environments when the wanted one is not there', () => {
    write({ prod: { data: KEY }, dev: { data: KEY } });
    expect(run('--env', 'production')).toEqual({
      code: 1,
      out: '',
      complaint: `No environment production in ${assembly}; it has prod, dev.`,
    });
  });

  it('says so when the assembly holds no environment', () => {
    write({});
    expect(run()).toMatchObject({ code: 1, complaint: expect.stringContaining('holds no environment') as string });
  });

  it('names a template that it cannot read', () => {
    write({ prod: { data: KEY } });
    const file = join(assembly, 'assembly-prod', 'data.template.json');
    writeFileSync(file, '{');
    expect(run()).toMatchObject({ code: 1, complaint: expect.stringContaining(`Cannot read ${file}`) as string });
  });

  it.each([['--environment', 'prod'], ['prod'], ['--env']])('answers %s with the usage and exit code 2', (...args) => {
    write({ prod: { data: KEY } });
    const { code, out, complaint } = run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(complaint).toContain('Usage: npm run cost -- [--env NAME] [--assembly FOLDER]');
  });
});

describe('assumptions', () => {
  it('are those of production for prod alone', () => {
    expect(assumptionsFor('prod').requestsPerDay).toBe(100_000);
    expect([assumptionsFor('staging'), assumptionsFor('anything')]).toEqual([assumptionsFor('dev'), assumptionsFor('dev')]);
    expect(assumptionsFor('dev').requestsPerDay).toBe(10_000);
  });
});
