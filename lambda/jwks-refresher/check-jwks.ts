import { isRecord } from '../shared/record';

/** A public signing key, reduced to the members a verifier needs. */
export interface SigningKey {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** Why a key set was refused. */
export const JWKS_REFUSALS = [
  'jwks_not_json',
  'jwks_malformed',
  'jwks_empty',
  'jwks_too_many_keys',
  'jwks_key_type',
  'jwks_key_algorithm',
  'jwks_key_use',
  'jwks_key_weak',
  'jwks_key_id_missing',
  'jwks_key_id_repeated',
  'jwks_oversize',
] as const;

/** One of {@link JWKS_REFUSALS}. */
export type JwksRefusal = (typeof JWKS_REFUSALS)[number];

/** A key set that may be trusted, with its one canonical spelling, or the first rule it broke. */
export type JwksVerdict =
  | { readonly kind: 'accepted'; readonly keys: readonly SigningKey[]; readonly canonical: string }
  | { readonly kind: 'refused'; readonly code: JwksRefusal };

/** The load balancer reads no more keys than this, so neither does anything else. */
const MAX_KEYS = 10;

/** Limit of a Standard parameter in Parameter Store, in bytes; two 2,048-bit keys take about 1 KB. */
export const MAX_CANONICAL_BYTES = 4_096;

// Base64url of 256 to 512 bytes: an RSA modulus of 2,048 to 4,096 bits.
const MODULUS = /^[A-Za-z0-9_-]{342,683}$/;
const EXPONENT = 'AQAB';
const KEY_ID = /^[A-Za-z0-9+/=_-]{1,128}$/;

/**
 * Decides whether a JWKS may be trusted to say who is signed in: 164.312(d). Every key must be RSA, RS256, for signatures, of at least
 * 2,048 bits with the usual exponent, under an id of its own. One bad key refuses the set, because a set is written by one
 * authority and half a set would lock out half the users.
 *
 * The canonical text holds only kty, n, e, kid, alg and use, sorted by kid: equal sets have equal text, and nothing else passes through.
 */
export function checkJwks(text: string): JwksVerdict {
  const parsed = parseJson(text);
  if (parsed === undefined) return refused('jwks_not_json');
  const listed = isRecord(parsed) ? parsed['keys'] : undefined;
  if (!Array.isArray(listed)) return refused('jwks_malformed');
  if (listed.length === 0) return refused('jwks_empty');
  if (listed.length > MAX_KEYS) return refused('jwks_too_many_keys');
  const keys: SigningKey[] = [];
  for (const candidate of listed as readonly unknown[]) {
    const key = checkKey(candidate);
    if (typeof key === 'string') return refused(key);
    if (keys.some(({ kid }) => kid === key.kid)) return refused('jwks_key_id_repeated');
    keys.push(key);
  }
  keys.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  const canonical = JSON.stringify({ keys });
  return Buffer.byteLength(canonical) > MAX_CANONICAL_BYTES ? refused('jwks_oversize') : { kind: 'accepted', keys, canonical };
}

function checkKey(candidate: unknown): SigningKey | JwksRefusal {
  if (!isRecord(candidate)) return 'jwks_malformed';
  const { kty, n, e, kid, alg, use } = candidate;
  if (kty !== 'RSA') return 'jwks_key_type';
  if (alg !== 'RS256') return 'jwks_key_algorithm';
  if (use !== 'sig') return 'jwks_key_use';
  if (typeof n !== 'string' || !MODULUS.test(n) || e !== EXPONENT) return 'jwks_key_weak';
  if (typeof kid !== 'string' || !KEY_ID.test(kid)) return 'jwks_key_id_missing';
  return { kty, n, e, kid, alg, use };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refused(code: JwksRefusal): JwksVerdict {
  return { kind: 'refused', code };
}
