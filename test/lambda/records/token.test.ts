import { createTokenVerifier, userPoolIssuer } from '../../../lambda/records/token';
import { JwksCopy } from '../../../lambda/records/jwks-copy';
import {
  accessClaims,
  CLIENT_ID,
  encodeParts,
  hmacToken,
  ISSUER,
  jwksOf,
  makeKey,
  signToken,
  SUB,
  USER_POOL_ID,
  withKid,
} from '../../support/token-issuer';

const key = makeKey('current-key=');
const otherKey = withKid(key, 'other-key=');
const impostor = makeKey('current-key=');
const now = Math.floor(Date.now() / 1_000);

function setUp(read: () => Promise<string | undefined> = () => Promise.resolve(jwksOf(key))) {
  const reads = jest.fn(read);
  const unreadable = jest.fn();
  const verifier = createTokenVerifier({ issuer: ISSUER, clientId: CLIENT_ID }, new JwksCopy({ read: reads }, unreadable));
  const verify = async (authorization: string | undefined, nowMs = Date.now()): Promise<unknown> => {
    const outcome = await verifier.verify(authorization, nowMs);
    return outcome.kind === 'refused' ? outcome.code : outcome.principal;
  };
  return { verify, reads, unreadable };
}

const bearer = (token: string): string => `Bearer ${token}`;
const signed = (claims: Readonly<Record<string, unknown>> = {}, header: object = {}): string =>
  bearer(signToken(key, accessClaims(claims), header));

describe('a token', () => {
  it('of the pool, the client and one role is accepted as its subject and role', async () => {
    const { verify } = setUp();
    await expect(verify(signed({ iat: now - 5 }))).resolves.toEqual({ sub: SUB, role: 'clinician', issuedAt: now - 5 });
  });

  it.each(['admin', 'clinician', 'billing', 'patient'])('gives the role %s', async (role) => {
    const { verify } = setUp();
    await expect(verify(signed({ 'cognito:groups': [role] }))).resolves.toMatchObject({ role });
  });

  it('gives nothing it claims beyond subject, role and time', async () => {
    const { verify } = setUp();
    const principal = await verify(signed({ patient_id: '1f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11', role: 'admin', 'custom:role': 'admin' }));
    expect(Object.keys(principal as object)).toEqual(['sub', 'role', 'issuedAt']);
  });

  it('has the issuer that its user pool publishes', () => {
    expect(userPoolIssuer('eu-central-1_AbC123')).toBe('https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123');
  });
});

describe('the authorization header', () => {
  it.each([
    ['absent', undefined, 'token_missing'],
    ['empty', '', 'token_missing'],
    ['without a scheme', signToken(key), 'token_scheme'],
    ['in lower case, although HTTP would allow it', `bearer ${signToken(key)}`, 'token_scheme'],
    ['in upper case', `BEARER ${signToken(key)}`, 'token_scheme'],
    ['of another scheme', 'Basic amFuZTpjYW5hcnk=', 'token_scheme'],
    ['with two spaces', `Bearer  ${signToken(key)}`, 'token_scheme'],
    ['with a space at the end', `Bearer ${signToken(key)} `, 'token_scheme'],
    ['with two tokens', `Bearer ${signToken(key)} ${signToken(key)}`, 'token_scheme'],
    ['with two values joined by a proxy', `Bearer ${signToken(key)},Bearer ${signToken(key)}`, 'token_scheme'],
    ['with a scheme only', 'Bearer ', 'token_scheme'],
    ['with a token of 20 KB', bearer(signToken(key, accessClaims({ padding: 'x'.repeat(20_000) }))), 'token_too_large'],
  ])('is refused when %s', async (_, authorization, code) => {
    const { verify, reads } = setUp();
    await expect(verify(authorization)).resolves.toBe(code);
    expect(reads).not.toHaveBeenCalled();
  });

  it.each([
    ['no token at all', 'x'],
    ['two parts', encodeParts({ alg: 'RS256' }, {})],
    ['four parts', `${signToken(key)}.x`],
    ['a header that is not JSON', `${Buffer.from('{').toString('base64url')}.e30.e30`],
    ['a header that is a list', 'W10.e30.e30'],
    [
      'claims that are not JSON',
      `${encodeParts({ alg: 'RS256', kid: key.kid }, {}).split('.')[0]}.${Buffer.from('x').toString('base64url')}.e30`,
    ],
    ['a five-part encrypted or refresh token', 'eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.a.b.c.d'],
    ['letters outside base64url', signToken(key).replace('.', '.%')],
    ['an expiry that is a text', signToken(key, accessClaims({ exp: '9999999999' }))],
    ['a subject that is an object', signToken(key, accessClaims({ sub: { $ne: null } }))],
    ['no key id', signToken(key, accessClaims(), { kid: undefined })],
    ['a key id that is a list', signToken(key, accessClaims(), { kid: [key.kid] })],
  ])('is refused as malformed with %s', async (_, token) => {
    const { verify } = setUp();
    await expect(verify(bearer(token))).resolves.toBe('token_malformed');
  });
});

describe('a token whose signature proves nothing', () => {
  const unsigned = { alg: 'none', kid: key.kid };
  const confused = { alg: 'HS256', kid: key.kid };
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const der = key.publicKey.export({ type: 'spki', format: 'der' });
  const modulus = Buffer.from(key.jwk['n'] ?? '', 'base64url');

  it.each([
    ['algorithm none, empty signature', `${encodeParts(unsigned, accessClaims())}.`, 'token_malformed'],
    ['algorithm none, any signature', `${encodeParts(unsigned, accessClaims())}.e30`, 'token_algorithm'],
    ['algorithm None', `${encodeParts({ alg: 'None', kid: key.kid }, accessClaims())}.e30`, 'token_algorithm'],
    ['no algorithm', signToken(key, accessClaims(), { alg: undefined }), 'token_algorithm'],
    ['HS256 under the public key in PEM', hmacToken(pem, accessClaims(), confused), 'token_algorithm'],
    ['HS256 under the public key in DER', hmacToken(der, accessClaims(), confused), 'token_algorithm'],
    ['HS256 under the modulus', hmacToken(modulus, accessClaims(), confused), 'token_algorithm'],
    ['RS512 in the header', signToken(key, accessClaims(), { alg: 'RS512' }), 'token_algorithm'],
    ['another key under the known id', signToken(impostor), 'token_signature'],
    [
      "another token's signature",
      `${encodeParts({ alg: 'RS256', kid: key.kid }, accessClaims({ 'cognito:groups': ['admin'] }))}.${signToken(key).split('.')[2]}`,
      'token_signature',
    ],
    ['a signature cut short', signToken(key).slice(0, -8), 'token_signature'],
  ])('is refused: %s', async (_, token, code) => {
    const { verify } = setUp();
    await expect(verify(bearer(token))).resolves.toBe(code);
  });

  it.each([
    ['an embedded key', { jwk: impostor.jwk }],
    ['a key set address', { jku: 'https://evil.example.com/jwks.json' }],
    ['a certificate address', { x5u: 'https://evil.example.com/cert.pem' }],
    ['a certificate chain', { x5c: ['MIIB'] }],
    ['a critical extension', { crit: ['exp'], exp: 1 }],
  ])('is refused for %s, whoever signed it', async (_, header) => {
    const { verify, reads } = setUp();
    await expect(verify(bearer(signToken(impostor, accessClaims(), header)))).resolves.toBe('token_header');
    await expect(verify(signed({}, header))).resolves.toBe('token_header');
    expect(reads).not.toHaveBeenCalled();
  });
});

describe('a signed token with the wrong claims', () => {
  it.each([
    ['expired', { exp: now - 1, iat: now - 901 }, 'token_expired'],
    ['valid only later', { nbf: now + 300 }, 'token_not_yet_valid'],
    ['issued later, which would stretch its life', { iat: now + 3_000, exp: now + 6_000 }, 'token_not_yet_valid'],
    ['without an expiry', { exp: undefined }, 'token_expiry_missing'],
    ['valid for 30 days', { exp: now + 30 * 86_400 }, 'token_lifetime'],
    ['valid for an hour and a second', { iat: now, exp: now + 3_601 }, 'token_lifetime'],
    ['without an issue time', { iat: undefined }, 'token_lifetime'],
    ['of another pool', { iss: ISSUER.replace(USER_POOL_ID, 'us-east-1_Other0001') }, 'token_issuer'],
    ['of the pool under another host', { iss: ISSUER.replace('cognito-idp', 'issuer-cognito-idp') }, 'token_issuer'],
    ['of an issuer that ends alike', { iss: `https://evil.example.com/${USER_POOL_ID}` }, 'token_issuer'],
    ['without an issuer', { iss: undefined }, 'token_issuer'],
    ['of another client', { client_id: 'another0client' }, 'token_client'],
    ['of a list of clients', { client_id: [CLIENT_ID] }, 'token_client'],
    ['without a client, but an audience', { client_id: undefined, aud: CLIENT_ID }, 'token_client'],
    ['for identity', { token_use: 'id', client_id: undefined, aud: CLIENT_ID }, 'token_use'],
    ['for refreshing', { token_use: 'refresh' }, 'token_use'],
    ['without a use', { token_use: undefined }, 'token_use'],
    ['whose subject is a name', { sub: 'jane.canary' }, 'token_subject'],
    ['whose subject is in upper case', { sub: SUB.toUpperCase() }, 'token_subject'],
    ['without a subject', { sub: undefined }, 'token_subject'],
    ['in two groups', { 'cognito:groups': ['clinician', 'billing'] }, 'token_group'],
    ['in the same group twice', { 'cognito:groups': ['clinician', 'clinician'] }, 'token_group'],
    ['in no group', { 'cognito:groups': [] }, 'token_group'],
    ['without groups', { 'cognito:groups': undefined }, 'token_group'],
    ['in a group in another letter case', { 'cognito:groups': ['Admin'] }, 'token_group'],
    ['in an unknown group', { 'cognito:groups': ['root'] }, 'token_group'],
    ['in a group given as text', { 'cognito:groups': 'admin' }, 'token_group'],
    ['in a group inside a list', { 'cognito:groups': [['admin']] }, 'token_group'],
  ])('is refused: %s', async (_, claims, code) => {
    const { verify } = setUp();
    await expect(verify(signed(claims))).resolves.toBe(code);
  });

  it('is accepted at a lifetime of exactly one hour, which is the ceiling', async () => {
    const { verify } = setUp();
    await expect(verify(signed({ iat: now, exp: now + 3_600 }))).resolves.toMatchObject({ sub: SUB });
  });

  it('is refused at the very second it expires', async () => {
    const { verify } = setUp();
    await expect(verify(signed({ iat: now, exp: now + 60 }), (now + 60) * 1_000)).resolves.toBe('token_expired');
  });
});

describe('a token that names an unknown key', () => {
  it.each(['rotated-away', '../../../../dev/null', "x' UNION SELECT 'key", '__proto__', 'constructor', '', '0'])(
    'is refused: %j',
    async (kid) => {
      const { verify, reads } = setUp();
      await verify(signed());
      await expect(verify(signed({}, { kid }))).resolves.toBe('token_key_unknown');
      expect(reads).toHaveBeenCalledTimes(2);
    },
  );

  it('is accepted after a rotation: the copy is read again once', async () => {
    let published = jwksOf(key);
    const { verify, reads } = setUp(() => Promise.resolve(published));
    await verify(signed());
    published = jwksOf(key, otherKey);
    await expect(verify(bearer(signToken(otherKey)))).resolves.toMatchObject({ sub: SUB });
    await expect(verify(signed())).resolves.toMatchObject({ sub: SUB });
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('of a key that the rotation took away is refused after the copy is read again', async () => {
    let published = jwksOf(key);
    const { verify } = setUp(() => Promise.resolve(published));
    await verify(signed());
    published = jwksOf(otherKey);
    await expect(verify(bearer(signToken(otherKey)))).resolves.toMatchObject({ sub: SUB });
    await expect(verify(signed())).resolves.toBe('token_key_unknown');
  });

  it('cannot make the copy be read more than once in 30 s', async () => {
    const { verify, reads } = setUp();
    const start = Date.now();
    for (let index = 0; index < 20; index += 1) await verify(signed({}, { kid: `forged-${index}` }), start + index * 1_000);
    expect(reads).toHaveBeenCalledTimes(2);
    await verify(signed({}, { kid: 'forged' }), start + 31_000);
    expect(reads).toHaveBeenCalledTimes(3);
  });

  it('is refused while the copy cannot be read again, and others are not', async () => {
    let failing = false;
    const { verify } = setUp(() => (failing ? Promise.reject(new Error('throttled')) : Promise.resolve(jwksOf(key))));
    await verify(signed());
    failing = true;
    await expect(verify(bearer(signToken(otherKey)))).resolves.toBe('token_key_unknown');
    await expect(verify(signed())).resolves.toMatchObject({ sub: SUB });
  });
});

describe('without a usable copy of the key set', () => {
  it.each([
    ['it cannot be read', () => Promise.reject(new Error('connect ETIMEDOUT 10.0.0.7:443'))],
    ['there is none yet', () => Promise.resolve(undefined)],
    ['it is not JSON', () => Promise.resolve('<html>')],
    ['it is empty', () => Promise.resolve('{"keys":[]}')],
    [
      'it holds a secret key',
      () => Promise.resolve(JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: key.kid, alg: 'HS256', use: 'sig' }] })),
    ],
  ])('nobody is let in: %s', async (_, read) => {
    const { verify, unreadable } = setUp(read);
    await expect(verify(signed())).resolves.toBe('keys_unavailable');
    expect(unreadable).toHaveBeenCalledTimes(1);
  });
});
