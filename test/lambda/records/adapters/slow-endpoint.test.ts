import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kmsKeys } from '../../../../lambda/records/adapters/kms-keys';
import { parameterKeys } from '../../../../lambda/records/adapters/parameter-keys';
import { CodedError } from '../../../../lambda/shared/outcome';

const LIMIT_MS = 7_000;
const ARN = 'arn:aws:kms:us-east-1:111122223333:key/wrapping';

let server: Server;
const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
beforeAll(() => void Object.assign(process.env, environment));
afterAll(() => {
  for (const name of [...Object.keys(environment), 'AWS_ENDPOINT_URL']) delete process.env[name];
});

/** Points the process at an endpoint that answers like this. */
async function listen(respond: (response: ServerResponse) => void): Promise<void> {
  server = createServer((_, response) => respond(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

const begin = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).write('{"');
};
const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : 'none');

describe('an endpoint', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['says nothing', () => undefined],
    ['begins an answer and falls silent', begin],
    [
      'answers byte by byte without an end',
      (response) => {
        begin(response);
        const timer = setInterval(() => response.write(' '), 200);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('that %s is given up on, whatever the client of the SDK makes of it', async (_, respond) => {
    await listen(respond);
    const keys = kmsKeys({ wrappingKeyArn: ARN, macKeyArns: { mrn: ARN, ssn: ARN, insurance_id: ARN }, app: 'telehealth', env: 'dev' });
    const startedAt = performance.now();
    const reading = parameterKeys('/keys', 'us-east-1').read();
    const codes = [reading, keys.mac('ssn', Buffer.from('1'))].map((call) => call.then(() => 'answered', codeOf));
    await expect(Promise.all(codes)).resolves.toEqual(['parameter_unreadable', 'key_timeout']);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  }, 15_000);
});
