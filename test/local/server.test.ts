import { request as send, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { respond, type Response } from '../../lambda/records/respond';
import { apiSite, type Handler } from '../../local/api-site';
import { Complaint } from '../../local/complaint';
import { listen, type LocalServer } from '../../local/server';

let server: LocalServer;
let handler: jest.MockedFunction<Handler>;
beforeEach(async () => {
  server = await listen(0);
  handler = jest.fn<Promise<Response>, [unknown, unknown]>(() => Promise.resolve(respond(200, { said: 'yes' }, { 'x-two': ['a', 'b'] })));
  server.serve(apiSite(handler, server.port));
});
afterEach(() => server.close());

/** Sends bytes as they are and gives everything that comes back until the end of the connection. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

function post(body: Buffer, headers: IncomingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = send(`${server.url}/v1/patients`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const MEBIBYTE = 1_048_576;

describe('the local server', () => {
  it('listens on this machine alone', async () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const outward = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).filter(({ internal }) => !internal);
    const reached = outward.map(
      ({ address }) =>
        new Promise<boolean>((resolve) => {
          const socket = connect({ port: server.port, host: address, timeout: 1_000 }, () => resolve(true));
          for (const event of ['error', 'timeout']) socket.on(event, () => resolve(false));
          socket.on('close', () => resolve(false));
        }),
    );
    expect(await Promise.all(reached)).not.toContain(true);
  });

  it('hands a request to the service as an event of a load balancer, with an id of the invocation', async () => {
    await sendRaw('GET /v1/%2e%2e/me?a=1&a=2 HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-one: 2\r\nConnection: close\r\n\r\n');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(handler.mock.calls[0]).toEqual([
      expect.objectContaining({
        httpMethod: 'GET',
        path: '/v1/%2e%2e/me',
        multiValueQueryStringParameters: { a: ['1', '2'] },
        multiValueHeaders: expect.objectContaining({ 'x-one': ['1', '2'], 'x-forwarded-for': ['127.0.0.1'] }) as unknown,
      }),
      { awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown },
    ]);
  });

  it('sends the service\'s answer with every header of it, and nothing that lets a page of another origin read it', async () => {
    const answer = await sendRaw('GET /v1/me HTTP/1.1\r\nHost: x\r\nOrigin: https://example.com\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nx-two: a\r\nx-two: b\r\n/);
    expect(answer).toMatch(/\r\ncache-control: no-store\r\n/);
    expect(answer).not.toMatch(/access-control/i);
    expect(answer.endsWith('{"said":"yes"}')).toBe(true);
  });

  it('takes a body of one mebibyte and not a byte more, announced or not', async () => {
    expect(await post(Buffer.alloc(MEBIBYTE), {})).toBe(200);
    expect(await post(Buffer.alloc(MEBIBYTE + 1), { 'content-length': String(MEBIBYTE + 1) })).toBe(413);
    expect(await post(Buffer.alloc(MEBIBYTE + 1), { 'transfer-encoding': 'chunked' })).toBe(413);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is 502 when the service fails or answers with more than a load balancer takes', async () => {
    const get = () => sendRaw('GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n');
    handler.mockRejectedValueOnce(new Error('inside'));
    handler.mockImplementationOnce(() => {
      throw new Error('inside');
    });
    handler.mockResolvedValueOnce(respond(200, { long: 'x'.repeat(MEBIBYTE) }));
    for (let time = 0; time < 3; time += 1) {
      const answer = await get();
      expect(answer).toMatch(/^HTTP\/1\.1 502 /);
      expect(answer).not.toContain('inside');
    }
  });

  it.each([
    ['405 for TRACE', 'TRACE /v1/me HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['400 for a method in small letters', 'get /v1/me HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['400 for a line break in a header', 'GET /v1/me HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n', 400],
    ['400 for two lengths', 'POST /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    ['431 for headers of more than 64 KiB', `GET /v1/me HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
  ])('is %s, and the service is not asked', async (_, text, status) => {
    expect(await sendRaw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(handler).not.toHaveBeenCalled();
  });

  it('is 503 until there is a service', async () => {
    const waiting = await listen(0);
    expect((await fetch(waiting.url)).status).toBe(503);
    await waiting.close();
  });

  it('refuses a port that is taken, and says what to do', async () => {
    await expect(listen(server.port)).rejects.toEqual(
      new Complaint(`Port ${server.port} is in use. Take another one with --port, or any free one with --port 0.`),
    );
  });
});
