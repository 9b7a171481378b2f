import { isIP } from 'node:net';
import { isRecord } from '../shared/record';
import { refuse, type Refused } from './refusals';

/** The headers the service reads. Each may come once; every other header is ignored, whatever it claims. */
const READ_HEADERS = ['authorization', 'content-type', 'content-length', 'content-encoding', 'if-match', 'idempotency-key'] as const;

/** One of {@link READ_HEADERS}. */
export type ReadHeader = (typeof READ_HEADERS)[number];

/** The headers that were read, and the address of the client as the load balancer saw it. */
export interface Headers {
  readonly kind: 'headers';
  readonly values: ReadonlyMap<ReadHeader, string>;
  readonly clientIp: string;
}

// A request may not ask to be treated as another method: the load balancer and the firewall judged the one in the request line.
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'];

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/;
// Control characters, but for the tab that HTTP allows: they forge lines and further headers.
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Reads `multiValueHeaders`. Names are compared without case, so `Authorization` beside `authorization` counts as two.
 *
 * The client's address is the last element of `x-forwarded-for`: the load balancer appends it, and everything before it is whatever the
 * client sent.
 */
export function readHeaders(raw: unknown): Headers | Refused {
  const collected = collect(raw);
  if (!collected) return refuse('event_malformed');
  for (const [name, values] of collected) {
    if (!NAME.test(name) || values.some((value) => CONTROL.test(value))) return refuse('header_malformed');
  }
  if (OVERRIDES.some((name) => collected.has(name))) return refuse('method_override');
  const values = new Map<ReadHeader, string>();
  for (const name of READ_HEADERS) {
    const [value, second] = collected.get(name) ?? [];
    if (second !== undefined) return refuse('header_repeated');
    if (value !== undefined) values.set(name, value);
  }
  const clientIp = addressOf(collected);
  return clientIp === undefined ? refuse('client_address_missing') : { kind: 'headers', values, clientIp };
}

/**
 * The client's address as the load balancer saw it, of headers that need not be well formed: for the audit row of a request that was
 * refused before anything else of it was believed, 164.312(b).
 *
 * @returns undefined when there is none.
 */
export function readClientIp(raw: unknown): string | undefined {
  const collected = collect(raw);
  return collected && addressOf(collected);
}

// An address with a network interface in it, as `fe80::1%eth0`, is one to Node and none to PostgreSQL: no audit row could hold it.
function addressOf(collected: ReadonlyMap<string, readonly string[]>): string | undefined {
  const last = collected.get('x-forwarded-for')?.at(-1)?.split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 || last.includes('%') ? undefined : last;
}

function collect(raw: unknown): ReadonlyMap<string, readonly string[]> | undefined {
  if (!isRecord(raw)) return undefined;
  const collected = new Map<string, string[]>();
  for (const [name, values] of Object.entries(raw)) {
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return undefined;
    const key = name.toLowerCase();
    collected.set(key, [...(collected.get(key) ?? []), ...values]);
  }
  return collected;
}
