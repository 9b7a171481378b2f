import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { main, type EvidenceRun } from '../../bin/evidence';
import { PackFolderError, writePack } from '../../lib/evidence/write-pack';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { smallAssembly } from '../support/small-evidence';

const COMMIT = { id: 'c0ffee'.padEnd(40, '0'), seconds: '1780272000', isDirty: false };

interface Ran {
  readonly exitCode: number;
  readonly printed: string;
  readonly complaint: string;
}

function run(args: readonly string[], more: Partial<EvidenceRun> = {}): Ran {
  let printed = '';
  let complaint = '';
  const exitCode = main(args, {
    print: (text) => (printed += text),
    complain: (text) => (complaint += text),
    sourceDateEpoch: undefined,
    commit: COMMIT,
    ...more,
  });
  return { exitCode, printed, complaint };
}

/** Every file below a folder, by path. */
function filesIn(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (at: string): void => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else files.set(relative(folder, path), readFileSync(path, 'utf8'));
    }
  };
  walk(folder);
  return files;
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evidence-out-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the pack of prod', () => {
  const zone = process.env['TZ'];
  let base: string;
  let elsewhere: string;
  let said = '';
  const packs: Map<string, string>[] = [];

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'evidence-prod-'));
    elsewhere = join(base, 'else where', 'cdk.out');
    mkdirSync(join(base, 'else where'));
    symlinkSync(ASSEMBLY_FOLDER, elsewhere);
    const places = [['Pacific/Kiritimati', ASSEMBLY_FOLDER, join(base, 'one')], ['America/St_Johns', elsewhere, join(base, 'two', 'deep')]] as const;
    for (const [timeZone, assembly, out] of places) {
      process.env['TZ'] = timeZone;
      const ran = run(['--env', 'prod', '--assembly', assembly, '--out', out]);
      expect(ran).toMatchObject({ exitCode: 0, complaint: '' });
      said = ran.printed;
      packs.push(filesIn(out));
    }
  }, 120_000);
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    rmSync(base, { recursive: true, force: true });
  });

  test('has the same bytes from two folders and in two time zones', () => {
    const [one, two] = packs;
    expect(one?.size).toBeGreaterThan(20);
    expect(two).toEqual(one);
  });

  test('is summed up in one sentence that counts every entry once', () => {
    const counts = [...(/Of 78 entries[^\n]*/.exec(said)?.[0] ?? '').matchAll(/\d+/g)].map(Number);
    expect(counts[0]).toBe(78);
    expect(counts.slice(1).reduce((sum, count) => sum + count, 0)).toBe(78);
  });

  test('tells nothing of the machine that it was made on', () => {
    const text = packs.flatMap((pack) => [...pack.values()]).join('\n');
    const told = [ASSEMBLY_FOLDER, base, elsewhere, homedir(), tmpdir(), join(__dirname, '..', '..'), hostname()].filter((each) => each.length > 3);
    expect(told.length).toBeGreaterThan(4);
    expect(told.filter((each) => text.includes(`${each}/`) || text.includes(`"${each}"`))).toEqual([]);
  });

  test('says "evidence for", and calls nothing what only an assessor could call it', () => {
    const found = packs.flatMap((pack) => [...pack]).flatMap(([path, text]) =>
      (text.match(/[^\n]{0,40}(?:\bcompliant\b|\bcertified\b|passes HIPAA|HIPAA[- ]approved|requires six)[^\n]{0,40}/gi) ?? []).map((words) => `${path}: ${words}`),
    );
    expect(found).toEqual([]);
  });
});

describe('a damaged assembly', () => {
  const texts = ['', 'null', '[]', '{}', '"x"', '{"artifacts":null}', '{"pluginReports":[{}]}', '[{"rule":"x"}]'];
  const files = ['manifest.json', 'assembly-prod/manifest.json', 'assembly-prod/t.json', 'nag-rows.json', 'validation-report.json'];
  const cases = files.flatMap((file) => texts.map((text) => [file, text] as const));

  test.each(cases)('with %s of %j is refused with one line, and nothing is written', (file, text) => {
    const { folder, remove } = smallAssembly();
    writeFileSync(join(folder, file), text);
    const { exitCode, complaint } = run(['--env', 'prod', '--assembly', folder, '--out', join(root, 'pack')]);
    remove();
    expect(exitCode).toBe(1);
    expect(complaint.split('\n')).toHaveLength(1);
    expect(complaint).toMatch(/synth|holds|has/);
    expect(readdirSync(root)).toEqual([]);
  });

  test('that is missing is refused, and so is an environment that it has not', () => {
    expect(run(['--env', 'prod', '--assembly', join(root, 'none'), '--out', join(root, 'pack')])).toMatchObject({ exitCode: 1, complaint: expect.stringContaining('npm run synth') });
    const { folder, remove } = smallAssembly();
    expect(run(['--env', 'dev', '--assembly', folder, '--out', join(root, 'pack')])).toMatchObject({ exitCode: 1, complaint: expect.stringContaining('it has prod') });
    remove();
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the folder of the pack', () => {
  const { folder, remove } = smallAssembly();
  afterAll(remove);
  const write = (out: string): Ran => run(['--env', 'prod', '--assembly', folder, '--out', out]);

  test('is replaced whole, with nothing left of the older pack', () => {
    const out = join(root, 'pack');
    write(out);
    writeFileSync(join(out, 'stale.json'), '');
    expect(write(out)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(out, 'stale.json'))).toBe(false);
    expect(readdirSync(root)).toEqual(['pack']);
  });

  test('stays as it was when the new pack cannot be written whole', () => {
    const out = join(root, 'pack');
    write(out);
    const before = filesIn(out);
    expect(() => writePack(out, [{ path: 'a', mediaType: '', text: '' }, { path: 'a/b', mediaType: '', text: '' }])).toThrow(PackFolderError);
    expect(filesIn(out)).toEqual(before);
    expect(() => writePack(out, [])).toThrow(PackFolderError);
    expect(filesIn(out)).toEqual(before);
    expect(readdirSync(root)).toEqual(['pack']);
  });

  test('that cannot be there is refused with one line', () => {
    writeFileSync(join(root, 'file'), '');
    const { exitCode, complaint } = write(join(root, 'file', 'pack'));
    expect([exitCode, complaint.split('\n').length]).toEqual([1, 1]);
    expect(readdirSync(root)).toEqual(['file']);
  });

  test('is not taken from anything that is no pack', () => {
    writeFileSync(join(root, 'thesis.txt'), 'years of work');
    expect(write(root)).toMatchObject({ exitCode: 1, complaint: expect.stringContaining('no evidence pack') });
    expect(write(join(root, 'thesis.txt'))).toMatchObject({ exitCode: 1, complaint: expect.stringContaining('no folder') });
    expect(readdirSync(root)).toEqual(['thesis.txt']);
  });
});

describe('the command', () => {
  test.each([[[]], [['--env', '../etc']], [['--env', 'prod', '--verbose']], [['--env', 'prod', 'more']]])('refuses %j with its usage', (args) => {
    expect(run(args)).toMatchObject({ exitCode: 2, complaint: expect.stringContaining('Usage') });
  });

  test('takes its one time from SOURCE_DATE_EPOCH before the commit, and refuses to make one up', () => {
    const { folder, remove } = smallAssembly();
    const args = ['--env', 'prod', '--assembly', folder, '--out', join(root, 'pack')];
    expect(run(args, { sourceDateEpoch: '0' })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, 'pack', 'manifest.json'), 'utf8')).toContain('"generatedAt": "1970-01-01T00:00:00.000Z"');
    expect(run(args, { commit: undefined })).toMatchObject({ exitCode: 2 });
    expect(run(args, { sourceDateEpoch: 'yesterday' })).toMatchObject({ exitCode: 2 });
    remove();
  });
});
