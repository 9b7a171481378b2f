import { JwksCopy } from '../../lambda/records/jwks-copy';
import { ROLES } from '../../lambda/records/contract';
import { createTokenVerifier, type TokenVerifier } from '../../lambda/records/token';
import { createIssuer, TOKEN_LIFETIME_S, type Issuer } from '../../local/issuer';
import { ONE_OF_EACH } from '../../local/people';
import { accessClaims } from '../support/token-issuer';

const NOW = Date.parse('2031-05-06T07:08:09.500Z');

let issuer: Issuer;
let verifier: TokenVerifier;
beforeAll(async () => {
  issuer = await createIssuer();
  verifier = verifierOf(issuer);
});

// The copy is read once, at whatever time the first token is looked at; keys do not age within a test.
const verifierOf = ({ issuer: name, clientId, keys }: Issuer): TokenVerifier =>
  createTokenVerifier({ issuer: name, clientId }, new JwksCopy(keys, () => undefined));

const verify = (token: string, nowMs = Date.now()) => verifier.verify(`Bearer ${token}`, nowMs);

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}

describe('a token of the local issuer', () => {
  it.each(ROLES)('is taken by the service\'s own verifier, for a %s', async (role) => {
    const { sub } = ONE_OF_EACH[role];
    expect(await verify(issuer.token(sub, role, Date.now()))).toMatchObject({ kind: 'principal', principal: { sub, role } });
  });

  it('says of itself what a user pool\'s says', () => {
    expect(Object.keys(claimsOf(issuer.token(ONE_OF_EACH.admin.sub, 'admin', NOW))).sort()).toEqual(Object.keys(accessClaims()).sort());
  });

  it('lives for the hour that the verifier allows', async () => {
    const { iat, exp } = claimsOf(issuer.token(ONE_OF_EACH.admin.sub, 'admin', NOW));
    expect(Number(exp) - Number(iat)).toBe(TOKEN_LIFETIME_S);
    const old = issuer.token(ONE_OF_EACH.admin.sub, 'admin', Date.now() - TOKEN_LIFETIME_S * 1_000 - 1_000);
    expect(await verify(old)).toEqual({ kind: 'refused', code: 'token_expired' });
  });

  it('is worth nothing to the next run, whose key is another', async () => {
    const next = verifierOf(await createIssuer());
    const token = issuer.token(ONE_OF_EACH.admin.sub, 'admin', Date.now());
    expect(await next.verify(`Bearer ${token}`, Date.now())).toEqual({ kind: 'refused', code: 'token_key_unknown' });
  });
});
