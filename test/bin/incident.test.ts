import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { main } from '../../bin/incident';
import { assessment, opened } from '../support/incidents';
import { makeChain, makeSigner, writeBatches } from '../support/batches';
import { idOf } from '../support/crypto-keys';

const NOW = Date.parse('2026-03-10T16:00:00Z');
const { signer, pem } = makeSigner();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'incident-command-'));
  mkdirSync(fileOf('store'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => path.join(folder, name);

/** What the command printed and complained of, in the store of this test unless another one is named. */
async function incident(args: readonly string[], nowMs = NOW): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const take = (text: string): void => void lines.push(text);
  const store = args.some((arg) => ['--store', '--bucket'].includes(arg)) ? [] : ['--store', fileOf('store')];
  const code = await main([...args, ...store, '--by', 'officer@example.com'], { print: take, complain: take, nowMs });
  return { code, text: lines.join('\n') };
}

function json(name: string, value: unknown): string {
  writeFileSync(fileOf(name), JSON.stringify(value));
  return fileOf(name);
}

async function begin(): Promise<string> {
  const { code, text } = await incident(['open', '--file', json('opened.json', opened())]);
  expect(code).toBe(0);
  return /^Opened ([0-9a-f-]{36})\./.exec(text)?.[1] ?? '';
}

/** Everything that is in the store, to see that a refusal left it alone. */
const stored = (): readonly string[] =>
  existsSync(fileOf('store')) ? readdirSync(fileOf('store'), { recursive: true, encoding: 'utf8' }).sort() : [];

describe('the command', () => {
  test('takes an incident from its opening to its closing, and hands counsel what was written', async () => {
    const id = await begin();
    expect(await incident(['assess', id, '--file', json('assessment.json', assessment('breach'))])).toMatchObject({ code: 0 });
    const times = { firstAccessAt: null, lastAccessAt: null };
    const count = { kind: 'affected', individuals: 3, isLowerBound: false, dataClasses: ['identity'], ...times, basis: 'Counted.' };
    expect(await incident(['add', id, '--file', json('affected.json', count)])).toMatchObject({ code: 0 });
    expect(await incident(['close', id, '--because', 'Done.'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('neither met nor argued') as string,
    });
    expect(await incident(['notice', id, '--clock', 'individuals', '--on', '2026-03-10', '--proof', 'letters-1'])).toMatchObject({
      code: 0,
    });
    expect(await incident(['notice', id, '--clock', 'secretary', '--on', '2026-03-10', '--proof', 'portal-1'])).toMatchObject({
      code: 0,
    });
    expect(await incident(['close', id, '--because', 'Every notice was given.'])).toMatchObject({ code: 0 });
    expect(await incident(['export', id, '--out', fileOf('out')])).toMatchObject({ code: 0 });
    expect(readdirSync(fileOf('out')).sort()).toEqual(['entries.json', 'hhs.json', 'record.json', 'report.html']);
    expect(JSON.parse(readFileSync(fileOf('out/record.json'), 'utf8'))).toMatchObject({
      id,
      status: 'closed',
      met: [{ clock: 'individuals' }, { clock: 'secretary' }],
    });
    expect(JSON.parse(readFileSync(fileOf('out/hhs.json'), 'utf8'))).toMatchObject({
      approximateIndividuals: 3,
      noticeOfIndividuals: '2026-03-10',
    });
    expect((JSON.parse(readFileSync(fileOf('out/entries.json'), 'utf8')) as unknown[]).length).toBe(6);
    expect((await incident(['status'])).text).toMatch(new RegExp(`^${id}  closed$`, 'm'));
  });

  test('opens with flags alone, as at three in the morning', async () => {
    const flags = [
      '--summary',
      'A laptop is gone.',
      '--severity',
      'high',
      '--time-zone',
      'America/New_York',
      '--basis',
      'The owner called.',
    ];
    const { code, text } = await incident(['open', ...flags]);
    expect(code).toBe(0);
    expect(text).toContain('discovered 2026-03-10 (America/New_York)');
    expect(text).toContain('2026-05-09  running   individuals     164.404');
  });

  test('prints what is written as text, whatever it is', async () => {
    const nasty = opened({ summary: '<script>alert(1)</script> & "so"', basis: '<img src=x>' });
    const { text } = await incident(['open', '--file', json('opened.json', nasty)]);
    const id = /Opened ([0-9a-f-]{36})/.exec(text)?.[1] ?? '';
    await incident(['export', id, '--out', fileOf('out')]);
    const page = readFileSync(fileOf('out/report.html'), 'utf8');
    expect(page).not.toMatch(/<script|<img|https?:|url\(/);
    expect(page).toContain('&#60;script&#62;');
    expect(page).toMatch(/<!doctype html>[\s\S]*A breach is presumed[\s\S]*<\/html>/);
  });

  test('tells officers what is due, and lists the next day of every open record', async () => {
    const id = await begin();
    expect((await incident(['notice', id, '--as-of', '2026-05-10'])).text).toContain('OVERDUE by 1 d: individuals (164.404), 2026-05-09');
    expect((await incident(['notice', id, '--as-of', '2026-03-10'])).text).toContain(`Incident ${id}`);
    expect((await incident(['status'])).text).toMatch(new RegExp(`^${id}  open    2026-03-10  contain \\(this project\\)$`, 'm'));
    mkdirSync(fileOf('empty'));
    expect((await incident(['status', '--store', fileOf('empty')])).text).toBe('No incident is recorded here.');
  });
});

describe('the daily notice of all records', () => {
  test('says that there is nothing to tell, when there is nothing', async () => {
    expect(await incident(['notice'])).toEqual({ code: 0, text: 'Nothing is to be told of any incident.' });
  });

  test('fails on a record that is not whole, and tells of the others all the same', async () => {
    const [whole, broken] = [await begin(), await begin()];
    const file = path.join(fileOf('store'), 'incidents', broken, '000001.json');
    const edited = readFileSync(file, 'utf8').replace('"high"', '"low"');
    await incident(['add', broken, '--file', json('cause.json', { kind: 'cause', rootCause: 'Known.', correctiveActions: ['Done.'] })]);
    rmSync(file);
    writeFileSync(file, edited);
    const { code, text } = await incident(['notice', '--as-of', '2026-05-10']);
    expect(code).toBe(1);
    expect(text).toContain(`Incident ${whole}`);
    expect(text).toContain(`incidents/${broken}/000002.json does not cite the entry before it`);
  });
});

describe('the scope', () => {
  const window = ['--from', '2026-03-01T09:00:00Z', '--to', '2026-03-01T09:01:00Z'];
  const sources = () => ['--archive', fileOf('archive'), '--key', fileOf('public.pem')];
  beforeEach(async () => {
    writeFileSync(fileOf('public.pem'), pem);
    writeBatches(fileOf('archive'), await makeChain({ signer, sizes: [2, 2, 1, 0], minutes: [0, 1, 2, 70] }));
  });

  test('counts, and prints no id of a patient', async () => {
    const id = await begin();
    const { code, text } = await incident(['scope', id, ...window, ...sources()]);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      individuals: 1,
      events: 5,
      lowerBoundBecause: [],
      objects: { fetched: 'cannot be answered: data events were not given' },
    });
    expect(text).not.toContain(idOf(800));
    expect((await incident(['status', id])).text).toContain('1 entry');
  });

  test('is recorded with its list, which the entry cites by digest', async () => {
    const id = await begin();
    writeFileSync(fileOf('log.json.gz'), gzipSync('{"Records":[]}'));
    expect(await incident(['scope', id, ...window, ...sources(), '--trail', folder, '--record'])).toMatchObject({ code: 0 });
    await incident(['export', id, '--out', fileOf('out')]);
    const { affected } = JSON.parse(readFileSync(fileOf('out/record.json'), 'utf8')) as {
      affected: { individuals: number; list: { ref: string; sha256: string } };
    };
    expect(affected).toMatchObject({ individuals: 1, isLowerBound: false, dataClasses: ['identity'] });
    expect(affected.list.ref).toBe(`incidents/${id}/scope/${affected.list.sha256}.json`);
    expect(readFileSync(path.join(fileOf('store'), affected.list.ref), 'utf8')).toContain(idOf(800));
  });

  test.each([
    [
      'a window that ends before it begins',
      ['--from', '2026-03-02T00:00:00Z', '--to', '2026-03-01T00:00:00Z'],
      /^--from has to be before --to/,
    ],
    [
      'an instant that is none',
      ['--from', 'yesterday', '--to', '2026-03-01T00:00:00Z'],
      /^--from has to be an instant in UTC, .* not yesterday/,
    ],
    ['an archive that is not there', [...window, '--archive', '/nowhere', '--key', 'x'], /\/nowhere|key x/],
    ['no key', [...window, '--archive', '/nowhere'], /^At least one --key/],
  ])('refuses %s', async (_, args, message) => {
    const id = await begin();
    const before = stored();
    const refused = await incident(['scope', id, ...args]);
    expect(refused).toMatchObject({ code: 2, text: expect.stringMatching(message) as string });
    expect(stored()).toEqual(before);
  });

  test('refuses a trail that it cannot read whole', async () => {
    const id = await begin();
    writeFileSync(fileOf('broken.json.gz'), 'no gzip');
    expect(await incident(['scope', id, ...window, ...sources(), '--trail', folder])).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^Cannot read .*broken\.json\.gz/) as string,
    });
    expect(await incident(['scope', id, ...window, ...sources(), '--trail', fileOf('archive')])).toMatchObject({
      code: 2,
      text: expect.stringMatching(/holds no \*\.json\.gz/) as string,
    });
  });
});

describe('what it refuses, with one clear error and nothing written', () => {
  const ABSENT = idOf(404);
  test.each([
    ['no command', [], 2, /^The command has to be one of open, status/],
    ['a command that is none', ['erase'], 2, /not erase/],
    ['an id that is none', ['status', 'x'], 2, /^The incident has to be a lower-case UUID, not x/],
    ['two stores', ['status', '--store', 'a', '--bucket', 'b'], 2, /not both/],
    ['an option that is unknown', ['status', '--everything'], 2, /everything/],
    ['an incident that is not there', ['status', ABSENT], 1, new RegExp(`^There is no incident ${ABSENT}`)],
    [
      'a notice for an incident that is not there',
      ['notice', ABSENT, '--clock', 'media', '--on', '2026-03-10', '--proof', 'p'],
      1,
      /^There is no incident/,
    ],
    ['an opening without its basis', ['open', '--summary', 's', '--severity', 'high', '--time-zone', 'UTC'], 2, /^open needs --basis/],
    ['a file that is not there', ['open', '--file', '/nowhere.json'], 2, /^Cannot read \/nowhere\.json \(ENOENT\)/],
    [
      'a discovery in the future',
      ['open', '--summary', 's', '--severity', 'high', '--time-zone', 'UTC', '--basis', 'b', '--discovered', '2026-03-11T00:00:00Z'],
      1,
      /^discoveredAt is 2026-03-11T00:00:00Z, .*: nothing is discovered in the future/,
    ],
    [
      'a severity that is none',
      ['open', '--summary', 's', '--severity', 'dire', '--time-zone', 'UTC', '--basis', 'b'],
      1,
      /^opened: severity has to be/,
    ],
  ])('%s', async (_, args, code, message) => {
    expect(await incident(args)).toMatchObject({ code, text: expect.stringMatching(message) as string });
    expect(stored()).toEqual([]);
  });

  test.each([
    [
      'a clock that is none',
      ['--clock', 'friends', '--on', '2026-03-10', '--proof', 'p'],
      /^--clock has to be one of individuals, media/,
    ],
    ['a day that does not exist', ['--clock', 'media', '--on', '2026-02-30', '--proof', 'p'], /^--on has to be a day that exists/],
    ['a notice of tomorrow', ['--clock', 'media', '--on', '2026-03-11', '--proof', 'p'], /^--on is 2026-03-11, and today is 2026-03-10/],
    ['a notice without proof', ['--clock', 'media', '--on', '2026-03-10'], /^notice needs --proof/],
  ])('%s', async (_, args, message) => {
    const id = await begin();
    const before = stored();
    expect(await incident(['notice', id, ...args])).toMatchObject({ code: 2, text: expect.stringMatching(message) as string });
    expect(stored()).toEqual(before);
  });

  test('a folder of an export that is there already, which stays as it was', async () => {
    const id = await begin();
    expect(await incident(['export', id, '--out', fileOf('out')])).toMatchObject({ code: 0 });
    writeFileSync(fileOf('out/report.html'), 'mine');
    expect(await incident(['export', id, '--out', fileOf('out')])).toMatchObject({
      code: 2,
      text: expect.stringMatching(/takes a folder that does not exist/) as string,
    });
    expect(readFileSync(fileOf('out/report.html'), 'utf8')).toBe('mine');
    expect(existsSync(fileOf('out.draft'))).toBe(false);
  });

  test('a folder that is not there, which is not one without incidents', async () => {
    const text = `There is no folder ${fileOf('elsewhere')}. Name the one in which open began the record.`;
    expect(await incident(['status', '--store', fileOf('elsewhere')])).toEqual({ code: 2, text });
    expect(existsSync(fileOf('elsewhere'))).toBe(false);
  });

  test('a bucket without credentials', async () => {
    const names = [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_PROFILE',
      'AWS_REGION',
      'HOME',
      'AWS_EC2_METADATA_DISABLED',
    ];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) delete process.env[name];
    Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', HOME: folder });
    try {
      expect(await incident(['status', '--bucket', 'evidence-of-nobody'])).toMatchObject({
        code: 2,
        text: expect.stringMatching(/^s3:\/\/evidence-of-nobody is not open to you: sign in as the incident officer/) as string,
      });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});
