import { checkJwks, MAX_CANONICAL_BYTES } from '../../../lambda/jwks-refresher/check-jwks';
import { jwksOf, makeKey, withKid } from '../../support/token-issuer';

const key = makeKey('key-one=');
const other = withKid(key, 'key-two=');
const weak = makeKey('weak', 1_024);

const codeOf = (text: string): string => {
  const verdict = checkJwks(text);
  return verdict.kind === 'refused' ? verdict.code : 'accepted';
};
const withKey = (overrides: Readonly<Record<string, unknown>>): string => JSON.stringify({ keys: [{ ...key.jwk, ...overrides }] });

describe('a key set', () => {
  it('as a user pool publishes it is accepted and fits a Standard parameter several times', () => {
    const verdict = checkJwks(jwksOf(key, other));
    expect(verdict.kind).toBe('accepted');
    expect(Buffer.byteLength(verdict.kind === 'accepted' ? verdict.canonical : '')).toBeLessThan(MAX_CANONICAL_BYTES / 3);
  });

  it('has one canonical text, whatever the order of keys and members', () => {
    const shuffled = JSON.stringify({ keys: [other.jwk, Object.fromEntries(Object.entries(key.jwk).reverse())] }, undefined, 2);
    expect(checkJwks(shuffled)).toEqual(checkJwks(jwksOf(key, other)));
  });

  it('is reduced to the members that verify', () => {
    const { n, e } = key.jwk;
    const verdict = checkJwks(
      JSON.stringify({ keys: [{ ...key.jwk, d: 'private', x5c: ['MIIB'], note: 'x' }], issuer: 'https://evil.example.com' }),
    );
    expect(verdict).toMatchObject({ canonical: JSON.stringify({ keys: [{ kty: 'RSA', n, e, kid: key.kid, alg: 'RS256', use: 'sig' }] }) });
  });

  it('is accepted again in its canonical form', () => {
    const verdict = checkJwks(jwksOf(key, other));
    expect(checkJwks(verdict.kind === 'accepted' ? verdict.canonical : '')).toEqual(verdict);
  });

  it.each([
    ['jwks_not_json', 'nothing', ''],
    ['jwks_not_json', 'a page', '<html></html>'],
    ['jwks_malformed', 'null', 'null'],
    ['jwks_malformed', 'a list', `[${JSON.stringify(key.jwk)}]`],
    ['jwks_malformed', 'keys that are no list', '{"keys":{}}'],
    ['jwks_malformed', 'a key that is a text', '{"keys":["RSA"]}'],
    ['jwks_empty', 'no key', '{"keys":[]}'],
    [
      'jwks_too_many_keys',
      '11 keys',
      JSON.stringify({ keys: Array.from({ length: 11 }, (_, index) => ({ ...key.jwk, kid: `k${index}` })) }),
    ],
    [
      'jwks_oversize',
      '10 keys, more than a parameter holds',
      JSON.stringify({ keys: Array.from({ length: 10 }, (_, index) => ({ ...key.jwk, kid: `k${index}` })) }),
    ],
    ['jwks_key_type', 'a symmetric key', withKey({ kty: 'oct', k: 'c2VjcmV0' })],
    ['jwks_key_type', 'an elliptic curve key', withKey({ kty: 'EC' })],
    ['jwks_key_algorithm', 'HS256', withKey({ alg: 'HS256' })],
    ['jwks_key_algorithm', 'no algorithm', withKey({ alg: undefined })],
    ['jwks_key_use', 'a key for encryption', withKey({ use: 'enc' })],
    ['jwks_key_use', 'no use', withKey({ use: undefined })],
    ['jwks_key_weak', 'a modulus of 1,024 bits', JSON.stringify({ keys: [weak.jwk] })],
    ['jwks_key_weak', 'no modulus', withKey({ n: undefined })],
    ['jwks_key_weak', 'a modulus outside base64url', withKey({ n: '+'.repeat(342) })],
    ['jwks_key_weak', 'the exponent 1', withKey({ e: 'AQ' })],
    ['jwks_key_id_missing', 'no key id', withKey({ kid: undefined })],
    ['jwks_key_id_missing', 'an empty key id', withKey({ kid: '' })],
    ['jwks_key_id_missing', 'a key id that is a path', withKey({ kid: '../x' })],
    ['jwks_key_id_repeated', 'one id for two keys', JSON.stringify({ keys: [key.jwk, { ...other.jwk, kid: key.kid }] })],
    ['jwks_key_type', 'one bad key among good ones', JSON.stringify({ keys: [key.jwk, { ...other.jwk, kty: 'oct' }] })],
  ])('is refused with %s for %s', (code, _, text) => {
    expect(codeOf(text)).toBe(code);
  });
});
