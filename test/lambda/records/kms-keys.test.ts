import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kmsKeys } from '../../../lambda/records/adapters/kms-keys';
import { startAwsEndpoint, type AwsAnswer, type AwsCall, type AwsEndpoint } from '../../support/aws-endpoint';
import { bytesOf, everythingOf, idOf, thrownBy } from '../../support/crypto-keys';

const WRAPPING_KEY = 'arn:aws:kms:us-east-1:111122223333:key/wrapping';
const OPTIONS = {
  wrappingKeyArn: WRAPPING_KEY,
  macKeyArns: { mrn: `${WRAPPING_KEY}-mrn`, ssn: `${WRAPPING_KEY}-ssn`, insurance_id: `${WRAPPING_KEY}-insurance` },
  app: 'telehealth',
  env: 'dev',
};
const NAME = { keyId: idOf(1), keyClass: 'clinical' } as const;
const CONTEXT = { app: 'telehealth', env: 'dev', class: 'clinical', keyId: idOf(1) };
const CANARY = 'canary-078-05-1120';
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const ANSWERS: Readonly<Record<string, object>> = {
  'TrentService.GenerateDataKeyWithoutPlaintext': { KeyId: WRAPPING_KEY, CiphertextBlob: base64(bytesOf(2)) },
  'TrentService.Decrypt': { KeyId: WRAPPING_KEY, Plaintext: base64(bytesOf(1)), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
  'TrentService.GenerateMac': { KeyId: OPTIONS.macKeyArns.ssn, Mac: base64(bytesOf(3)), MacAlgorithm: 'HMAC_SHA_256' },
};
const inOrder = ({ operation }: AwsCall): AwsAnswer => ({ status: 200, body: JSON.stringify(ANSWERS[operation]) });
const failing = (type: string, status = 400) => (): AwsAnswer => ({ status, body: JSON.stringify({ __type: type, message: CANARY }) });

let endpoint: AwsEndpoint;
let answer: (call: AwsCall) => AwsAnswer;
beforeAll(async () => {
  endpoint = await startAwsEndpoint((call) => answer(call));
});
beforeEach(() => {
  endpoint.calls.length = 0;
  answer = inOrder;
});
afterAll(() => endpoint.close());

const requests = () => endpoint.calls.map(({ operation, body }) => [operation, JSON.parse(body) as unknown]);

describe('over KMS', () => {
  it('a data key is made in its wrapped form only, bound to application, environment, class and id', async () => {
    await expect(kmsKeys(OPTIONS).generate(NAME)).resolves.toEqual(bytesOf(2));
    expect(requests()).toEqual([
      ['TrentService.GenerateDataKeyWithoutPlaintext', { KeyId: WRAPPING_KEY, KeySpec: 'AES_256', EncryptionContext: CONTEXT }],
    ]);
  });

  it('a data key is unwrapped by the named key alone and under the same context', async () => {
    const bytes = await kmsKeys(OPTIONS).unwrap({ ...NAME, wrapped: bytesOf(2) });
    expect(Buffer.from(bytes)).toEqual(Buffer.from(bytesOf(1)));
    const what = { EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', CiphertextBlob: base64(bytesOf(2)) };
    expect(requests()).toEqual([['TrentService.Decrypt', { KeyId: WRAPPING_KEY, ...what, EncryptionContext: CONTEXT }]]);
  });

  it.each(['mrn', 'ssn', 'insurance_id'] as const)('a MAC is made under the key of its own column: %s', async (column) => {
    await expect(kmsKeys(OPTIONS).mac(column, Buffer.from('078051120'))).resolves.toEqual(bytesOf(3));
    const request = { KeyId: OPTIONS.macKeyArns[column], MacAlgorithm: 'HMAC_SHA_256', Message: base64(Buffer.from('078051120')) };
    expect(requests()).toEqual([['TrentService.GenerateMac', request]]);
  });

  it('a key is anew at every unwrapping, so that overwriting one leaves the other alone', async () => {
    const keys = kmsKeys(OPTIONS);
    const [first, second] = [await keys.unwrap({ ...NAME, wrapped: bytesOf(2) }), await keys.unwrap({ ...NAME, wrapped: bytesOf(2) })];
    first.fill(0);
    expect(Buffer.from(second)).toEqual(Buffer.from(bytesOf(1)));
  });
});

describe('KMS refuses', () => {
  it.each([
    ['AccessDeniedException', 'key_access_denied'],
    ['DisabledException', 'key_disabled'],
    ['KMSInvalidStateException', 'key_disabled'],
    ['NotFoundException', 'key_disabled'],
    ['InvalidCiphertextException', 'key_invalid'],
    ['IncorrectKeyException', 'key_invalid'],
    ['InvalidGrantTokenException', 'key_unavailable'],
    ['constructor', 'key_unavailable'],
  ])('with %s: one call, and the code %s without its message', async (type, code) => {
    answer = failing(type);
    const keys = kmsKeys(OPTIONS);
    const unwrap = () => keys.unwrap({ ...NAME, wrapped: bytesOf(2) });
    for (const call of [unwrap, () => keys.generate(NAME), () => keys.mac('ssn', Buffer.from(CANARY))]) {
      endpoint.calls.length = 0;
      const error = await thrownBy(call);
      expect(error).toMatchObject({ name: 'CodedError', code });
      expect(everythingOf(error)).not.toMatch(/canary|arn:aws|Y2FuYXJ5/);
      expect(endpoint.calls).toHaveLength(1);
    }
  });

  it.each([
    ['ThrottlingException', 400, 'key_throttled'],
    ['LimitExceededException', 400, 'key_throttled'],
    ['DependencyTimeoutException', 500, 'key_timeout'],
    ['KMSInternalException', 500, 'key_unavailable'],
  ])('with %s: a second call and no third', async (type, status, code) => {
    answer = failing(type, status);
    await expect(kmsKeys(OPTIONS).unwrap({ ...NAME, wrapped: bytesOf(2) })).rejects.toMatchObject({ code });
    expect(endpoint.calls).toHaveLength(2);
  });

  it('once, and the second call is enough', async () => {
    answer = (call) => (endpoint.calls.length === 1 ? failing('ThrottlingException')() : inOrder(call));
    await expect(kmsKeys(OPTIONS).mac('ssn', Buffer.from('1'))).resolves.toEqual(bytesOf(3));
  });

  it.each(['{}', 'not JSON', '<html>'])('to make sense: %s', async (body) => {
    answer = () => ({ status: 200, body });
    await expect(kmsKeys(OPTIONS).unwrap({ ...NAME, wrapped: bytesOf(2) })).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('one call without spoiling the next', async () => {
    const keys = kmsKeys(OPTIONS);
    answer = failing('DisabledException');
    await thrownBy(() => keys.generate(NAME));
    answer = inOrder;
    await expect(keys.generate(NAME)).resolves.toEqual(bytesOf(2));
  });
});

describe('an endpoint that does not answer', () => {
  let silent: Server;
  let original: string | undefined;
  beforeAll(async () => {
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    original = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    process.env['AWS_ENDPOINT_URL'] = original;
    await new Promise((resolve) => {
      silent.close(resolve);
      silent.closeAllConnections();
    });
  });

  it('is given up within six seconds', async () => {
    const startedAt = performance.now();
    await expect(kmsKeys(OPTIONS).unwrap({ ...NAME, wrapped: bytesOf(2) })).rejects.toMatchObject({ code: 'key_timeout' });
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  }, 20_000);
});
