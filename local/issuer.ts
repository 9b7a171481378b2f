import { generateKeyPair, randomUUID, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Role } from '../lambda/records/contract';
import type { KeySource } from '../lambda/records/jwks-copy';

/** Stands for the user pool, whose tokens a local run cannot have. */
export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
  /** The public half of its key, as a user pool publishes it. */
  readonly keys: KeySource;
  /** An access token that holds for {@link TOKEN_LIFETIME_S} from now. */
  token(sub: string, role: Role, nowMs: number): string;
}

/** The longest life that the verifier allows, in seconds; a user pool's tokens live 15 minutes, which is short for trying things. */
export const TOKEN_LIFETIME_S = 3_600;

/**
 * Makes an issuer with a key of this process, kept nowhere: when it ends, its tokens are worth nothing. They go through the same verifier
 * as those of a user pool and say the same of themselves: 164.312(d).
 */
export async function createIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
  const kid = randomUUID();
  const { n, e } = publicKey.export({ format: 'jwk' });
  const jwks = JSON.stringify({ keys: [{ kty: 'RSA', n, e, kid, alg: 'RS256', use: 'sig' }] });
  const issuer = 'https://issuer.example.com/local';
  const clientId = 'local-run';
  return {
    issuer,
    clientId,
    keys: { read: () => Promise.resolve(jwks) },
    token: (sub, role, nowMs) => {
      const now = Math.floor(nowMs / 1_000);
      const claims = {
        sub,
        iss: issuer,
        client_id: clientId,
        token_use: 'access',
        scope: 'openid',
        'cognito:groups': [role],
        auth_time: now,
        iat: now,
        exp: now + TOKEN_LIFETIME_S,
        jti: randomUUID(),
        username: sub,
      };
      return signed(privateKey, { alg: 'RS256', kid }, claims);
    },
  };
}

function signed(key: KeyObject, header: object, claims: object): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
