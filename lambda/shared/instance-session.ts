import type { Client } from 'pg';
import type { DatabaseAddress, DatabasePassword } from './database';
import { connectToInstance, RDS_TRUST, type Connection, type ConnectionFailure } from './instance-connection';
import type { SqlState } from './sql-state';

/** What a session led to, or why there was none. */
export type Session<Result> =
  | { readonly kind: 'ended'; readonly result: Result }
  | { readonly kind: 'failed'; readonly code: ConnectionFailure; readonly sqlState?: SqlState | undefined };

/** Connects to the instance, hands the connection over, and closes it whatever happens. Rejects only with what `use` throws. */
export type WithSession = <Result>(use: (client: Client) => Promise<Result>) => Promise<Session<Result>>;

/** Effects of a session; the defaults are the real ones. */
export interface SessionOptions {
  readonly trust?: readonly string[];
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Waits before the second and third attempt to connect, in milliseconds. */
const CONNECT_BACKOFF_MS = [2_000, 5_000] as const;

/** Sessions with the instance itself as one login: 164.312(d), 164.312(e)(1). A connection is tried for three times. */
export function instanceSessions(address: DatabaseAddress, password: DatabasePassword, options: SessionOptions = {}): WithSession {
  const { trust = RDS_TRUST, sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) } = options;
  const connect = async (): Promise<Connection> => {
    for (let attempt = 0; ; attempt += 1) {
      const connection = await connectToInstance(address, password, trust);
      const wait = CONNECT_BACKOFF_MS[attempt];
      if (connection.kind === 'connected' || wait === undefined) return connection;
      await sleep(wait);
    }
  };
  return async (use) => {
    const connection = await connect();
    if (connection.kind === 'failed') return connection;
    try {
      return { kind: 'ended', result: await use(connection.client) };
    } finally {
      await connection.client.end().catch(() => undefined);
    }
  };
}
