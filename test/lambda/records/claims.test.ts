import { checkTokenHeader, readClaims } from '../../../lambda/records/claims';
import { accessClaims, CLIENT_ID, ISSUER } from '../../support/token-issuer';

const NOW = 1_800_000_000;

/** The rules on their own, without the library in front of them: each must hold even if the library stops checking. */
const codeOf = (overrides: Readonly<Record<string, unknown>>): string => {
  const claims = accessClaims({ iat: NOW - 60, exp: NOW + 840, ...overrides });
  const outcome = readClaims(claims, { issuer: ISSUER, clientId: CLIENT_ID }, NOW);
  return outcome.kind === 'refused' ? outcome.code : 'accepted';
};

describe('the claims, whatever the library lets through', () => {
  it.each([
    [{}, 'accepted'],
    [{ exp: NOW }, 'token_expired'],
    [{ exp: NOW + 1 }, 'accepted'],
    [{ exp: Number.NaN }, 'token_expiry_missing'],
    [{ exp: Number.POSITIVE_INFINITY }, 'token_expiry_missing'],
    [{ exp: null }, 'token_expiry_missing'],
    [{ iat: Number.NaN }, 'token_lifetime'],
    [{ nbf: NOW }, 'accepted'],
    [{ nbf: NOW + 1 }, 'token_not_yet_valid'],
    [{ nbf: 'soon' }, 'token_not_yet_valid'],
    [{ iat: NOW + 30 }, 'accepted'],
    [{ iat: NOW + 31, exp: NOW + 900 }, 'token_not_yet_valid'],
    [{ iss: [ISSUER] }, 'token_issuer'],
    [{ token_use: 'Access' }, 'token_use'],
    [{ client_id: `${CLIENT_ID} ` }, 'token_client'],
    [{ 'cognito:groups': { 0: 'admin', length: 1 } }, 'token_group'],
    [{ 'cognito:groups': ['constructor'] }, 'token_group'],
  ])('%j: %s', (overrides, expected) => {
    expect(codeOf(overrides)).toBe(expected);
  });
});

describe('the token header', () => {
  it.each([
    [{ alg: 'RS256', kid: 'a' }, undefined],
    [{ alg: 'RS256', kid: 'a', typ: 'JWT' }, undefined],
    [{ alg: 'rs256', kid: 'a' }, 'token_algorithm'],
    [{ alg: ['RS256'], kid: 'a' }, 'token_algorithm'],
    [{ kid: 'a' }, 'token_algorithm'],
    [{ alg: 'RS256', crit: [] }, 'token_header'],
    [{ alg: 'RS256', jwk: null }, 'token_header'],
  ])('%j: %s', (header, expected) => {
    expect(checkTokenHeader(header)?.code).toBe(expected);
  });
});
