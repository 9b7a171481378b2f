import { fetchJwks, jwksUrl } from '../../../lambda/jwks-refresher/fetch-jwks';
import { parameterStore } from '../../../lambda/jwks-refresher/parameter-store';
import { createRefresher } from '../../../lambda/jwks-refresher/refresher';
import { checkJwks } from '../../../lambda/jwks-refresher/check-jwks';
import { startAwsEndpoint, type AwsAnswer, type AwsEndpoint } from '../../support/aws-endpoint';
import { startHttpsServer, type Answer, type TestHttpsServer } from '../../support/https-server';
import { collectLog } from '../../support/log-lines';
import { jwksOf, makeKey, withKid } from '../../support/token-issuer';

const key = makeKey('b=');
const jwks = jwksOf(key, withKid(key, 'a='));
const verdict = checkJwks(jwks);
const canonical = verdict.kind === 'accepted' ? verdict.canonical : '';

const open: (TestHttpsServer | AwsEndpoint)[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

/** Writes the same chunk again and again until the client goes away. */
const drip =
  (chunk: string, everyMs: number): Answer =>
  (_, response) => {
    const timer = setInterval(() => response.write(chunk), everyMs);
    response.on('close', () => clearInterval(timer));
  };

async function fetchFrom(answer: Answer, limits: { timeoutMs?: number; maxBytes?: number } = {}): Promise<string> {
  const server = await startHttpsServer(answer);
  open.push(server);
  return fetchJwks(new URL(`${server.url}/pool/.well-known/jwks.json`), { ca: server.ca, ...limits });
}

describe('fetching the key set', () => {
  it("asks the pool's own issuer, over https", () => {
    expect(jwksUrl('eu-central-1', 'eu-central-1_AbC').href).toBe(
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC/.well-known/jwks.json',
    );
  });

  it('returns the body of a 200', async () => {
    await expect(fetchFrom((_, response) => response.end(jwks))).resolves.toBe(jwks);
  });

  it.each([
    [
      'a redirect, even to a good set',
      (_, response) => response.writeHead(302, { location: 'https://evil.example.com/jwks.json' }).end(jwks),
      'jwks_fetch_status',
    ],
    ['an error page', (_, response) => response.writeHead(503).end('busy'), 'jwks_fetch_status'],
    ['nothing to see', (_, response) => response.writeHead(404).end(), 'jwks_fetch_status'],
    ['a connection that breaks', (_, response) => response.destroy(), 'jwks_fetch_failed'],
    [
      'a body that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': '9999' }).write('{', () => response.destroy()),
      'jwks_fetch_failed',
    ],
    ['one byte too many', (_, response) => response.end('x'.repeat(150 * 1_024 + 1)), 'jwks_fetch_too_large'],
    ['a body without an end', drip('x'.repeat(60_000), 1), 'jwks_fetch_too_large'],
  ] satisfies readonly (readonly [string, Answer, string])[])('refuses %s', async (_, answer, code) => {
    await expect(fetchFrom(answer)).rejects.toMatchObject({ message: code });
  });

  it.each([
    ['never answers', () => undefined],
    ['answers drop by drop', drip(' ', 5)],
  ] satisfies readonly (readonly [string, Answer])[])('gives up on a server that %s', async (_, answer) => {
    await expect(fetchFrom(answer, { timeoutMs: 80 })).rejects.toMatchObject({ message: 'jwks_fetch_timeout' });
  });

  it('refuses a server whose certificate is not trusted', async () => {
    const server = await startHttpsServer((_, response) => response.end(jwks));
    open.push(server);
    await expect(fetchJwks(new URL(server.url))).rejects.toMatchObject({ message: 'jwks_fetch_failed' });
    expect(server.received).toHaveLength(0);
  });
});

describe('a refresh', () => {
  async function run(
    stored: AwsAnswer,
    fetched: () => Promise<string> = () => Promise.resolve(jwks),
    put: AwsAnswer = { status: 200, body: '{"Version":2}' },
  ) {
    const endpoint = await startAwsEndpoint(({ operation }) => (operation === 'AmazonSSM.GetParameter' ? stored : put));
    open.push(endpoint);
    const log = collectLog();
    const outcome = await createRefresher(fetched, parameterStore('/records/jwks'), log.sink)().then(
      () => 'ended',
      (error: Error) => error.message,
    );
    return { outcome, log, calls: endpoint.calls.map(({ operation, body }) => ({ operation, input: JSON.parse(body) as unknown })) };
  }
  const holding = (value: string): AwsAnswer => ({
    status: 200,
    body: JSON.stringify({ Parameter: { Name: '/records/jwks', Value: value } }),
  });
  const get = { operation: 'AmazonSSM.GetParameter', input: { Name: '/records/jwks' } };
  const putCanonical = {
    operation: 'AmazonSSM.PutParameter',
    input: { Name: '/records/jwks', Value: canonical, Type: 'String', Tier: 'Standard', Overwrite: true },
  };

  it('writes a changed set in its canonical form', async () => {
    const { outcome, calls, log } = await run(holding('{"keys":[]}'));
    expect(outcome).toBe('ended');
    expect(calls).toEqual([get, putCanonical]);
    expect(log.parsed()).toEqual([{ event: 'jwks_refresh', result: 'written', keys: 2, durationMs: expect.any(Number) as number }]);
  });

  it('writes the first set when there is no parameter yet', async () => {
    const { calls } = await run({ status: 400, body: '{"__type":"ParameterNotFound"}' });
    expect(calls).toEqual([get, putCanonical]);
  });

  it('writes nothing when the set is the same, so that every write is a rotation', async () => {
    const { outcome, calls, log } = await run(holding(canonical));
    expect(outcome).toBe('ended');
    expect(calls).toEqual([get]);
    expect(log.parsed()).toEqual([expect.objectContaining({ result: 'unchanged', keys: 2 })]);
  });

  it('touches nothing when the set is refused, and fails with the reason', async () => {
    const { outcome, calls, log } = await run(holding(canonical), () => Promise.resolve('{"keys":[]}'));
    expect(outcome).toBe('jwks_empty');
    expect(calls).toEqual([]);
    expect(log.parsed()).toEqual([expect.objectContaining({ result: 'failed', code: 'jwks_empty' })]);
  });

  it('does not write when it cannot read', async () => {
    const { outcome, calls } = await run({
      status: 400,
      body: '{"__type":"AccessDeniedException","message":"User arn:aws:sts::1:x is not authorized"}',
    });
    expect(outcome).toBe('parameter_read_failed');
    expect(calls).toEqual([get]);
  });

  it('fails when it cannot write', async () => {
    const denied = { status: 400, body: '{"__type":"AccessDeniedException","message":"User arn:aws:sts::1:x is not authorized"}' };
    const { outcome, log } = await run(holding('old'), undefined, denied);
    expect(outcome).toBe('parameter_write_failed');
    expect(log.lines.join()).not.toContain('arn:');
  });

  it('fails with a code and no message when something unforeseen is thrown', async () => {
    const { outcome, log } = await run(holding('old'), () => Promise.reject(new Error('Jane Canary')));
    expect(outcome).toBe('internal_error');
    expect(log.lines.join()).not.toContain('Canary');
  });
});
