import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { main } from '../../bin/review';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { TYPESCRIPT } from '../support/command';

const KEY = { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain' };
const TOPIC = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'x' } };

let folder: string;
let repository: string;
let temporary: string | undefined;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'test-review-')));
  repository = join(folder, 'repository');
  // What the command leaves in the folder of temporary files is seen here.
  temporary = process.env['TMPDIR'];
  process.env['TMPDIR'] = join(folder, 'tmp');
  mkdirSync(join(folder, 'tmp'));
});
afterEach(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  rmSync(folder, { recursive: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly complaint: string;
  readonly progress: string;
}

async function review(...args: readonly string[]): Promise<Said> {
  const [out, complaints, progress]: [string[], string[], string[]] = [[], [], []];
  const code = await main(args, {
    print: (text) => out.push(text),
    complain: (text) => complaints.push(text),
    progress: (text) => progress.push(text),
    today: '2026-11-27',
    repository,
  });
  return { code, out: out.join(''), complaint: complaints.join(''), progress: progress.join('') };
}

/** A folder with one template, as an assembly is read. */
function templates(name: string, resources: object): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'Small.template.json'), JSON.stringify({ Resources: resources }));
  return join(folder, name);
}

describe('npm run review, of two folders', () => {
  it('ends with 0 for our environments and themselves', async () => {
    expect(await review(ASSEMBLY_FOLDER, ASSEMBLY_FOLDER)).toEqual({
      code: 0,
      out: 'Review of dev, staging, prod: nothing of note\n',
      complaint: '',
      progress: '',
    });
  });

  it('ends with 10 for what a reviewer has to acknowledge', async () => {
    const head = join(folder, 'head');
    cpSync(ASSEMBLY_FOLDER, head, { recursive: true, filter: (path) => basename(path) !== 'index.js' });
    const prod = join(head, 'assembly-prod');
    const network = join(prod, readdirSync(prod).find((file) => /^prodNetwork.*\.template\.json$/.test(file)) ?? '');
    writeFileSync(network, readFileSync(network, 'utf8').replace('"expiresOn": "2027-11-22"', '"expiresOn": "2027-12-22"'));
    const { code, out } = await review(ASSEMBLY_FOLDER, head);
    expect(code).toBe(10);
    expect(out).toMatch(
      /^Review of dev, staging, prod: a reviewer has to acknowledge this\n\nExceptions\n {2}review: prod: .* by 2027-12-22, not 2027-11-22\n/,
    );
  });

  it('ends with 20 for what must not be merged', async () => {
    const [before, after] = [templates('a', { Key: KEY }), templates('b', { Key: { ...KEY, DeletionPolicy: 'Delete' } })];
    expect((await review(before, after)).code).toBe(20);
  });

  it('writes what it is asked for', async () => {
    const [before, after] = [templates('a', { Key: KEY, Topic: TOPIC }), templates('b', { Topic: TOPIC })];
    const forms = ['--json', join(folder, 'review.json'), '--sarif', join(folder, 'review.sarif')];
    const said = await review('--markdown', join(folder, 'page.md'), before, after, ...forms);
    expect(said).toMatchObject({ code: 20, complaint: '', progress: '' });
    expect(said.out).toMatch(/^Review of templates: must not be merged\n/);
    expect(said.out).toContain('Small/Key (AWS::KMS::Key) goes, which holds a key');
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toMatch(/^## Review: must not be merged\n/);
    expect(JSON.parse(readFileSync(join(folder, 'review.json'), 'utf8'))).toMatchObject({ outcome: 'stop', exitCode: 20 });
    expect(JSON.parse(readFileSync(join(folder, 'review.sarif'), 'utf8'))).toMatchObject({
      runs: [{ results: expect.arrayContaining([expect.objectContaining({ ruleId: 'stateful-deleted', level: 'error' })]) as unknown }],
    });
  });
});

describe('what cannot be reviewed is said once, ends with 2 and writes nothing:', () => {
  const file = (name: string, text: string): string => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it.each<[string, () => readonly string[], RegExp]>([
    ['no base', () => [], /^Name the base[^]*Usage: npm run review/],
    ['an empty base', () => [''], /^Name the base/],
    ['three sides', () => ['a', 'b', 'c'], /^A base and a head, not 3 of them\.[^]*Usage/],
    ['an unknown option', () => ['--fix', 'a'], /--fix[^]*Usage/],
    ['an empty folder', () => (mkdirSync(join(folder, 'none')), [join(folder, 'none'), ASSEMBLY_FOLDER]), /^No template in \S+none\. Run/],
    [
      'a damaged manifest',
      () => (file('bad/manifest.json', '{"artifacts":'), [ASSEMBLY_FOLDER, join(folder, 'bad')]),
      /manifest\.json is not JSON/,
    ],
    [
      'half a template',
      () => (file('bad/x.template.json', '{"Resources": {'), [join(folder, 'bad'), join(folder, 'bad')]),
      /x\.template\.json is not JSON/,
    ],
    [
      'an assembly whose template is gone',
      () => (
        file('bad/manifest.json', JSON.stringify({ artifacts: { A: { type: 'aws:cloudformation:stack' } } })),
        [ASSEMBLY_FOLDER, join(folder, 'bad')]
      ),
      /^Cannot read \S+A\.template\.json/,
    ],
    [
      'templates of no environment against ours',
      () => [ASSEMBLY_FOLDER, templates('a', { Key: KEY })],
      /^The base holds dev, staging, prod and the head templates: there is nothing to compare\./,
    ],
    [
      'a commit that is not there',
      () => (repositoryOf(), ['no-such-branch', ASSEMBLY_FOLDER]),
      /^There is no folder and no commit no-such-branch\./,
    ],
    [
      'a commit that would be an option',
      () => (repositoryOf(), ['--', '--all', ASSEMBLY_FOLDER]),
      /^There is no folder and no commit --all\./,
    ],
  ])('%s', async (_, args, complaint) => {
    const [json, markdown] = [join(folder, 'review.json'), join(folder, 'page.md')];
    const said = await review('--json', json, '--markdown', markdown, ...args());
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.complaint).toMatch(complaint);
    expect(said.complaint).not.toMatch(/\n {4}at /);
    expect([existsSync(json), existsSync(markdown)]).toEqual([false, false]);
  });

  it('a file that cannot be written', async () => {
    const said = await review('--json', join(folder, 'no', 'such', 'folder.json'), ASSEMBLY_FOLDER, ASSEMBLY_FOLDER);
    expect(said).toMatchObject({ code: 2, out: '', complaint: expect.stringMatching(/^Cannot write \S+folder\.json: .*ENOENT/) });
  });

  it('as a name that steers a terminal, harmlessly', async () => {
    repositoryOf();
    expect((await review('\u001b[2J', ASSEMBLY_FOLDER)).complaint).toMatch(/^There is no folder and no commit \\u001b\[2J\./);
  });
});

/** Stands for the CDK's CLI: the templates of a commit are what its `resources.json` says. */
const FAKE_CLI = `
const { cpSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const output = process.argv[process.argv.indexOf('--output') + 1];
const resources = JSON.parse(readFileSync('resources.json', 'utf8'));
if (resources === 'fail') { console.error('Error: it does not compile'); process.exit(1); }
if (resources === 'wait') { writeFileSync(process.env.WAITING, ''); setInterval(() => {}, 1000); return; }
mkdirSync(output);
const seen = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
writeFileSync(output + '/Small.template.json', JSON.stringify({ Metadata: { seen, args: process.argv.slice(2, 6) }, Resources: resources }));
`;

const git = (...args: readonly string[]): string => {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

/** A repository of commits, each with other templates; the last ones stand in the folder. */
function repositoryOf(...versions: readonly unknown[]): void {
  mkdirSync(join(repository, 'node_modules', 'aws-cdk', 'bin'), { recursive: true });
  mkdirSync(join(repository, 'lib', 'compliance', 'access'), { recursive: true });
  writeFileSync(join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk'), FAKE_CLI);
  writeFileSync(join(repository, '.gitignore'), 'node_modules/\n');
  git('init', '--quiet', '--initial-branch=main');
  for (const version of versions.length > 0 ? versions : [{}]) {
    writeFileSync(join(repository, 'resources.json'), JSON.stringify(version));
    git('add', '.');
    git('commit', '--quiet', '--allow-empty', '--message=x');
  }
}

describe('npm run review, of a commit', () => {
  const leftBehind = (): readonly unknown[] => [
    readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('review-')),
    git('worktree', 'list').trim().split('\n').length,
    git('status', '--porcelain'),
  ];
  const NOTHING = [[], 1, ''];

  it('synthesizes it apart and what stands here, says so, and leaves nothing behind', async () => {
    repositoryOf({ Key: KEY, Topic: TOPIC }, { Topic: TOPIC });
    const said = await review('HEAD~1');
    expect(said).toMatchObject({ code: 20, complaint: '', progress: 'Synthesizing HEAD~1 ...\nSynthesizing what stands here ...\n' });
    expect(said.out).toContain('Small/Key (AWS::KMS::Key) goes');
    expect(leftBehind()).toEqual(NOTHING);
  });

  it('takes two commits, or a commit and a folder', async () => {
    repositoryOf({ Key: KEY }, { Key: KEY, Topic: TOPIC });
    expect((await review('main~1', 'main')).out).toContain('Added Small/Topic');
    expect((await review('main', templates('a', { Key: KEY }))).out).toContain('Removed Small/Topic');
    expect(leftBehind()).toEqual(NOTHING);
  });

  it('hands no credentials on, and lets no validation stand in the way', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'made up';
    try {
      repositoryOf({ Key: KEY });
      const { out } = await review('HEAD', templates('a', { Key: KEY }));
      expect(out).toContain('Metadata.seen: ["AWS_EC2_METADATA_DISABLED"] becomes absent');
      expect(out).toContain('Metadata.args: ["synth","--quiet","--no-lookups","--no-notices"] becomes absent');
    } finally {
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    }
  });

  it('says what the CLI said when it fails, and leaves nothing behind', async () => {
    repositoryOf('fail', { Key: KEY });
    const said = await review('HEAD~1');
    expect(said).toMatchObject({
      code: 2,
      out: '',
      complaint: expect.stringMatching(/^`cdk synth` failed in \S+:\nError: it does not compile\n$/),
    });
    expect(leftBehind()).toEqual(NOTHING);
  });

  it.each(['judge.ts', 'access/reviewed-access.json'])('says when the judge itself is another one: %s', async (file) => {
    repositoryOf({ Key: KEY });
    writeFileSync(join(repository, 'lib', 'compliance', 'notes.md'), 'x');
    git('add', '.');
    git('commit', '--quiet', '--message=x');
    expect((await review('HEAD~1')).out).not.toContain('judged by');
    writeFileSync(join(repository, 'lib', 'compliance', file), '{}');
    git('add', '.');
    git('commit', '--quiet', '--message=x');
    const { out } = await review('HEAD~1');
    expect(out).toContain('touches what it is judged by (files: 1)');
    expect(out).toContain(`lib/compliance/${file}`);
  });

  it('leaves nothing behind when it is interrupted, and ends by the signal', async () => {
    repositoryOf('wait', { Key: KEY });
    const waiting = join(folder, 'waiting');
    const script = `const { main } = require(${JSON.stringify(join(__dirname, '..', '..', 'bin', 'review.ts'))});
      const quiet = () => {};
      main(['HEAD~1'], { print: quiet, complain: quiet, progress: quiet, today: '2026-11-27', repository: ${JSON.stringify(repository)} })
        .catch((error) => process.kill(process.pid, error.signal));`;
    const child = spawn(process.execPath, [...TYPESCRIPT, '-e', script], {
      env: { ...process.env, WAITING: waiting },
      cwd: join(__dirname, '..', '..'),
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    while (!existsSync(waiting)) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(leftBehind()).toEqual(NOTHING);
  }, 60_000);
});
