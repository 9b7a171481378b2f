import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { userPoolIssuer } from '../../lambda/records/token';

/** A user pool that does not exist, and its client. */
export const USER_POOL_ID = 'us-east-1_Test00001';
export const CLIENT_ID = '4a1testclient000000000000';
export const ISSUER = userPoolIssuer(USER_POOL_ID);
export const SUB = '3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11';

/** An RSA signing key with its public half as a JWK. */
export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, string>>;
}

/** Makes a key; 2,048 bits unless told otherwise, which takes up to half a second. */
export function makeKey(kid: string, modulusLength = 2_048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kid, privateKey, publicKey, jwk: { kty: 'RSA', n, e, kid, alg: 'RS256', use: 'sig' } };
}

/** The same key under another id: cheaper than another key where only the id matters. */
export function withKid(key: TestKey, kid: string): TestKey {
  return { ...key, kid, jwk: { ...key.jwk, kid } };
}

/** A key set as a user pool publishes it. */
export function jwksOf(...keys: readonly TestKey[]): string {
  return JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
}

/** The claims of a good access token of a clinician, issued now for 15 minutes. A claim set to undefined is left out. */
export function accessClaims(overrides: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1_000);
  return {
    sub: SUB,
    iss: ISSUER,
    client_id: CLIENT_ID,
    token_use: 'access',
    scope: 'openid',
    'cognito:groups': ['clinician'],
    auth_time: now,
    iat: now,
    exp: now + 900,
    jti: '0b5f7f0e-2d53-4f0c-8f6f-6f9f3f1b2a10',
    username: SUB,
    ...overrides,
  };
}

/** Signs any claims under any header with RS256. */
export function signToken(key: TestKey, claims: object = accessClaims(), header: object = {}): string {
  const input = encodeParts({ alg: 'RS256', kid: key.kid, ...header }, claims);
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

/** A token signed with HMAC under a secret of the attacker's choice. */
export function hmacToken(secret: string | Buffer, claims: object, header: object): string {
  const input = encodeParts(header, claims);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** Header and claims, encoded and joined, without a signature. */
export function encodeParts(header: object, claims: object): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}
