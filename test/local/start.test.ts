import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ROLES } from '../../lambda/records/contract';
import { holderOf } from '../../local/lock';
import { ONE_OF_EACH } from '../../local/people';
import { statePaths } from '../../local/state';
import { printedCommands, startedLocally, startLocally, type LocalStart } from '../support/local-start';

const ROOT = path.join(__dirname, '..', '..');
const LIMIT_MS = 120_000;

let folder: string;
let run: LocalStart;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'local-'));
  run = await startedLocally(['--data', folder, '--port', '0']);
}, LIMIT_MS);
afterAll(async () => {
  run.process.kill('SIGINT');
  await run.ended;
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

const rotate = (): LocalStart => startLocally(['--data', folder], {}, 'keys-rotate.ts');
const paths = () => statePaths(folder);
const urlOf = (start: LocalStart): string => /http:\/\/127\.0\.0\.1:\d+/.exec(start.output())?.[0] ?? '';
const recordOf = (start: LocalStart): string => /patients\/([0-9a-f-]{36})/.exec(start.output())?.[1] ?? '';

/** Standard output, and the exit code, of a command line in the project's folder. */
function shell(command: string): Promise<{ readonly output: string; readonly code: number }> {
  return new Promise((resolve) => {
    const child = execFile('sh', ['-c', command], { cwd: ROOT }, (_, stdout) => resolve({ output: stdout, code: child.exitCode ?? -1 }));
  });
}

async function finished(start: LocalStart): Promise<{ readonly code: unknown; readonly output: string; readonly errors: string }> {
  const code = await start.ended;
  return { code, output: start.output(), errors: start.errors() };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('a local run', () => {
  it('says where it is, and nothing else where nobody watches', () => {
    expect(run.output()).toMatch(/^The records service is up at http:\/\/127\.0\.0\.1:\d+ \(\d+\.\d s\)\./);
    expect(run.errors()).toBe('');
  });

  it('prints one good token for each role', async () => {
    const said = ROLES.map(async (role) => {
      const token = new RegExp(`^  ${role} +(\\S+)$`, 'm').exec(run.output())?.[1] ?? '';
      const answer = await fetch(`${urlOf(run)}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
      return (await answer.json());
    });
    expect(await Promise.all(said)).toEqual(ROLES.map((role) => expect.objectContaining(ONE_OF_EACH[role]) as unknown));
  });

  it('prints commands that do what it says they do', async () => {
    const [own, foreign, role, audit, verify, ...rest] = printedCommands(run.output());
    expect(rest).toEqual([]);
    const curls = await Promise.all([own, foreign, role].map((command) => shell(command ?? '')));
    expect(curls.map(({ output }) => output.trim().split('\n').at(-1))).toEqual(['200', '404', '403']);
    expect(curls[0]?.output).toContain('"name":"Avery Sample"');
    const trail = await shell(audit ?? '');
    expect(trail.output).toMatch(/\n200\n$/);
    const events = (JSON.parse(trail.output.split('\n')[0] ?? '') as { items: { outcome: string; actor_role: string }[] }).items;
    expect(events).toEqual(expect.arrayContaining([expect.objectContaining({ outcome: 'denied', actor_role: 'billing' }) as unknown]));
    expect(await shell(verify ?? '')).toEqual({ code: 0, output: expect.stringMatching(/^Verified: 1 batches, \d\d+ events/) as unknown });
  }, 60_000);

  it('keeps what is secret to its owner, and what is exported read-only', () => {
    const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    const { passwords, masterKey, signingKey, log, tokens, objects, archive } = paths();
    expect([passwords, masterKey, signingKey, log, path.join(tokens, 'admin')].map(modeOf)).toEqual(Array<string>(5).fill('600'));
    // Where the database runs as another account than root, that one may pass through, and see nothing.
    expect(modeOf(folder)).toBe(process.getuid?.() === 0 ? '710' : '700');
    const files = [objects, archive].flatMap((below) =>
      readdirSync(below, { recursive: true, encoding: 'utf8' }).map((name) => path.join(below, name)).filter((name) => statSync(name).isFile()),
    );
    expect(files.length).toBe(3);
    expect(files.map(modeOf)).toEqual(['444', '444', '444']);
  });

  it('leaves no value of a record in its log, and an audit id for every request', () => {
    const lines = readFileSync(paths().log, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = lines.filter(({ event }) => event === 'request');
    expect(requests.length).toBeGreaterThan(60);
    expect(requests.filter(({ auditId }) => typeof auditId !== 'string')).toEqual([]);
    expect(readFileSync(paths().log, 'utf8')).not.toMatch(/Avery|900-01|Springfield|MRN-/);
  });

  it('shows the interface', async () => {
    const page = await fetch(`${urlOf(run)}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<code>GET /v1/me</code>');
  });
});

describe('a rotation of the keys', () => {
  it('while the service runs leaves it the time to learn of a new key before there is another', async () => {
    const { code, output } = await finished(rotate());
    expect({ code, lines: output.trim().split('\n') }).toEqual({
      code: 0,
      lines: ['identity', 'clinical', 'billing'].map((keyClass) => `${keyClass.padEnd(8)}  no other key yet: the newest is younger than ten minutes`),
    });
  }, LIMIT_MS);

  it('needs a state folder', async () => {
    const nowhere = path.join(folder, 'nowhere');
    const { code, errors } = await finished(startLocally(['--data', nowhere], {}, 'keys-rotate.ts'));
    expect({ code, errors }).toEqual({
      code: 2,
      errors: `There is no local run in ${nowhere} yet. Make one with npm start, or name another folder with --data.\n`,
    });
  }, LIMIT_MS);
});

describe('a start that cannot be', () => {
  const elsewhere = (): string => path.join(folder, '..', `${path.basename(folder)}-elsewhere`);

  it('says why in one message, and leaves nothing behind', async () => {
    const port = new URL(urlOf(run)).port;
    const [second, taken, unknown, lambda] = await Promise.all(
      [
        startLocally(['--data', folder, '--port', '0', '--reset']),
        startLocally(['--data', elsewhere(), '--port', port]),
        startLocally(['--rest']),
        startLocally(['--data', elsewhere()], { AWS_LAMBDA_FUNCTION_NAME: 'records' }),
      ].map(finished),
    );
    expect(second).toMatchObject({ code: 2, output: '' });
    expect(second?.errors).toContain(`State folder ${folder} is in use by process ${run.process.pid}. Stop that one first`);
    expect(taken).toEqual({ code: 2, output: '', errors: `Port ${port} is in use. Take another one with --port, or any free one with --port 0.\n` });
    expect(unknown?.errors).toBe('Unknown option "--rest". Allowed: npm start -- [--reset] [--port NUMBER] [--data FOLDER]\n');
    expect(lambda).toMatchObject({ code: 2, output: '' });
    expect(lambda?.errors).toContain('AWS_LAMBDA_FUNCTION_NAME is set');
    expect(existsSync(elsewhere())).toBe(false);
    expect((await fetch(`${urlOf(run)}/docs`)).status).toBe(200);
  }, LIMIT_MS);
});

describe('the state of a local run', () => {
  it('outlives a clean stop, a kill and a rotation of its keys, until it is reset; the database outlives neither end', async () => {
    const first = recordOf(run);
    run.process.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect([paths().lock, paths().tokens].filter((file) => existsSync(file))).toEqual([]);

    run = await startedLocally(['--data', folder, '--port', '0']);
    expect(recordOf(run)).toBe(first);
    const port = holderOf(paths().lock)?.database?.port ?? 0;
    expect(await isOpen(port)).toBe(true);
    run.process.kill('SIGKILL');
    await run.ended;
    while (await isOpen(port)) await new Promise((resolve) => setTimeout(resolve, 50));

    const rotated = await finished(rotate());
    expect(rotated).toMatchObject({ code: 0, errors: '' });
    expect(rotated.output).toMatch(/^identity  new key, 12 rows rewritten, no value under an older key, older keys retired\n/);

    run = await startedLocally(['--data', folder, '--port', '0']);
    expect(recordOf(run)).toBe(first);
    const own = await shell(printedCommands(run.output())[0] ?? '');
    expect(own.output).toMatch(/"name":"Avery Sample"[\s\S]*\n200\n$/);
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);

    run = await startedLocally(['--data', folder, '--port', '0', '--reset']);
    expect(recordOf(run)).toMatch(/^[0-9a-f-]{36}$/);
    expect(recordOf(run)).not.toBe(first);
  }, LIMIT_MS);
});
