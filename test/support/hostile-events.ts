import type { RefusalCode } from '../../lambda/records/refusals';
import { albEvent, bytesPost, jsonPost } from './alb-event';

/** What an attacker with a good token of a clinician has to work with. */
export interface Attacker {
  /** Value of a good `authorization` header. */
  readonly bearer: string;
  /** A patient whom the clinician does not treat. */
  readonly foreign: string;
}

/** One event as no honest client causes it, and how it has to end. */
export interface HostileEvent {
  readonly name: string;
  readonly code: RefusalCode;
  readonly make: (attacker: Attacker) => unknown;
}

type Headers = Readonly<Record<string, readonly string[]>>;
type Overrides = Readonly<Record<string, unknown>>;

const hostile = (name: string, code: RefusalCode, make: HostileEvent['make']): HostileEvent => ({ name, code, make });

/** `GET /v1/me`, which the caller may, with something changed. */
const get = (name: string, code: RefusalCode, overrides: Overrides, headers: Headers = {}): HostileEvent =>
  hostile(name, code, ({ bearer }) => albEvent(overrides, { authorization: [bearer], ...headers }));

/** A search, which the caller may, with another body. */
const post = (name: string, code: RefusalCode, body: string, headers: Headers = {}, overrides: Overrides = {}): HostileEvent =>
  hostile(name, code, ({ bearer }) =>
    jsonPost(body, { authorization: [bearer], ...headers }, { path: '/v1/patients/search', ...overrides }),
  );

const bytes = (name: string, code: RefusalCode, body: Uint8Array): HostileEvent =>
  hostile(name, code, ({ bearer }) => ({ ...bytesPost(body, { authorization: [bearer] }), path: '/v1/patients/search' }));

/** A record that is not the caller's, asked for with a header that would make it so where somebody believed it. */
const foreign = (name: string, headers: (foreign: string) => Headers): HostileEvent =>
  hostile(name, 'not_found', ({ bearer, foreign: id }) =>
    albEvent({ path: `/v1/patients/${id}` }, { authorization: [bearer], ...headers(id) }),
  );

const GOOD_BODY = '{"mrn":"MRN-1"}';
const sized = (length: number): string => JSON.stringify({ mrn: 'x'.repeat(length - '{"mrn":""}'.length) });
const nested = (depth: number, open: string, close = ''): string => `{"mrn":${open.repeat(depth)}1${close.repeat(depth)}}`;

const TOKENS: readonly HostileEvent[] = [
  hostile('two Authorization headers under one name', 'header_repeated', ({ bearer }) => albEvent({}, { authorization: [bearer, bearer] })),
  hostile('two Authorization headers under two names', 'header_repeated', ({ bearer }) =>
    albEvent({}, { authorization: [bearer], Authorization: ['Bearer e30.e30.e30'] }),
  ),
  hostile('two Authorization headers joined to one', 'token_scheme', ({ bearer }) =>
    albEvent({}, { authorization: [`${bearer},${bearer}`] }),
  ),
];

const METHODS: readonly HostileEvent[] = [
  ...['get', 'HEAD', 'TRACE', 'OPTIONS', 'CONNECT', 'GET\r\n'].map((httpMethod) =>
    get(`the method ${JSON.stringify(httpMethod)}`, 'method_refused', { httpMethod }),
  ),
  ...['X-HTTP-Method-Override', 'x-http-method', 'x-method-override'].map((header) =>
    get(`a method named by ${header}`, 'method_override', {}, { [header]: ['DELETE'] }),
  ),
];

const PATHS: readonly HostileEvent[] = [
  ...[
    '/v1/patients/..%2f..%2fadmin',
    '/v1/patients/%2e%2e',
    '/v1/patients/%00',
    '/v1/patients/%',
    '/v1/patients/%zz',
    '/v1/patients/%c0%ae',
    '//v1/me',
    '/v1//me',
    '/v1/patients/../me',
    '/v1/./me',
    '/v1/..',
    '/v1\\me',
    '/v1/me;a=b',
    '/v1/me\r\nx-role: admin',
    'https://evil.example.com/v1/me',
  ].map((path) => get(`the path ${JSON.stringify(path)}`, 'path_malformed', { path })),
  ...['/v1/me/', '/V1/me', '/v1/admin', '/'].map((path) => get(`the path ${path}`, 'not_found', { path })),
];

const HEADERS: readonly HostileEvent[] = [
  get('a line break in a header', 'header_malformed', {}, { 'x-note': ['a\r\nauthorization: Bearer b'] }),
  get('a line break in the name of a header', 'header_malformed', {}, { 'x-note\r\nx-role': ['admin'] }),
  get('NUL in a header', 'header_malformed', {}, { 'x-note': ['a\0'] }),
  get('no address of the client', 'client_address_missing', {}, { 'x-forwarded-for': [''] }),
  get('a network interface in the address of the client', 'client_address_missing', {}, { 'x-forwarded-for': ['fe80::1%eth0'] }),
  foreign('a Host with a path in it', (id) => ({ host: [`api.example.com/v1/patients/${id}?`] })),
  foreign('another Host', () => ({ host: ['evil.example.com'], 'x-forwarded-host': ['evil.example.com'] })),
  foreign('an address of its own choice', () => ({ 'x-forwarded-for': ['127.0.0.1, 10.0.0.1, 203.0.113.7'] })),
  foreign('another URL in a header', () => ({ 'x-original-url': ['/v1/me'], 'x-rewrite-url': ['/v1/me'] })),
  foreign('a patient in a header', (id) => ({ 'x-patient-id': [id], 'X-Patient-ID': [id] })),
  foreign('a role and a user in headers', () => ({ 'x-role': ['admin'], 'x-amzn-oidc-identity': ['admin'], 'x-user': ['admin'] })),
];

const QUERIES: readonly HostileEvent[] = [
  get('200 query keys', 'query_too_large', {
    multiValueQueryStringParameters: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, ['v']])),
  }),
  get('a query key given twice', 'query_repeated', { multiValueQueryStringParameters: { cursor: ['a', 'b'] } }),
  get('a query that was encoded', 'query_malformed', { multiValueQueryStringParameters: { cursor: ['%27%20OR%201%3D1'] } }),
  get('single-value headers beside the others', 'event_single_value', { headers: { authorization: 'Bearer e30.e30.e30' } }),
  get('a single-value query beside the other', 'event_single_value', { queryStringParameters: { cursor: 'a' } }),
  hostile('single-value headers in place of the others', 'event_single_value', ({ bearer }) =>
    albEvent({ multiValueHeaders: undefined, headers: { authorization: bearer } }),
  ),
  hostile('an event that is null', 'event_malformed', () => null),
  hostile("an event of a queue, with the balancer's inside", 'event_malformed', ({ bearer }) => ({
    Records: [albEvent({}, { authorization: [bearer] })],
  })),
];

const BODIES: readonly HostileEvent[] = [
  post('a body of 64 KiB + 1', 'body_too_large', sized(65_537)),
  post('a body of 1 MB', 'body_too_large', sized(1_000_000)),
  bytes('1 MB of base64', 'body_too_large', Buffer.alloc(1_000_000, 'x')),
  post('an understated Content-Length', 'body_length_mismatch', GOOD_BODY, { 'content-length': ['2'] }),
  post('an overstated Content-Length', 'body_length_mismatch', GOOD_BODY, { 'content-length': ['65536'] }),
  post('a base64 flag that lies', 'body_not_bytes', GOOD_BODY, {}, { isBase64Encoded: true }),
  post('base64 that is garbage', 'body_not_bytes', 'e30=e30=', {}, { isBase64Encoded: true }),
  post('base64 without its flag', 'body_not_json', Buffer.from(GOOD_BODY).toString('base64')),
  bytes('a body that is not UTF-8', 'body_encoding', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  post('a body that lost bytes on the way', 'body_encoding', '{"mrn":"M\ufffdR"}'),
  bytes('a byte order mark', 'body_encoding', Buffer.from(`\ufeff${GOOD_BODY}`)),
  post('a lone surrogate as text', 'body_encoding', '{"mrn":"\ud800"}'),
  post('a lone surrogate, escaped', 'body_forbidden_character', '{"mrn":"\\ud800"}'),
  post('NUL, escaped', 'body_forbidden_character', '{"mrn":"a\\u0000"}'),
  post('NUL as it is', 'body_not_json', '{"mrn":"a\0"}'),
  post('JSON cut short', 'body_not_json', '{"mrn":'),
  post('JSON that is a list', 'body_not_object', `[${GOOD_BODY}]`),
  post('objects 100,000 deep', 'body_too_large', nested(100_000, '{"a":', '}')),
  post('objects as deep as 64 KiB allow', 'body_too_deep', nested(10_000, '{"a":', '}')),
  post('arrays as deep as 64 KiB allow', 'body_too_deep', nested(32_000, '[', ']')),
  post('arrays that never close', 'body_too_deep', nested(65_000, '[')),
  post('a key given twice', 'body_duplicate_key', '{"mrn":"MRN-1","\\u006drn":"MRN-2"}'),
  post('a key that reaches the prototype', 'body_forbidden_key', '{"mrn":"MRN-1","__proto__":{"role":"admin"}}'),
  post('a key that reaches the constructor', 'body_forbidden_key', '{"mrn":"MRN-1","constructor":{"prototype":{}}}'),
  post('1e400', 'body_number', '{"mrn":1e400}'),
  post('2^53 + 1', 'body_number', '{"mrn":9007199254740993}'),
  post('another content type', 'body_content_type', GOOD_BODY, { 'content-type': ['application/x-www-form-urlencoded'] }),
  post('no content type', 'body_content_type', GOOD_BODY, { 'content-type': [] }),
  post('a compressed body', 'body_content_encoding', GOOD_BODY, { 'content-encoding': ['gzip'] }),
  get('a body of a GET', 'body_not_allowed', { body: GOOD_BODY, isBase64Encoded: false }, { 'content-type': ['application/json'] }),
  post('an operator for a value', 'body_value', '{"mrn":{"$ne":null}}'),
  post('a key that the route does not know', 'body_unknown_key', '{"mrn":"MRN-1","role":"admin"}'),
];

/** The attacks on the wire: every kind of event that frameworks were found to mistake for a request, and what else the edge rules name. */
export const HOSTILE_EVENTS: readonly HostileEvent[] = [...TOKENS, ...METHODS, ...PATHS, ...HEADERS, ...QUERIES, ...BODIES];
