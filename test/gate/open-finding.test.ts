import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfRepository, run } from '../support/command';

const copy = copyOfRepository();
afterAll(() => copy.remove());

function replace(path: string, from: string, to: string): void {
  const file = join(copy.folder, path);
  const source = readFileSync(file, 'utf8');
  const replaced = source.replace(from, to);
  expect(replaced).not.toBe(source);
  writeFileSync(file, replaced);
}

test('an open finding of the HIPAA pack and of our checks fails a synth that selects no stack, and is named', () => {
  replace('lib/data/records-database.ts', 'multiAz: true', 'multiAz: false');
  // Nobody looks into the functions here, and the packages are most of what bundling costs.
  replace('lib/shared/function-bundles.ts', "packages: 'bundle'", "packages: 'external'");
  const synth = run(copy.folder, 'cdk', ['synth', '--quiet', '--no-lookups', '--no-notices', '--no-validation', '-c', 'environment=dev']);
  expect(synth.output).toContain('HIPAA.Security::HIPAA.Security-RDSMultiAZSupport');
  expect(synth.output).toContain('MultiAZ: false; expected true. (Baseline)');
  expect(synth.output).toContain('Rule Baseline::strength/databases-can-be-recovered');
  expect(synth.exitCode).toBe(1);
}, 60_000);
