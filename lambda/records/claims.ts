import { parseUuid, type Uuid } from '../shared/uuid';
import { ROLES, type Role } from './contract';
import { refuse, type Refused } from './refusals';

/** Who is asking, as the token says. Whether the principal is enabled and holds this role is for the database to confirm. */
export interface Principal {
  readonly sub: Uuid;
  readonly role: Role;
  /** When the token was issued, in seconds since the epoch; a session revoked later than this is over. */
  readonly issuedAt: number;
}

/** What a token must say about itself. */
export interface ExpectedClaims {
  readonly issuer: string;
  readonly clientId: string;
}

/** A principal, or the first rule the token broke. */
export type ClaimsOutcome = { readonly kind: 'principal'; readonly principal: Principal } | Refused;

/** Access tokens live 15 minutes; a longer one than this, in seconds, comes from a client nobody meant to configure so. */
const MAX_LIFETIME_S = 3_600;

/** How far a token's issue time may be ahead of this clock, in seconds. Without a bound, a later start would stretch the lifetime. */
const ISSUE_SKEW_S = 30;

/** Header members by which a token would choose the key it is verified with, or that a verifier must understand and this one does not. */
const REFUSED_HEADER_MEMBERS = ['crit', 'jwk', 'jku', 'x5u', 'x5c'];

/** Checks the header before any key is looked up: the key is chosen by `kid` among known ones and by nothing the token carries. */
export function checkTokenHeader(header: object): Refused | undefined {
  if (REFUSED_HEADER_MEMBERS.some((member) => member in header)) return refuse('token_header');
  return 'alg' in header && header.alg === 'RS256' ? undefined : refuse('token_algorithm');
}

/**
 * Decides what a token whose signature holds says: 164.312(d), 164.312(a)(2)(i). Pure; every rule that a misissued token could break is
 * here, also those the verifying library checks, because the library treats some of them as optional.
 *
 * @param nowS seconds since the epoch.
 */
export function readClaims(payload: Readonly<Record<string, unknown>>, expected: ExpectedClaims, nowS: number): ClaimsOutcome {
  const { iss, token_use: use, client_id: client, exp, iat, nbf, sub: subject, 'cognito:groups': groups } = payload;
  if (iss !== expected.issuer) return refuse('token_issuer');
  if (use !== 'access') return refuse('token_use');
  if (client !== expected.clientId) return refuse('token_client');
  if (!isTime(exp)) return refuse('token_expiry_missing');
  if (exp <= nowS) return refuse('token_expired');
  if (nbf !== undefined && !(isTime(nbf) && nbf <= nowS)) return refuse('token_not_yet_valid');
  if (!isTime(iat) || exp - iat > MAX_LIFETIME_S) return refuse('token_lifetime');
  if (iat > nowS + ISSUE_SKEW_S) return refuse('token_not_yet_valid');
  const sub = parseUuid(subject);
  if (!sub) return refuse('token_subject');
  const role = readRole(groups);
  return role ? { kind: 'principal', principal: { sub, role, issuedAt: iat } } : refuse('token_group');
}

/** NaN and Infinity pass every comparison in one direction or the other, so they are no times. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readRole(groups: unknown): Role | undefined {
  if (!Array.isArray(groups) || groups.length !== 1) return undefined;
  return ROLES.find((role) => role === groups[0]);
}
