import fc from 'fast-check';
import { METHODS, readRequest, type EdgeOutcome } from '../../../lambda/records/edge';
import { REFUSALS } from '../../../lambda/records/refusals';
import { albEvent } from '../../support/alb-event';

const RUNS = { numRuns: 400 };
const CANARY = 'Jane-Canary-900123456';

function expectWellFormed(outcome: EdgeOutcome): void {
  if (outcome.kind === 'refused') {
    expect(REFUSALS[outcome.code]).toBe(400);
    expect(Object.keys(outcome)).toEqual(['kind', 'code']);
    return;
  }
  const { method, path, query, headers } = outcome.request;
  expect(METHODS).toContain(method);
  expect(path).toMatch(/^\/[A-Za-z0-9_/-]*$/);
  expect(path).not.toContain('//');
  for (const text of [...query.keys(), ...query.values()]) expect(text).toMatch(/^[A-Za-z0-9._~-]+$/);
  for (const value of headers.values()) expect(value).not.toMatch(/[\r\n\0]/);
}

/** Text that is likelier than chance to mean something. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '/v1/me',
    '/v1/%2e%2e',
    '__proto__',
    'constructor',
    'toString',
    'application/json',
    '7',
    'Bearer a.b.c',
    '\r\n',
    '{"a":1}',
    'e30=',
  ),
  fc.constant(CANARY),
);
const multiValue = fc.dictionary(
  fc.oneof(hostile, fc.constantFrom('authorization', 'content-type', 'content-length', 'x-forwarded-for', 'x-http-method-override')),
  fc.oneof(fc.array(hostile, { maxLength: 3 }), fc.constant(['203.0.113.7']), fc.anything()),
);
const event = fc
  .record(
    {
      httpMethod: fc.oneof(fc.constantFrom(...METHODS), hostile),
      path: fc.oneof(fc.constantFrom('/', '/v1/me', '/v1/patients'), hostile),
      multiValueHeaders: fc.oneof(multiValue, fc.anything()),
      multiValueQueryStringParameters: fc.oneof(multiValue, fc.anything()),
      body: fc.oneof(hostile, fc.json(), fc.anything()),
      isBase64Encoded: fc.oneof(fc.boolean(), fc.anything()),
    },
    { requiredKeys: [] },
  )
  .map((overrides) => albEvent(overrides));

describe('the edge', () => {
  it('answers any value with a request or a known code, and never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (value) => {
        expectWellFormed(readRequest(value));
      }),
      RUNS,
    );
  });

  it('answers any event of a load balancer with a request or a known code, and never throws', () => {
    fc.assert(
      fc.property(event, (value) => {
        expectWellFormed(readRequest(value));
      }),
      RUNS,
    );
  });

  it('puts nothing of an event into a refusal', () => {
    fc.assert(
      fc.property(event, (value) => {
        const outcome = readRequest(value);
        if (outcome.kind === 'refused') expect(JSON.stringify(outcome)).not.toContain(CANARY);
      }),
      RUNS,
    );
  });

  it('takes any JSON object that JSON.parse and it read alike, in both encodings', () => {
    const object = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(fc.stringMatching(/^[ -~]*$/), fc.integer(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(object, fc.boolean(), (value, isBase64Encoded) => {
        const text = JSON.stringify(value);
        const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
        const outcome = readRequest(albEvent({ httpMethod: 'POST', body, isBase64Encoded }, { 'content-type': ['application/json'] }));
        expect(outcome).toMatchObject({ kind: 'request', request: { body: value } });
      }),
      RUNS,
    );
  });
});
