import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSEMBLY_FOLDER, ENVIRONMENT_NAMES } from '../support/assembly';
import type { CommandResult } from '../support/command';
import { copyOfRepository, run, runProgram } from '../support/command';

/** The README's synth, in a copy of the repository that lies somewhere else. */
const copy = copyOfRepository();
let synth: CommandResult;

beforeAll(() => {
  synth = run(copy.folder, 'cdk', ['synth', '--quiet', '--no-lookups', '--no-notices']);
}, 120_000);
afterAll(() => copy.remove());

describe('npm run synth', () => {
  test('passes the gate without an AWS account, and says nothing else', () => {
    expect(synth.output).not.toMatch(/WARNING|ERROR/);
    expect(synth.exitCode).toBe(0);
  });

  test('has the validator of CDK judge every template, which finds nothing', () => {
    const { pluginReports } = JSON.parse(readFileSync(join(copy.folder, 'cdk.out', 'validation-report.json'), 'utf8')) as {
      pluginReports: { pluginName: string; conclusion: string; violations: unknown[] }[];
    };
    expect(pluginReports.map(({ pluginName, conclusion, violations }) => ({ pluginName, conclusion, violations }))).toEqual([
      { pluginName: 'CloudFormation Validate', conclusion: 'success', violations: [] },
      { pluginName: 'HIPAA.Security', conclusion: 'success', violations: [] },
    ]);
  });

  test('gives the same bytes as the synthesis of the other tests, in another folder and another process', () => {
    for (const environment of ENVIRONMENT_NAMES) {
      const [here, there] = [ASSEMBLY_FOLDER, join(copy.folder, 'cdk.out')].map((folder) => deployables(join(folder, `assembly-${environment}`)));
      expect(there?.size).toBeGreaterThan(17);
      expect(there).toEqual(here);
    }
  });

  test('ends in a summary per environment', () => {
    const summary = runProgram(copy.folder, 'bin/summary.ts');
    expect(summary.exitCode).toBe(0);
    for (const environment of ENVIRONMENT_NAMES) expect(summary.output).toMatch(new RegExp(`^${environment} +10 +4\\d\\d +\\d+ +\\d+ +\\d+$`, 'm'));
  });
});

describe('what cannot work', () => {
  test('a deploy with example values is refused before anything is sent, in a sentence that says what to do', () => {
    // An app of its own, since the configuration may have been filled in; its templates are nobody's to judge.
    const app = [
      "const { App, CfnWaitConditionHandle, Stack } = require('aws-cdk-lib');",
      "const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Example', { env: { account: '111122223333', region: 'us-east-1' } });",
      "new CfnWaitConditionHandle(stack, 'Nothing');",
    ].join('\n');
    writeFileSync(join(copy.folder, 'example.js'), app);
    const deploy = run(copy.folder, 'cdk', [
      'deploy', 'Example', '-a', 'node example.js', '-o', 'example.out', '--require-approval', 'never', '--no-notices',
    ]);
    expect(deploy.exitCode).not.toBe(0);
    expect(deploy.output).toContain('Account 111122223333 is an example value of this repository. Replace the lines marked "example"');
  });

  test('an unknown environment is refused with the valid names', () => {
    const unknown = run(copy.folder, 'cdk', ['list', '-c', 'environment=production', '--no-notices', '-o', 'other.out']);
    expect(unknown.exitCode).not.toBe(0);
    expect(unknown.output).toContain('Unknown environment "production". Valid names: dev, staging, prod.');
  });

  test('a summary of a folder that holds no assembly says what to run', () => {
    const summary = runProgram(copy.folder, 'bin/summary.ts', ['lib']);
    expect(summary).toEqual({ exitCode: 1, output: 'No cloud assembly in lib. Run `npm run synth` first, or name the folder of one.\n' });
  });
});

/** Templates and asset manifests, by file: what a deploy sends. */
function deployables(folder: string): Map<string, string> {
  const files = readdirSync(folder).filter((name) => /\.(template|assets)\.json$/.test(name)).sort();
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
