import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { newUuid } from '../../lambda/shared/uuid';
import type { PresignedRequest } from '../../lambda/records/ports';
import { localObjects, type LocalObjects } from '../../local/objects';
import { listen, type LocalServer } from '../../local/server';
import { collectLog, type CollectedLog } from '../support/log-lines';

const CONTENT = Buffer.from('Synthetic content\n');
const sha256 = (content: Buffer): Buffer => createHash('sha256').update(content).digest();

let folder: string;
let server: LocalServer;
let objects: LocalObjects;
let log: CollectedLog;
let nowMs: number;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'objects-'));
  server = await listen(0);
  log = collectLog();
  nowMs = Date.parse('2031-05-06T07:08:09Z');
  objects = localObjects({ folder, url: server.url, now: () => nowMs, sink: log.sink });
  server.serve(objects.site);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const auditId = newUuid();
const access = (key: string) => ({ key, auditId, lifetimeS: 60 });
const upload = (key: string, content = CONTENT) =>
  objects.presignPut({ ...access(key), contentType: 'image/png', sizeBytes: content.length, sha256: sha256(content) });

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

async function send({ method, url, headers }: PresignedRequest, body?: Buffer, changed: Readonly<Record<string, string>> = {}): Promise<Sent> {
  const response = await fetch(url, { method, headers: { ...headers, ...changed }, ...(body ? { body } : {}) });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

const newKey = (): string => `documents/${randomUUID()}`;

async function stored(): Promise<{ readonly key: string; readonly version: string }> {
  const key = newKey();
  const { status, headers } = await send(await upload(key), CONTENT);
  expect(status).toBe(200);
  return { key, version: headers.get('x-amz-version-id') ?? '' };
}

/** The same address with one parameter set. */
function altered(request: PresignedRequest, name: string, value: string): PresignedRequest {
  const url = new URL(request.url);
  url.searchParams.set(name, value);
  return { ...request, url: url.href };
}

const files = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(folder, name)).isFile());

/** Waits for what another process or a later turn does; the test's own limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an upload', () => {
  it('creates the object, read-only, under the version that its content gives it', async () => {
    const { key, version } = await stored();
    expect(version).toBe(sha256(CONTENT).toString('hex'));
    expect(statSync(path.join(folder, key)).mode & 0o777).toBe(0o444);
    expect(await send(await objects.presignGet(access(key)))).toMatchObject({ status: 200, body: CONTENT.toString() });
  });

  it('never replaces what is there, not even by the same bytes', async () => {
    const { key } = await stored();
    expect(await send(await upload(key), CONTENT)).toMatchObject({ status: 412 });
    const other = Buffer.from('Other content\n');
    expect(await send(await upload(key, other), other)).toMatchObject({ status: 412 });
    expect(await send(await objects.presignGet(access(key)))).toMatchObject({ status: 200, body: CONTENT.toString() });
  });

  it('is created once by many at the same time', async () => {
    const request = await upload(newKey());
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => send(request, CONTENT)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array<number>(9).fill(412)]);
  });

  it('of other bytes of the same length leaves nothing', async () => {
    const other = Buffer.from(CONTENT).fill('x');
    expect(await send(await upload(newKey()), other)).toMatchObject({ status: 400 });
    expect(files()).toEqual([]);
  });

  it('that breaks off leaves nothing', async () => {
    const { url, headers } = await upload(newKey());
    const { pathname, search, port, hostname } = new URL(url);
    const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${CONTENT.subarray(0, 4).toString()}`);
    await until(() => files().length === 1);
    socket.destroy();
    await until(() => files().length === 0);
  });

  it.each([
    ['another type', { 'content-type': 'text/html' }],
    ['another checksum', { 'x-amz-checksum-sha256': sha256(Buffer.from('y')).toString('base64') }],
    ['no promise to create', { 'if-none-match': '' }],
  ])('with %s than was signed is refused', async (_, headers) => {
    expect(await send(await upload(newKey()), CONTENT, headers)).toMatchObject({ status: 403 });
    expect(files()).toEqual([]);
  });

  it('of another length than was signed is refused', async () => {
    const { headers, ...request } = await upload(newKey());
    const { 'content-length': length, ...rest } = headers;
    expect(length).toBe(String(CONTENT.length));
    expect(await send({ ...request, headers: rest }, Buffer.concat([CONTENT, CONTENT]))).toMatchObject({ status: 403 });
  });

  it.each([
    ['checksum', 'x-checksum-sha256', sha256(Buffer.from('y')).toString('base64')],
    ['length', 'x-length', '5'],
    ['type', 'x-type', 'text/html'],
    ['audit id', 'x-audit-id', newUuid()],
    ['expiry', 'x-expires', '99999999999'],
  ])('whose address was given another %s is refused', async (_, name, value) => {
    expect(await send(altered(await upload(newKey()), name, value), CONTENT)).toMatchObject({ status: 403 });
  });
});

describe('a download', () => {
  it('reads exactly the version that was signed', async () => {
    const { key, version } = await stored();
    expect(await send(await objects.presignGet({ ...access(key), version }))).toMatchObject({ status: 200, body: CONTENT.toString() });
    expect(await send(await objects.presignGet({ ...access(key), version: 'f'.repeat(64) }))).toMatchObject({ status: 404 });
  });

  it('does not read a file whose content is not what the version says', async () => {
    const { key, version } = await stored();
    const file = path.join(folder, key);
    rmSync(file);
    writeFileSync(file, 'changed by hand');
    expect(await send(await objects.presignGet({ ...access(key), version }))).toMatchObject({ status: 404 });
  });

  it('is never shown as a page', async () => {
    const { key } = await stored();
    const { headers } = await send(await objects.presignGet(access(key)));
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('of what is not there is 404', async () => {
    expect(await send(await objects.presignGet(access(newKey())))).toMatchObject({ status: 404 });
  });
});

describe('an address', () => {
  it('works until it expires, again and again, and not after', async () => {
    const { key } = await stored();
    const request = await objects.presignGet(access(key));
    nowMs += 59_000;
    expect(await send(request)).toMatchObject({ status: 200 });
    nowMs += 1_000;
    expect(await send(request)).toMatchObject({ status: 403 });
  });

  it.each(['PUT', 'POST', 'DELETE', 'HEAD'])('of a GET is refused for %s', async (method) => {
    const { key } = await stored();
    const request = await objects.presignGet(access(key));
    const response = await fetch(request.url, { method, ...(method === 'HEAD' ? {} : { body: CONTENT }) });
    expect(response.status).toBe(403);
  });

  it('of a PUT is refused for GET', async () => {
    const { key } = await stored();
    const { url } = await upload(key);
    expect((await fetch(url)).status).toBe(403);
  });

  it('is refused for another object', async () => {
    const [one, two] = [await stored(), await stored()];
    const request = await objects.presignGet(access(one.key));
    expect(await send({ ...request, url: request.url.replace(one.key, two.key) })).toMatchObject({ status: 403 });
  });

  it('is refused for another version, and where the version was taken out', async () => {
    const { key, version } = await stored();
    const request = await objects.presignGet({ ...access(key), version });
    expect(await send(altered(request, 'x-version', 'f'.repeat(64)))).toMatchObject({ status: 403 });
    const url = new URL(request.url);
    url.searchParams.delete('x-version');
    expect(await send({ ...request, url: url.href })).toMatchObject({ status: 403 });
  });

  it('is refused with a parameter twice, one more, or none', async () => {
    const { key } = await stored();
    const request = await objects.presignGet(access(key));
    for (const url of [`${request.url}&x-expires=1`, `${request.url}&more=1`, request.url.split('?')[0] ?? '']) {
      expect(await send({ ...request, url })).toMatchObject({ status: 403 });
    }
  });

  it.each(['documents/../../etc/passwd', 'documents/%2e%2e/x', 'drafts/00000000-0000-4000-8000-000000000000', 'documents/'])(
    'does not lead out of the folder: %s',
    async (key) => {
      const request = await objects.presignGet(access(key));
      expect((await fetch(request.url)).status).toBe(403);
    },
  );

  it('signed by another run is refused', async () => {
    const { key } = await stored();
    const other = localObjects({ folder, url: server.url, now: () => nowMs });
    expect(await send(await other.presignGet(access(key)))).toMatchObject({ status: 403 });
  });

  it('leaves a line in the log that joins its use to the grant, and none of the address itself', async () => {
    const { key } = await stored();
    await send(await objects.presignGet(access(key)));
    // The line follows the last byte, which the client may see first.
    await until(() => log.lines.length === 2);
    expect(log.parsed()).toEqual([
      { event: 'object_access', method: 'PUT', auditId, status: 200 },
      { event: 'object_access', method: 'GET', auditId, status: 200 },
    ]);
  });
});
