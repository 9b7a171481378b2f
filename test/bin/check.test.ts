import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/check';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { runProgram } from '../support/command';

const TODAY = '2026-11-25';
const TRAIL = { Type: 'AWS::CloudTrail::Trail', Properties: {} };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(...args: readonly string[]): { readonly code: number; readonly out: string; readonly complaint: string } {
  const [out, complaints]: [string[], string[]] = [[], []];
  const code = main(args, { print: (text) => out.push(text), complain: (text) => complaints.push(text), today: TODAY });
  return { code, out: out.join(''), complaint: complaints.join('') };
}

/** Writes a file below the folder and gives its path. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const stackManifest = (stacks: Readonly<Record<string, string>>): unknown => ({
  artifacts: Object.fromEntries(
    Object.entries(stacks).map(([id, stackName]) => [
      id,
      { type: 'aws:cloudformation:stack', properties: { templateFile: `${id}.template.json`, stackName } },
    ]),
  ),
});

describe('npm run check', () => {
  it('passes our environments, with a line for each', () => {
    const { code, out, complaint } = check(ASSEMBLY_FOLDER, '--strict');
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(out.match(/^(?:dev|staging|prod): passed: \d+ checks, \d+ met, 0 unmet, 0 cannot tell/gm)).toHaveLength(3);
  });

  it('judges one stack of ours by itself without taking it for the whole', () => {
    const { code, out } = check(join(ASSEMBLY_FOLDER, 'assembly-prod', 'prodTrail8483E0ED.template.json'));
    expect(code).toBe(1);
    expect(out).toMatch(/^templates: FAILED/);
    expect(out).toMatch(/cannot tell: .* imports prod-Foundation:\S+, which no template here exports/);
  });

  it('says everything as JSON, too', () => {
    const { code, out } = check('--json', file('a.template.json', { Resources: { Trail: TRAIL } }));
    const [result] = JSON.parse(out) as {
      environment: string;
      passed: boolean;
      results: { check: { id: string }; verdict: { state: string } }[];
    }[];
    expect({ code, environment: result?.environment, passed: result?.passed }).toEqual({
      code: 1,
      environment: 'templates',
      passed: false,
    });
    expect(result?.results.find(({ check: { id } }) => id === 'hard/trail-records')?.verdict.state).toBe('unmet');
  });

  it('runs as a command', () => {
    const { exitCode, output } = runProgram(join(__dirname, '..', '..'), 'bin/check.ts', [file('a.json', '{}')]);
    expect(exitCode).toBe(2);
    expect(output).toMatch(/has no Resources[^]*Usage: npm run check/);
  });
});

describe('what cannot be read is said in one sentence, with the usage:', () => {
  it.each<[string, () => string[], RegExp]>([
    ['an unknown option', () => ['--fix'], /^Unknown option --fix\./],
    ['a folder that is not there', () => [join(folder, 'none')], /^There is no \S+none\. Name a folder/],
    ['an empty folder', () => [folder], /^No template in/],
    ['no JSON', () => [file('a.template.json', 'Resources:\n  A: {}')], /a\.template\.json is not JSON/],
    ['half a template', () => [file('a.template.json', '{"Resources": {"A": {"Type": "AWS::')], /is not JSON/],
    ['no template', () => [file('a.template.json', [1])], /has no Resources/],
    ['a resource without a type', () => [file('a.template.json', { Resources: { A: { Properties: {} } } })], /the resource A has no Type/],
    ['a type of JavaScript', () => [file('a.template.json', { Resources: { A: { Type: 'constructor' } } })], /the resource A has no Type/],
    ['a loop of a macro', () => [file('a.template.json', { Resources: { 'Fn::ForEach::A': ['x', [], {}] } })], /has no Type/],
    [
      'two templates of one stack',
      () => [file('a/x.template.json', { Resources: {} }), file('b/x.template.json', { Resources: {} })],
      /^Two templates are of the stack x\./,
    ],
    ['an assembly without stacks', () => (file('manifest.json', { artifacts: {} }), [folder]), /holds no stack/],
    ['an assembly that is no JSON', () => (file('manifest.json', '{'), [folder]), /manifest\.json is not JSON/],
    [
      'an assembly whose template is gone',
      () => (file('manifest.json', stackManifest({ Gone: 'Gone' })), [folder]),
      /^Cannot read \S+Gone\.template\.json/,
    ],
    [
      'an assembly with a stack twice',
      () => {
        file('manifest.json', stackManifest({ A: 'Same', B: 'Same' }));
        ['A', 'B'].forEach((id) => file(`${id}.template.json`, { Resources: {} }));
        return [folder];
      },
      /^Two templates are of the stack Same\./,
    ],
  ])('%s', (_, args, complaint) => {
    const result = check(...args());
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.complaint).toMatch(complaint);
    expect(result.complaint).toMatch(/Usage: npm run check[^]*Exit code 0/);
  });
});

describe('what can be read and not be told never passes:', () => {
  const cannotTell = (template: unknown, ...more: readonly unknown[]): string => {
    const { code, out } = check(...[template, ...more].map((each, at) => file(`s${at}.template.json`, each)));
    expect(code).toBe(1);
    expect(out).toMatch(/^templates: FAILED/);
    return out;
  };
  const trail = (IsLogging: unknown): unknown => ({ ...TRAIL, Properties: { IsLogging } });

  it.each([
    ['a function that only a deploy knows', { Resources: { T: trail({ 'Fn::Transform': { Name: 'Include' } }) } }, /s0 uses Fn::Transform/],
    [
      'a parameter',
      { Parameters: { P: { Type: 'String', Default: 'true' } }, Resources: { T: trail({ Ref: 'P' }) } },
      /P is a parameter of the stack/,
    ],
    [
      'an import of what is not here',
      { Resources: { T: trail({ 'Fn::ImportValue': 'x' }) } },
      /s0 imports x, which no template here exports/,
    ],
    [
      'a reference to itself',
      { Outputs: { O: { Value: { 'Fn::ImportValue': 'o' }, Export: { Name: 'o' } } }, Resources: { T: trail({ 'Fn::ImportValue': 'o' }) } },
      /the export o refers to itself/,
    ],
    [
      'a condition operator that nobody knows',
      {
        Resources: {
          K: {
            Type: 'AWS::KMS::Key',
            Properties: {
              KeyPolicy: {
                Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: { Sometimes: { a: 'b' } } }],
              },
            },
          },
          R: { Type: 'AWS::IAM::Role' },
        },
      },
      /the condition operator Sometimes is not known here/,
    ],
    [
      'a policy that is none',
      { Resources: { K: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: 'open' } } } },
      /the policy of s0\/K is no document/,
    ],
  ])('%s', (_, template, reason) => {
    expect(cannotTell(template)).toMatch(new RegExp(`cannot tell: .*${reason.source}`));
  });

  it('a resource on a condition, and a template of a macro', () => {
    expect(cannotTell({ Transform: 'AWS::Serverless-2016-10-31', Resources: { T: { ...TRAIL, Condition: 'Never' } } })).toMatch(
      /Condition: Never[^]*Transform: AWS::Serverless/,
    );
  });

  it('a template without resources', () => {
    expect(cannotTell({ Resources: {} })).toMatch(/presence\/a-trail/);
  });

  it('properties that are no objects, nested deep, or a megabyte long', () => {
    let deep: unknown = {};
    for (let at = 0; at < 3_000; at += 1) deep = { deep };
    cannotTell({
      Resources: {
        B: { Type: 'AWS::S3::Bucket', Properties: [deep], Metadata: 7, DependsOn: {} },
        C: { Type: 'AWS::S3::Bucket', Properties: { Tags: deep } },
      },
    });
    const long = Object.fromEntries(
      Array.from({ length: 600 }, (_, at) => [`Queue${at}`, { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x'.repeat(1_800) } }]),
    );
    expect(cannotTell({ Resources: long })).toMatch(/deploy\/templates-fit-their-limits[^]*bytes of the template: \d{7}/);
  });
});

describe('names of somebody else', () => {
  const HOSTILE = [
    '__proto__',
    'constructor',
    '<script>alert(1)</script>',
    'a\nprod: passed: 83 checks',
    '\u001b[2J\u001b[31mred',
    '\u009b1A',
    '\u202etxt.exe',
    '\u{e0041}',
    '\ud800',
  ];
  const template = `{"Resources": {${HOSTILE.map((name) => `${JSON.stringify(name)}: ${JSON.stringify({ Type: 'AWS::S3::Bucket', Properties: { AccessControl: name } })}`).join(', ')}}}`;
  const STEERING = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;

  it('are printed and steer nothing', () => {
    const { code, out } = check(file('a.template.json', template));
    expect(code).toBe(1);
    expect(out).not.toMatch(STEERING);
    expect(out).not.toMatch(/^prod: passed/m);
    expect(out).toContain('a/\\u001b[2J\\u001b[31mred VersioningConfiguration.Status: absent');
  });

  it('stay what they are in JSON, and steer nothing there', () => {
    const { out } = check('--json', file('a.template.json', template));
    expect(out).not.toMatch(STEERING);
    const [result] = JSON.parse(out) as { results: { findings: { logicalId: string }[] }[] }[];
    const ids = new Set(result?.results.flatMap(({ findings }) => findings.map(({ logicalId }) => logicalId)));
    expect(HOSTILE.filter((name) => !ids.has(name))).toEqual([]);
  });

  it('are printed and steer nothing in a complaint', () => {
    const { complaint } = check(file('a.template.json', { Resources: { '\u001b[2J\nUsage': {} } }));
    expect(complaint).toMatch(/the resource \\u001b\[2J\\u000aUsage has no Type/);
  });
});
