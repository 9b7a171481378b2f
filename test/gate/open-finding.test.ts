import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfRepository, run } from '../support/command';

const copy = copyOfRepository();
afterAll(() => copy.remove());

test('an open finding of the HIPAA pack and of our checks fails a synth that selects no stack, and is named', () => {
  const file = join(copy.folder, 'lib', 'data', 'records-database.ts');
  const source = readFileSync(file, 'utf8');
  const weakened = source.replace('multiAz: true', 'multiAz: false');
  expect(weakened).not.toBe(source);
  writeFileSync(file, weakened);
  const synth = run(copy.folder, 'cdk', ['synth', '--quiet', '--no-lookups', '--no-notices', '--no-validation', '-c', 'environment=dev']);
  expect(synth.output).toContain('HIPAA.Security::HIPAA.Security-RDSMultiAZSupport');
  expect(synth.output).toContain('MultiAZ: false; expected true. (Baseline)');
  expect(synth.output).toContain('Rule Baseline::strength/databases-can-be-recovered');
  expect(synth.exitCode).toBe(1);
}, 60_000);
