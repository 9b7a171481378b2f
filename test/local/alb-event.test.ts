import * as fc from 'fast-check';
import { readRequest } from '../../lambda/records/edge';
import { toLoadBalancerEvent, type RawRequest } from '../../local/alb-event';
import { albEvent } from '../support/alb-event';

const raw = (overrides: Partial<RawRequest> = {}): RawRequest => ({
  method: 'GET',
  url: '/v1/me',
  rawHeaders: ['Host', '127.0.0.1:8787', 'Accept', '*/*', 'Connection', 'keep-alive'],
  body: Buffer.alloc(0),
  remoteAddress: '127.0.0.1',
  port: 8_787,
  ...overrides,
});

const json = (body: Buffer | string, rawHeaders: readonly string[] = ['Content-Type', 'application/json']): RawRequest =>
  raw({ method: 'POST', rawHeaders, body: Buffer.from(body) });

describe('the event of a request', () => {
  it('has every member that a load balancer sends, and no other', () => {
    const event = toLoadBalancerEvent(raw());
    const real = albEvent();
    expect(Object.keys(event).sort()).toEqual(Object.keys(real).sort());
    expect(Object.keys(event.multiValueHeaders).sort()).toEqual(Object.keys(real.multiValueHeaders).filter((name) => name !== 'user-agent'));
    expect(event).toMatchObject({ httpMethod: 'GET', path: '/v1/me', body: '', isBase64Encoded: true });
  });

  it('is one that the service takes', () => {
    expect(readRequest(toLoadBalancerEvent(raw()))).toMatchObject({ kind: 'request', request: { path: '/v1/me', clientIp: '127.0.0.1' } });
    const posted = toLoadBalancerEvent(json('{"a":"ä"}', ['Content-Type', 'application/json', 'Content-Length', '10']));
    expect(readRequest(posted)).toMatchObject({ kind: 'request', request: { body: { a: 'ä' } } });
  });

  it('names headers in lower case, keeps repeated ones apart, and drops those of the connection', () => {
    const { multiValueHeaders } = toLoadBalancerEvent(
      raw({ rawHeaders: ['Authorization', 'Bearer one', 'AUTHORIZATION', 'Bearer two', 'Transfer-Encoding', 'chunked', '__proto__', 'x'] }),
    );
    expect(multiValueHeaders['authorization']).toEqual(['Bearer one', 'Bearer two']);
    expect(Object.keys(multiValueHeaders)).not.toContain('transfer-encoding');
    expect(Object.entries(multiValueHeaders)).toContainEqual(['__proto__', ['x']]);
  });

  it('appends the client to what it says of others, and overwrites what it says of the connection', () => {
    const forged = ['X-Forwarded-For', '8.8.8.8', 'x-forwarded-for', '9.9.9.9', 'X-Forwarded-Proto', 'gopher', 'X-Forwarded-Port', '1'];
    const event = toLoadBalancerEvent(raw({ rawHeaders: forged }));
    expect(event.multiValueHeaders).toMatchObject({
      'x-forwarded-for': ['8.8.8.8, 9.9.9.9, 127.0.0.1'],
      'x-forwarded-proto': ['http'],
      'x-forwarded-port': ['8787'],
    });
    expect(readRequest(event)).toMatchObject({ request: { clientIp: '127.0.0.1' } });
  });

  it('leaves path and query as they came', () => {
    const event = toLoadBalancerEvent(raw({ url: '/v1/%2e%2e//me?a=%20+1&a=&b&a=x=y?z&__proto__=p' }));
    expect(event.path).toBe('/v1/%2e%2e//me');
    expect(Object.entries(event.multiValueQueryStringParameters)).toEqual([
      ['a', ['%20+1', '', 'x=y?z']],
      ['b', ['']],
      ['__proto__', ['p']],
    ]);
  });

  it('holds every query parameter there is, undecoded, its values in order', () => {
    const token = fc.stringMatching(/^[a-z%2+._~-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(token, token)), (pairs) => {
        const url = `/v1/me?${pairs.map((pair) => pair.join('=')).join('&')}`;
        const { multiValueQueryStringParameters: found } = toLoadBalancerEvent(raw({ url }));
        const expected = new Map<string, string[]>();
        for (const [key, value] of pairs) expected.set(key, [...(expected.get(key) ?? []), value]);
        expect(new Map(Object.entries(found))).toEqual(expected);
      }),
    );
  });
});

describe('the body of an event', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/xml', 'application/javascript', 'text/csv'])(
    'is text for %s',
    (type) => {
      expect(toLoadBalancerEvent(json('{"a":"ä"}', ['content-type', type]))).toMatchObject({ body: '{"a":"ä"}', isBase64Encoded: false });
    },
  );

  it.each([
    ['another type', ['content-type', 'application/jsonx']],
    ['no type', []],
    ['an encoding', ['content-type', 'application/json', 'content-encoding', 'gzip']],
  ])('is base64 for %s', (_, headers) => {
    expect(toLoadBalancerEvent(json('{}', headers))).toMatchObject({ body: 'e30=', isBase64Encoded: true });
  });

  it('reaches the service as it is when it is not UTF-8, and is refused there', () => {
    const event = toLoadBalancerEvent(json(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])));
    expect(event).toMatchObject({ body: 'eyL/In0=', isBase64Encoded: true });
    expect(readRequest(event)).toEqual({ kind: 'refused', code: 'body_encoding' });
  });

  it('keeps every byte, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, isJson) => {
        const { body, isBase64Encoded } = toLoadBalancerEvent(json(Buffer.from(bytes), isJson ? ['content-type', 'application/json'] : []));
        expect([...Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')]).toEqual([...bytes]);
      }),
    );
  });
});
