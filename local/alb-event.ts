import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';

/** One request as it came over the wire, before anything read it. */
export interface RawRequest {
  readonly method: string;
  /** Request target, undecoded. */
  readonly url: string;
  /** Names and values in turn, in the spelling and order of the client. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Address of the client. */
  readonly remoteAddress: string;
  /** Port that was called. */
  readonly port: number;
}

/** An event as an Application Load Balancer hands it to a function, its multi-value form switched on. */
export interface LoadBalancerEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const TARGET_GROUP = 'arn:aws:elasticloadbalancing:local:000000000000:targetgroup/records/0000000000000000';

/** Headers of one connection, which end at a proxy. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** What a load balancer hands on as text, unless it is encoded; everything else as base64. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml)(?:\s*;|\s*$))/i;

/**
 * Turns a request into the event that a load balancer would make of it. Path, query and header values stay as they came, undecoded and
 * unmerged, so that what the service refuses in AWS reaches it here too.
 *
 * Not known of a load balancer is what it does with text that is not UTF-8. Here it goes on as base64, so that the service sees the bytes.
 */
export function toLoadBalancerEvent(request: RawRequest): LoadBalancerEvent {
  const [path = '', ...query] = request.url.split('?');
  const headers = collect(request.rawHeaders);
  const forwarded = [...(headers['x-forwarded-for'] ?? []), request.remoteAddress].join(', ');
  const isText = TEXT.test(headers['content-type']?.[0] ?? '') && !headers['content-encoding'] && isUtf8(request.body);
  return {
    requestContext: { elb: { targetGroupArn: TARGET_GROUP } },
    httpMethod: request.method,
    path,
    multiValueQueryStringParameters: parameters(query.join('?')),
    multiValueHeaders: {
      ...headers,
      'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? [traceId()],
      'x-forwarded-for': [forwarded],
      'x-forwarded-port': [String(request.port)],
      'x-forwarded-proto': ['http'],
    },
    body: request.body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}

function collect(rawHeaders: readonly string[]): Readonly<Record<string, readonly string[]>> {
  // Without a prototype: a header may be called anything, `__proto__` too.
  const collected = Object.create(null) as Record<string, string[]>;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!HOP_BY_HOP.includes(name)) (collected[name] ??= []).push(rawHeaders[at + 1] ?? '');
  }
  return collected;
}

function parameters(query: string): Readonly<Record<string, readonly string[]>> {
  const collected = Object.create(null) as Record<string, string[]>;
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const [key, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    (collected[key] ??= []).push(value);
  }
  return collected;
}

function traceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
