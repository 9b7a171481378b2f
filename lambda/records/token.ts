import { JwtVerifier } from 'aws-jwt-verify';
import {
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { SigningKey } from '../jwks-refresher/check-jwks';
import { checkTokenHeader, readClaims, type ClaimsOutcome, type ExpectedClaims } from './claims';
import { KEY_UNKNOWN_CODE } from './contract';
import type { JwksCopy } from './jwks-copy';
import { refuse, type RefusalCode, type Refused } from './refusals';

/** Turns an `authorization` header into a principal or a coded refusal. */
export interface TokenVerifier {
  /** @param nowMs milliseconds since the epoch. Never rejects on account of the token. */
  verify(authorization: string | undefined, nowMs: number): Promise<ClaimsOutcome>;
}

/** Longest token read, in characters; a user pool's access tokens stay well below. */
const MAX_TOKEN_LENGTH = 8_192;

/**
 * Exactly `Bearer`, one space, token. HTTP would allow any letter case; one spelling is taken because the load balancer in front reads the
 * header too, and where two readers differ, this one should be the narrower.
 */
const BEARER = /^Bearer ([^\s,]+)$/;

/**
 * The issuer of a user pool's tokens.
 *
 * @param userPoolId begins with the pool's Region, as `us-east-1_abc`.
 */
export function userPoolIssuer(userPoolId: string): string {
  return `https://cognito-idp.${userPoolId.split('_', 1)[0]}.amazonaws.com/${userPoolId}`;
}

/**
 * Verifies access tokens against the copy of the key set, never against the network: 164.312(d). The library checks the signature; every
 * rule about header and claims is in {@link checkTokenHeader} and {@link readClaims}. An unknown key makes the copy be read once more.
 */
export function createTokenVerifier(expected: ExpectedClaims, copy: JwksCopy): TokenVerifier {
  const library = JwtVerifier.create({ issuer: expected.issuer, audience: null, jwksUri: `${expected.issuer}/.well-known/jwks.json` });
  let loaded: readonly SigningKey[] | undefined;

  const verifyWith = (keys: readonly SigningKey[], token: string, nowMs: number): ClaimsOutcome => {
    if (keys !== loaded) {
      library.cacheJwks({ keys: keys.map((key) => ({ ...key })) });
      loaded = keys;
    }
    try {
      // The synchronous form uses the given keys only; the asynchronous one would try to fetch, which an isolated subnet makes a hang.
      return readClaims(library.verifySync(token), expected, nowMs / 1_000);
    } catch (error) {
      return refuse(codeOf(error));
    }
  };

  return {
    verify: async (authorization, nowMs) => {
      const token = readBearer(authorization);
      if (typeof token !== 'string') return token;
      const fault = checkUnverified(token);
      if (fault) return fault;
      const keys = await copy.current(nowMs);
      if (!keys) return refuse('keys_unavailable');
      const outcome = verifyWith(keys, token, nowMs);
      if (outcome.kind !== 'refused' || outcome.code !== KEY_UNKNOWN_CODE) return outcome;
      const fresh = await copy.afterUnknownKey(nowMs);
      return fresh && fresh !== keys ? verifyWith(fresh, token, nowMs) : outcome;
    },
  };
}

function readBearer(authorization: string | undefined): string | Refused {
  if (authorization === undefined || authorization === '') return refuse('token_missing');
  if (authorization.length > MAX_TOKEN_LENGTH) return refuse('token_too_large');
  return BEARER.exec(authorization)?.[1] ?? refuse('token_scheme');
}

function checkUnverified(token: string): Refused | undefined {
  try {
    return checkTokenHeader(decomposeUnverifiedJwt(token).header);
  } catch {
    return refuse('token_malformed');
  }
}

/** Only the class of a library error is used: its message quotes the token's claims. */
function codeOf(error: unknown): RefusalCode {
  if (error instanceof KidNotFoundInJwksError) return KEY_UNKNOWN_CODE;
  if (error instanceof JwtExpiredError) return 'token_expired';
  if (error instanceof JwtNotBeforeError) return 'token_not_yet_valid';
  if (error instanceof JwtInvalidIssuerError) return 'token_issuer';
  if (error instanceof JwtInvalidSignatureAlgorithmError) return 'token_algorithm';
  if (error instanceof JwtWithoutValidKidError || error instanceof JwtParseError) return 'token_malformed';
  return 'token_signature';
}
