import { readRequest } from '../../../lambda/records/edge';
import { albEvent, jsonPost } from '../../support/alb-event';

const CODE = (event: unknown): string => {
  const outcome = readRequest(event);
  return outcome.kind === 'refused' ? outcome.code : 'accepted';
};

const requestOf = (event: unknown) => {
  const outcome = readRequest(event);
  if (outcome.kind === 'refused') throw new Error(outcome.code);
  return outcome.request;
};

describe("an event that is not the load balancer's", () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'GET /v1/me'],
    ['an array', [albEvent()]],
    ['an API Gateway event', { version: '2.0', rawPath: '/v1/me', requestContext: { http: { method: 'GET' } } }],
    ['no target group', albEvent({ requestContext: { elb: {} } })],
    ['no base64 flag', albEvent({ isBase64Encoded: undefined })],
    ['a base64 flag that is a text', albEvent({ isBase64Encoded: 'false' })],
    ['no headers', albEvent({ multiValueHeaders: undefined })],
    ['headers with single values', albEvent({ multiValueHeaders: { host: 'api.example.com' } })],
    ['header values that are no texts', albEvent({ multiValueHeaders: { host: [1] } })],
    ['a query with single values', albEvent({ multiValueQueryStringParameters: { a: 'b' } })],
    ['a query that is a text', albEvent({ multiValueQueryStringParameters: 'a=b' })],
    ['a body that is an object', jsonPost('', {}, { body: { a: 1 } })],
  ])('is refused: %s', (_, event) => {
    expect(CODE(event)).toBe('event_malformed');
  });

  it.each([
    ['headers beside multi-value headers', { headers: { authorization: 'Bearer a' } }],
    ['headers in place of multi-value headers', { headers: { authorization: 'Bearer a' }, multiValueHeaders: undefined }],
    ['a query beside a multi-value query', { queryStringParameters: { a: 'b' } }],
  ])('is refused as single-valued: %s', (_, overrides) => {
    expect(CODE(albEvent(overrides))).toBe('event_single_value');
  });
});

describe('the method', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s is known', (httpMethod) => {
    expect(requestOf(albEvent({ httpMethod })).method).toBe(httpMethod);
  });

  it.each(['get', 'Get', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'GET ', 'GET\r\n', '', 'constructor', '__proto__', undefined, 7])(
    '%j is refused',
    (httpMethod) => {
      expect(CODE(albEvent({ httpMethod }))).toBe('method_refused');
    },
  );

  it.each(['x-http-method-override', 'X-HTTP-Method', 'x-method-override'])('cannot be overridden by %s', (name) => {
    expect(CODE(albEvent({ httpMethod: 'POST' }, { [name]: ['DELETE'] }))).toBe('method_override');
  });
});

describe('the path', () => {
  it.each(['/', '/v1/me', '/v1/me/', '/v1/patients/3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11'])('%j is well formed', (path) => {
    expect(requestOf(albEvent({ path })).path).toBe(path);
  });

  it.each([
    '',
    'v1/me',
    '//v1/me',
    '/v1//me',
    '/v1/me//',
    '/v1/%6de',
    '/v1/%2e%2e/admin',
    '/v1/..%2f..%2fadmin',
    '/v1/../admin',
    '/v1/./me',
    '/v1/me%00',
    '/v1/me\0',
    '/v1/me%',
    '/v1/me%zz',
    '/v1/me%c0%ae',
    '/v1\\me',
    '/v1/me;a=b',
    '/v1/me?x=1',
    '/v1/me#x',
    '/v1/me\r\nx: y',
    '/v1/m\u00e9',
    '/v1/\u202eem',
    'http://evil.example.com/v1/me',
    '*',
    `/${'a'.repeat(512)}`,
    undefined,
    null,
    7,
    ['/v1/me'],
  ])('%j is refused', (path) => {
    expect(CODE(albEvent({ path }))).toBe('path_malformed');
  });
});

describe('headers', () => {
  it('that are read are kept, all others are ignored whatever they claim', () => {
    const { headers } = requestOf(
      albEvent(
        {},
        {
          authorization: ['Bearer a.b.c'],
          'If-Match': ['"3"'],
          host: ['evil.example.com'],
          'x-original-url': ['/admin'],
          'x-patient-id': ['3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11'],
          'x-role': ['admin'],
        },
      ),
    );
    expect([...headers]).toEqual([
      ['authorization', 'Bearer a.b.c'],
      ['if-match', '"3"'],
    ]);
  });

  it.each([
    ['authorization', { authorization: ['Bearer a', 'Bearer b'] }],
    ['authorization, equal ones', { authorization: ['Bearer a', 'Bearer a'] }],
    ['authorization in two letter cases', { authorization: ['Bearer a'], Authorization: ['Bearer b'] }],
    ['content-type', { 'content-type': ['application/json', 'text/plain'] }],
    ['content-length', { 'content-length': ['0', '5'] }],
    ['if-match', { 'if-match': ['"1"', '"2"'] }],
    ['idempotency-key', { 'idempotency-key': ['a', 'b'] }],
  ])('that mean one thing may come once: %s', (_, headers) => {
    expect(CODE(albEvent({}, headers))).toBe('header_repeated');
  });

  it.each([
    ['a line break in a value', { 'x-a': ['b\r\nauthorization: Bearer c'] }],
    ['a line feed alone', { 'x-a': ['b\nc'] }],
    ['NUL', { 'x-a': ['b\0'] }],
    ['escape, for a terminal', { 'x-a': ['\u001b[2J'] }],
    ['delete', { 'x-a': ['\u007f'] }],
    ['a line break in a name', { 'x-a\r\nx-b': ['c'] }],
    ['a space in a name', { 'x a': ['b'] }],
    ['an empty name', { '': ['b'] }],
  ])('with %s are refused', (_, headers) => {
    expect(CODE(albEvent({}, headers))).toBe('header_malformed');
  });

  it('may be named like a member of every object', () => {
    const headers = JSON.parse('{"__proto__":["a"],"constructor":["b"],"x-forwarded-for":["203.0.113.7"]}') as object;
    expect(CODE(albEvent({ multiValueHeaders: headers }))).toBe('accepted');
  });
});

describe('the client address', () => {
  it.each([
    ['the only element', ['203.0.113.7'], '203.0.113.7'],
    ['the last element, which the load balancer wrote', ['10.0.0.1, 192.0.2.1, 203.0.113.7'], '203.0.113.7'],
    ['the last element of the last header', ['10.0.0.1', '192.0.2.1,203.0.113.7'], '203.0.113.7'],
    ['an IPv6 address', ['10.0.0.1, 2001:db8::7'], '2001:db8::7'],
  ])('is %s', (_, forwarded, expected) => {
    expect(requestOf(albEvent({}, { 'x-forwarded-for': forwarded })).clientIp).toBe(expected);
  });

  it.each([
    [[]],
    [['']],
    [['unknown']],
    [['203.0.113.7,']],
    [['203.0.113.7:443']],
    [["203.0.113.7' OR 1=1"]],
    [['203.0.113.7, localhost']],
  ])('is not taken from %j', (forwarded) => {
    expect(CODE(albEvent({}, { 'x-forwarded-for': forwarded }))).toBe('client_address_missing');
  });
});

describe('the query', () => {
  const query = (parameters: unknown) => CODE(albEvent({ multiValueQueryStringParameters: parameters }));

  it('is read as one value for each key', () => {
    const { query: values } = requestOf(albEvent({ multiValueQueryStringParameters: { format: ['fhir'], cursor: ['AZaz09-_.~'] } }));
    expect([...values]).toEqual([
      ['format', 'fhir'],
      ['cursor', 'AZaz09-_.~'],
    ]);
  });

  it.each([undefined, null, {}])('may be absent, as %j', (parameters) => {
    expect(query(parameters)).toBe('accepted');
  });

  it('may not give a key twice', () => {
    expect(query({ format: ['fhir', 'json'] })).toBe('query_repeated');
  });

  it('may not give a key without a value', () => {
    expect(query({ format: [] })).toBe('query_repeated');
  });

  it('may not hold 200 keys', () => {
    expect(query(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, ['v']])))).toBe('query_too_large');
  });

  it.each([
    ['an encoded value', { q: ['Jane%20Canary'] }],
    ['a bad percent', { q: ['%'] }],
    ['a space', { q: ['Jane Canary'] }],
    ['an empty value', { q: [''] }],
    ['a quote', { q: ["' OR 1=1"] }],
    ['an encoded key', { '%71': ['v'] }],
    ['brackets in a key', { 'q[]': ['v'] }],
    ['an empty key', { '': ['v'] }],
    ['a long value', { q: ['v'.repeat(1_025)] }],
    ['a value that is no text', { q: [1] }],
    ['a prototype key', JSON.parse('{"__proto__":["v"]}') as unknown],
  ])('may not hold %s', (_, parameters) => {
    expect(query(parameters)).toBe('query_malformed');
  });
});
