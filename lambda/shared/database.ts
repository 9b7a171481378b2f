import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import type { ClientConfig } from 'pg';
import { CodedError } from './outcome';

/** Where a database is and as whom to log in. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** A password, or a function asked for one at every new connection. */
export type DatabasePassword = string | (() => Promise<string>);

/** Gives a short-lived login token for an address; the AWS one signs it with the function's own role. */
export type TokenSigner = (address: DatabaseAddress, region: string) => Promise<string>;

const CONNECTION_TIMEOUT_MS = 5_000;

/** SHA-256 of the roots of Amazon Trust Services, as it publishes them: Amazon Root CA 1 to 4 and Starfield Services Root G2. */
const AMAZON_ROOTS: readonly string[] = [
  '8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e',
  '1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4',
  '18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4',
  'e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092',
  '568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5',
];

/**
 * What RDS Proxy presents a certificate of: the roots of Amazon Trust Services among those that Node ships. No other authority can vouch for
 * a proxy, and a process starts the sooner for each root that it need not parse.
 */
export const PROXY_TRUST: readonly string[] = tls.rootCertificates.filter((pem) => {
  const der = Buffer.from(pem.split('-----')[2] ?? '', 'base64');
  return AMAZON_ROOTS.includes(createHash('sha256').update(der).digest('hex'));
});

const contexts = new WeakMap<readonly string[], tls.SecureContext>();

/**
 * Connection settings for RDS Proxy or an instance: 164.312(e)(1), 164.312(d). The certificate must chain to `trust` and carry
 * `host` as its name, TLS is 1.2 or newer, and there is no way to ask for less. No session setting is sent, because SET pins a proxied
 * connection: time limits and search path belong to the login role.
 *
 * @param trust authorities in PEM; they replace Node's own list.
 */
export function clientConfig(address: DatabaseAddress, password: DatabasePassword, trust: readonly string[]): ClientConfig {
  // TLS has no server name for an IP address; the driver then hands the address itself over to be compared with the certificate.
  const servername = isIP(address.host) === 0 ? { servername: address.host } : {};
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    ssl: { secureContext: secureContext(trust), rejectUnauthorized: true, ...servername },
  };
}

// Parsing the store of RDS takes about 0.1 s of CPU: once per process, not once per connection.
function secureContext(trust: readonly string[]): tls.SecureContext {
  const known = contexts.get(trust);
  if (known) return known;
  const made = tls.createSecureContext({ ca: [...trust], minVersion: 'TLSv1.2' });
  contexts.set(trust, made);
  return made;
}

/**
 * The password function for IAM authentication: a fresh token at every new connection, since one lives 15 minutes. No database
 * password exists to be stored or leaked: 164.312(d).
 *
 * @throws CodedError `database_token_failed` from the returned function when no token could be signed.
 */
export function iamPassword(address: DatabaseAddress, region: string, sign: TokenSigner = signWithRole): () => Promise<string> {
  return async () => {
    try {
      return await sign(address, region);
    } catch {
      throw new CodedError('database_token_failed');
    }
  };
}

const signWithRole: TokenSigner = async (address, region) => {
  const { Signer } = await import('./rds-signer-sdk');
  return new Signer({ hostname: address.host, port: address.port, username: address.user, region }).getAuthToken();
};

/**
 * Reads a port from the environment.
 *
 * @throws CodedError `database_port_invalid` unless the text is a whole number from 1 to 65535.
 */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new CodedError('database_port_invalid');
  return port;
}
