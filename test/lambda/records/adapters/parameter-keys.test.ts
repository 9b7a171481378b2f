import { createHash } from 'node:crypto';
import { parameterKeys } from '../../../../lambda/records/adapters/parameter-keys';
import { startAwsEndpoint, type AwsAnswer, type AwsCall, type AwsEndpoint } from '../../../support/aws-endpoint';
import { everythingOf, thrownBy } from '../../../support/crypto-keys';
import { signatureV4 } from '../../../support/signature-v4';

const NAME = '/telehealth/dev/token-keys';
const CANARY = 'arn:aws:sts::111122223333:assumed-role/canary';

let endpoint: AwsEndpoint;
let answer: (call: AwsCall) => AwsAnswer;
beforeAll(async () => {
  endpoint = await startAwsEndpoint((call) => answer(call));
});
beforeEach(() => {
  endpoint.calls.length = 0;
  Object.assign(process.env, endpoint.environment);
  delete process.env['AWS_SESSION_TOKEN'];
  answer = () => found('{"keys":[]}');
});
afterAll(() => endpoint.close());

const found = (value: unknown): AwsAnswer => ({
  status: 200,
  body: JSON.stringify({ Parameter: { Name: NAME, Type: 'String', Value: value } }),
});
const failing = (type: string, status = 400): AwsAnswer => ({ status, body: JSON.stringify({ __type: type, message: CANARY }) });
const read = () => parameterKeys(NAME, 'eu-central-1').read();

describe('the copy of the key set', () => {
  it('is asked for by one request that names the parameter and nothing else, signed for its service and Region', async () => {
    await expect(read()).resolves.toBe('{"keys":[]}');
    expect(endpoint.calls).toHaveLength(1);
    const [{ operation, body, headers } = { operation: '', body: '', headers: {} }] = endpoint.calls;
    expect([operation, JSON.parse(body), headers['content-type']]).toEqual([
      'AmazonSSM.GetParameter',
      { Name: NAME },
      'application/x-amz-json-1.1',
    ]);
    const authorization = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization ?? '');
    const [, credential, signedHeaders = '', signature] = authorization ?? [];
    const date = String(new Map(Object.entries(headers)).get('x-amz-date'));
    expect(credential).toBe(`AKIAIOSFODNN7EXAMPLE/${date.slice(0, 8)}/eu-central-1/ssm/aws4_request`);
    expect(signedHeaders.split(';')).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date', 'x-amz-target']));
    const asReceived = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(signature).toBe(
      signatureV4(
        { method: 'POST', url: `${endpoint.environment['AWS_ENDPOINT_URL']}/`, headers: asReceived },
        {
          ...{ secret: 'example', region: 'eu-central-1', service: 'ssm', date, signedHeaders: signedHeaders.split(';') },
          payloadHash: createHash('sha256').update(body).digest('hex'),
        },
      ),
    );
  });

  it('is asked for with the session of the function', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'session';
    await read();
    expect(endpoint.calls[0]?.headers).toMatchObject({ 'x-amz-security-token': 'session' });
    expect(endpoint.calls[0]?.headers.authorization).toContain('x-amz-security-token');
  });

  it.each(['ParameterNotFound', 'com.amazonaws.ssm#ParameterNotFound'])('is none where the answer is %s', async (type) => {
    answer = () => failing(type);
    await expect(read()).resolves.toBeUndefined();
    expect(endpoint.calls).toHaveLength(1);
  });

  it('is read at the second attempt where the first one fails', async () => {
    answer = () => (endpoint.calls.length === 1 ? failing('ThrottlingException') : found('second'));
    await expect(read()).resolves.toBe('second');
  });

  it('of the 4 KB that a parameter holds is read whole', async () => {
    const value = '"'.repeat(4_096);
    answer = () => found(value);
    await expect(read()).resolves.toBe(value);
  });
});

describe('what is no copy of a key set is refused after two attempts, with a code and no word of the answer:', () => {
  it.each<[string, AwsAnswer]>([
    ['no permission', failing('AccessDeniedException')],
    ['throttled', failing('ThrottlingException')],
    ['a fault of the service', failing('InternalServerError', 500)],
    ['a value under a status that is none', { ...found('value'), status: 500 }],
    ['an absent parameter under a status that is none', failing('ParameterNotFound', 500)],
    ['a redirection', { status: 301, body: CANARY }],
    ['no JSON', { status: 200, body: CANARY }],
    ['JSON cut short', { status: 200, body: `{"Parameter":{"Value":"${CANARY}` }],
    ['a list', { status: 200, body: `["${CANARY}"]` }],
    ['null', { status: 200, body: 'null' }],
    ['no parameter', { status: 200, body: '{}' }],
    ['a parameter that is a text', { status: 200, body: `{"Parameter":"${CANARY}"}` }],
    ['a value that is a number', found(7)],
    ['more than a parameter can hold', found(CANARY.repeat(1_000))],
    ['an empty answer', { status: 200, body: '' }],
  ])('%s', async (_, given) => {
    answer = () => given;
    const error = await thrownBy(read);
    expect(error).toMatchObject({ name: 'CodedError', code: 'parameter_unreadable', message: 'parameter_unreadable' });
    expect(everythingOf(error)).not.toMatch(/canary|arn:aws|token-keys|Denied|JSON/);
    expect(endpoint.calls).toHaveLength(2);
  });

  it('no credentials', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    await expect(read()).rejects.toMatchObject({ code: 'parameter_unreadable' });
    expect(endpoint.calls).toHaveLength(0);
  });

  it('no endpoint', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const error = await thrownBy(read);
    expect(error).toMatchObject({ code: 'parameter_unreadable' });
    expect(everythingOf(error)).not.toContain('127.0.0.1');
  });
});
