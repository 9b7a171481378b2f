import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Complaint } from '../../local/complaint';
import { holderOf } from '../../local/lock';
import { passwordsFor } from '../../local/passwords';
import { openState, statePaths, type State } from '../../local/state';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'state-'));
  folder = path.join(root, 'state');
});
afterEach(() => rmSync(root, { recursive: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

/** What a start leaves that went through, with the least content that counts. */
function completed(): void {
  const state = openState(folder, false);
  const { paths } = state;
  mkdirSync(paths.postgres);
  writeFileSync(path.join(paths.postgres, 'PG_VERSION'), '18\n');
  for (const file of [paths.passwords, paths.masterKey, paths.signingKey]) writeFileSync(file, '{}');
  state.complete();
  state.lock.release();
}

function snapshot(): Readonly<Record<string, string>> {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** The message of a refusal that left the folder as it was. */
function refusal(reset = false): string {
  const before = snapshot();
  let state: State;
  try {
    state = openState(folder, reset);
  } catch (error) {
    expect(snapshot()).toEqual(before);
    if (error instanceof Complaint) return error.message;
    throw error;
  }
  state.lock.release();
  throw new Error('nothing was refused');
}

describe('a state folder', () => {
  it('is made, private, where there is none or an empty one', () => {
    const made = openState(folder, false);
    expect({ fresh: made.fresh, mode: modeOf(folder) }).toEqual({ fresh: true, mode: 0o700 });
    made.lock.release();
  });

  it('is continued with once a start went through, and begun anew when it was interrupted', () => {
    const interrupted = openState(folder, false);
    writeFileSync(interrupted.paths.passwords, 'half');
    interrupted.lock.release();
    const again = openState(folder, false);
    expect({ fresh: again.fresh, left: existsSync(again.paths.passwords) }).toEqual({ fresh: true, left: false });
    again.lock.release();
    completed();
    const continued = openState(folder, false);
    expect({ fresh: continued.fresh, left: existsSync(continued.paths.passwords) }).toEqual({ fresh: false, left: true });
    continued.lock.release();
  });

  it('is emptied by a reset of what a run put there, and of nothing else', () => {
    completed();
    writeFileSync(path.join(folder, 'mine.txt'), 'kept');
    const state = openState(folder, true);
    expect(state.fresh).toBe(true);
    state.lock.release();
    expect(readdirSync(folder).sort()).toEqual(['mine.txt', 'state.json']);
  });

  it('is not some other folder, nor a file', () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'thesis.doc'), 'dear');
    expect(refusal(true)).toBe(
      `Folder ${folder} is not one of the local run's: it holds "thesis.doc" and no state.json. Name an empty folder with --data.`,
    );
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    expect(() => openState(folder, true)).toThrow(`State folder ${folder} is a file.`);
  });

  it.each([
    ['of another version', 'state.json', '{"format":99,"complete":true}', 'is of version 99, and this program reads version 1'],
    ['whose marker cannot be read', 'state.json', '{"form', 'is damaged: its state.json cannot be read'],
    ['without its master key', 'master.key', undefined, 'is damaged: it has no master.key'],
    ['without its signing key', 'audit-signing.pem', undefined, 'is damaged: it has no audit-signing.pem'],
    ['without its database', 'postgres', undefined, 'is damaged: it has no postgres'],
    ['whose database has no version', 'postgres/PG_VERSION', undefined, 'is damaged: its database has no version'],
    ['of another PostgreSQL', 'postgres/PG_VERSION', '17\n', 'was made by PostgreSQL 17, and this is 18'],
  ])('%s is refused with what to do, and a reset mends it', (_, name, content, fault) => {
    completed();
    if (content === undefined) rmSync(path.join(folder, name), { recursive: true });
    else writeFileSync(path.join(folder, name), content);
    expect(refusal()).toBe(`State folder ${folder} ${fault}. Begin from nothing with: npm start -- --reset --data ${folder}`);
    const state = openState(folder, true);
    expect(state.fresh).toBe(true);
    state.lock.release();
  });
});

describe('the lock of a state folder', () => {
  it('keeps a second start out, with or without a reset, and says who holds it', () => {
    completed();
    const { lock, paths } = openState(folder, false);
    for (const reset of [false, true]) {
      expect(refusal(reset)).toContain(`State folder ${folder} is in use by process ${process.pid}.`);
    }
    const database = { port: 5_499, trust: ['an authority'] };
    lock.announce(database);
    expect(holderOf(paths.lock)).toEqual({ pid: process.pid, database });
    lock.release();
    expect(holderOf(paths.lock)).toBeUndefined();
    openState(folder, false).lock.release();
  });

  it.each([
    ['a process that was killed', () => JSON.stringify({ pid: spawnSync(process.execPath, ['--version']).pid })],
    ['nobody that can be read', () => '{"pi'],
  ])('is taken over from %s', (_, content) => {
    completed();
    writeFileSync(statePaths(folder).lock, content());
    const state = openState(folder, false);
    expect(holderOf(state.paths.lock)).toEqual({ pid: process.pid });
    state.lock.release();
    expect(readdirSync(folder).filter((name) => name.startsWith('lock'))).toEqual([]);
  });
});

describe('the passwords', () => {
  it('are random, kept between starts in a file for the owner alone, and completed for a login that is new', () => {
    const { paths, lock } = openState(folder, false);
    const first = passwordsFor(paths, ['one', 'two']);
    expect(first.one).toMatch(/^[\w-]{32}$/);
    expect(first.two).not.toBe(first.one);
    expect(modeOf(paths.passwords)).toBe(0o600);
    expect(passwordsFor(paths, ['one', 'two', 'three'])).toEqual({ ...first, three: expect.stringMatching(/^[\w-]{32}$/) as string });
    lock.release();
  });

  it('that cannot be read are a damaged state', () => {
    const { paths, lock } = openState(folder, false);
    writeFileSync(paths.passwords, '[1]');
    expect(() => passwordsFor(paths, ['one'])).toThrow(Complaint);
    lock.release();
  });
});
