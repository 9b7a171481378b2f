import { createHmac, timingSafeEqual } from 'node:crypto';

/** Everything an address allows, to the bit; the signature covers all of it. */
export interface ObjectGrant {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  /** Seconds since the epoch. */
  readonly expires: string;
  readonly auditId: string;
  /** Of a GET: the one version it reads, or whichever there is. */
  readonly version?: string;
  /** Of a PUT: SHA-256 in base64, length in bytes, media type. */
  readonly checksum?: string;
  readonly length?: string;
  readonly type?: string;
}

/** Where each part of a grant stands in a query; method and key are the request's own. */
const PARAMETERS = {
  expires: 'x-expires',
  auditId: 'x-audit-id',
  version: 'x-version',
  checksum: 'x-checksum-sha256',
  length: 'x-length',
  type: 'x-type',
} as const satisfies Readonly<Record<Exclude<keyof ObjectGrant, 'method' | 'key'>, string>>;

const SIGNATURE = 'x-signature';

/** A grant, or why there is none. */
export type LinkOutcome =
  | { readonly kind: 'granted'; readonly grant: ObjectGrant }
  | { readonly kind: 'refused'; readonly code: 'link_malformed' | 'link_signature' | 'link_expired' };

/** Writes a grant as the query of an address, signed. */
export function signLink(secret: Uint8Array, grant: ObjectGrant): string {
  const query = new URLSearchParams();
  for (const [part, name] of Object.entries(PARAMETERS)) {
    const value = grant[part as keyof typeof PARAMETERS];
    if (value !== undefined) query.append(name, value);
  }
  query.append(SIGNATURE, mac(secret, grant).toString('base64url'));
  return query.toString();
}

/**
 * Reads the grant out of a request, all of it or none: another method, key, version, checksum, length or type than was signed is refused,
 * and so is everything after it has expired: 164.312(a)(1).
 *
 * @param nowMs milliseconds since the epoch.
 */
export function readLink(secret: Uint8Array, method: string, key: string, query: string, nowMs: number): LinkOutcome {
  if (method !== 'GET' && method !== 'PUT') return { kind: 'refused', code: 'link_malformed' };
  const given = [...new URLSearchParams(query)];
  const values = new Map(given);
  const names: readonly string[] = [...Object.values(PARAMETERS), SIGNATURE];
  if (values.size !== given.length || given.some(([name]) => !names.includes(name))) return { kind: 'refused', code: 'link_malformed' };
  const parts = Object.entries(PARAMETERS).flatMap(([part, name]) => (values.has(name) ? [[part, values.get(name)]] : []));
  // Made of PARAMETERS' own names; what is missing is covered by the signature like what is there.
  const grant = { method, key, ...Object.fromEntries(parts) } as ObjectGrant;
  const signature = Buffer.from(values.get(SIGNATURE) ?? '', 'base64url');
  const expected = mac(secret, grant);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return { kind: 'refused', code: 'link_signature' };
  return Number(grant.expires) * 1_000 > nowMs ? { kind: 'granted', grant } : { kind: 'refused', code: 'link_expired' };
}

/** JSON keeps the parts apart, so that no two grants have one text. */
function mac(secret: Uint8Array, grant: ObjectGrant): Buffer {
  const { method, key, expires, auditId, version = null, checksum = null, length = null, type = null } = grant;
  return createHmac('sha256', secret).update(JSON.stringify([method, key, expires, auditId, version, checksum, length, type])).digest();
}
