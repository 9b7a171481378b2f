import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { kmsKeys } from '../../../../lambda/records/adapters/kms-keys';
import { parameterKeys } from '../../../../lambda/records/adapters/parameter-keys';
import { CodedError } from '../../../../lambda/shared/outcome';

const LIMIT_MS = 7_000;
const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

const begin = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).write('{"');
};

/** What an endpoint makes of a request that names this in its body. */
const BEHAVIOURS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'says nothing': () => undefined,
  'begins an answer and falls silent': begin,
  'answers byte by byte without an end': (response) => {
    begin(response);
    const timer = setInterval(() => response.write(' '), 200);
    response.on('close', () => clearInterval(timer));
  },
};
const names = Object.keys(BEHAVIOURS);

const requests: string[] = [];
const server = createServer((request: IncomingMessage, response) => {
  void text(request).then((body) => {
    const name = names.find((each) => body.includes(each)) ?? 'unknown';
    requests.push(name);
    BEHAVIOURS[name]?.(response);
  });
});

interface GivenUp {
  readonly codes: readonly string[];
  readonly afterMs: number;
}

async function callOf(name: string): Promise<GivenUp> {
  const arn = `arn:aws:kms:us-east-1:111122223333:key/${name}`;
  const keys = kmsKeys({ wrappingKeyArn: arn, macKeyArns: { mrn: arn, ssn: arn, insurance_id: arn }, app: 'telehealth', env: 'dev' });
  const startedAt = performance.now();
  const reading = parameterKeys(`/${name}`, 'us-east-1').read();
  const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : 'none');
  const codes = await Promise.all([reading, keys.mac('ssn', Buffer.from('1'))].map((call) => call.then(() => 'answered', codeOf)));
  return { codes, afterMs: performance.now() - startedAt };
}

const outcomes = new Map<string, GivenUp>();

/** All of them wait at the same time: a limit is seconds long. */
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { ...environment, AWS_ENDPOINT_URL: url });
  await Promise.all(names.map(async (name) => outcomes.set(name, await callOf(name))));
}, 15_000);

afterAll(async () => {
  for (const name of [...Object.keys(environment), 'AWS_ENDPOINT_URL']) delete process.env[name];
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

describe('an endpoint', () => {
  it.each(names)('that %s is given up on, whatever the client of the SDK makes of it', (name) => {
    expect(outcomes.get(name)?.codes).toEqual(['parameter_unreadable', 'key_timeout']);
    expect(outcomes.get(name)?.afterMs).toBeLessThan(LIMIT_MS);
    // The key set is asked for twice, and a key once at least.
    expect(requests.filter((each) => each === name).length).toBeGreaterThanOrEqual(3);
  });
});
