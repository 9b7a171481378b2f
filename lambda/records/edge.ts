import { isRecord } from '../shared/record';
import { readBody } from './body';
import { readClientIp, readHeaders, type ReadHeader } from './headers';
import { refuse, type Refused } from './refusals';
import type { JsonObject } from './strict-json';

/** The methods the service knows. HEAD, OPTIONS and TRACE are not among them: no route answers them and no browser page calls this API. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** A request that means exactly one thing. */
export interface Request {
  readonly method: Method;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<ReadHeader, string>;
  /** IPv4 or IPv6 address the load balancer took the request from. */
  readonly clientIp: string;
  readonly body: JsonObject | undefined;
}

/** A request, or why there is none. */
export type EdgeOutcome = { readonly kind: 'request'; readonly request: Request } | Refused;

const MAX_QUERY_KEYS = 16;

// No percent sign, dot, backslash or semicolon: the spellings by which one path poses as another have no place in a known route.
const PATH = /^\/(?:[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*\/?)?$/;
const MAX_PATH_LENGTH = 512;
const QUERY_KEY = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
const QUERY_VALUE = /^[A-Za-z0-9._~-]{1,1024}$/;

/**
 * Turns an event of an Application Load Balancer, its multi-value form switched on, into a request or a coded refusal: 164.312(a)(1).
 * Pure, and never throws, whatever it is given. It reads method, path, query, body, the headers of {@link readHeaders}, and nothing
 * else: no `Host`, no `X-Original-URL`, no header that names a user or a patient.
 */
export function readRequest(event: unknown): EdgeOutcome {
  if (!isRecord(event) || !isLoadBalancerEvent(event)) return refuse('event_malformed');
  // With multi-value off, the last of two equal headers silently wins. Such an event means the target group was changed.
  if ('headers' in event || 'queryStringParameters' in event) return refuse('event_single_value');
  const method = METHODS.find((known) => known === event['httpMethod']);
  if (!method) return refuse('method_refused');
  const path = event['path'];
  if (typeof path !== 'string' || path.length > MAX_PATH_LENGTH || !PATH.test(path)) return refuse('path_malformed');
  const headers = readHeaders(event['multiValueHeaders']);
  if (headers.kind === 'refused') return headers;
  const query = readQuery(event['multiValueQueryStringParameters']);
  if (query.kind === 'refused') return query;
  if (method === 'GET' && event['body'] !== undefined && event['body'] !== null && event['body'] !== '') return refuse('body_not_allowed');
  const body = readBody(event['body'], event['isBase64Encoded'] === true, headers.values);
  if (body.kind === 'refused') return body;
  return {
    kind: 'request',
    request: {
      method,
      path,
      query: query.values,
      headers: headers.values,
      clientIp: headers.clientIp,
      body: body.kind === 'parsed' ? body.value : undefined,
    },
  };
}

/** The client's address in an event that was refused; undefined where it is none of the load balancer's. Never throws. */
export function clientIpOf(event: unknown): string | undefined {
  return isRecord(event) && isLoadBalancerEvent(event) ? readClientIp(event['multiValueHeaders']) : undefined;
}

function isLoadBalancerEvent(event: Readonly<Record<string, unknown>>): boolean {
  const context = event['requestContext'];
  const balancer = isRecord(context) ? context['elb'] : undefined;
  return isRecord(balancer) && typeof balancer['targetGroupArn'] === 'string' && typeof event['isBase64Encoded'] === 'boolean';
}

type Query = { readonly kind: 'query'; readonly values: ReadonlyMap<string, string> } | Refused;

/** The load balancer leaves queries encoded; values here need no encoding, so an encoded one is refused rather than decoded. */
function readQuery(raw: unknown): Query {
  if (raw === undefined || raw === null) return { kind: 'query', values: new Map() };
  if (!isRecord(raw)) return refuse('event_malformed');
  const entries = Object.entries(raw);
  if (entries.length > MAX_QUERY_KEYS) return refuse('query_too_large');
  const values = new Map<string, string>();
  for (const [key, given] of entries) {
    if (!Array.isArray(given)) return refuse('event_malformed');
    if (given.length !== 1) return refuse('query_repeated');
    const value: unknown = given[0];
    if (!QUERY_KEY.test(key) || typeof value !== 'string' || !QUERY_VALUE.test(value)) return refuse('query_malformed');
    values.set(key, value);
  }
  return { kind: 'query', values };
}
