import { Pool } from 'pg';
import { clientConfig, type DatabaseAddress, type DatabasePassword } from '../../shared/database';
import { CodedError } from '../../shared/outcome';
import { sqlStateOf } from '../../shared/sql-state';
import type { Database, DatabaseFailure, SqlRow, SqlValue } from '../ports';

/** How to reach the records database. */
export interface PostgresOptions {
  readonly address: DatabaseAddress;
  readonly password: DatabasePassword;
  /** Authorities in PEM. */
  readonly trust: readonly string[];
  /** Connections at most. A function serves one request at a time and needs one. */
  readonly connections: number;
}

/** A database that can be let go of. */
export interface PostgresDatabase extends Database {
  end(): Promise<void>;
}

/** Longer than the login's own limit of 4 s, in milliseconds: for a server that says nothing at all. */
const ANSWER_TIMEOUT_MS = 6_000;

/** A connection unused for this long, in milliseconds, is not trusted: the proxy closes idle ones after ten minutes, unseen by a frozen process. */
const MAX_IDLE_MS = 5 * 60_000;

const FUNCTION_NAME = /^[a-z_]+$/;

/**
 * SQLSTATE classes that say nothing of the statement: connection, login, resources, intervention, lock and time limits. Everything else
 * means that the statement was wrong.
 */
const PASSING = /^(?:08|28|40|53|55|57|58)|^25P0[34]$/;

/**
 * The database over TLS, by unnamed parameterised statements only: a named one pins a proxied connection. A promise settles once the
 * server is ready for the next statement, which is after the transaction has committed: 164.312(b), 164.312(e)(1).
 */
export function postgresDatabase({ address, password, trust, connections }: PostgresOptions): PostgresDatabase {
  const open = (): Pool => {
    const pool = new Pool({
      ...clientConfig(address, password, trust),
      max: connections,
      query_timeout: ANSWER_TIMEOUT_MS,
      idleTimeoutMillis: MAX_IDLE_MS,
      // Lambda ends or freezes the process whether or not a socket is open.
      allowExitOnIdle: true,
    });
    // Without a listener an idle connection that breaks would end the process with the driver's own message on the log.
    pool.on('error', () => undefined);
    return pool;
  };
  let pool = open();
  let lastUsedAtMs = Date.now();

  return {
    call: async (name: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> => {
      if (!FUNCTION_NAME.test(name)) throw new CodedError<DatabaseFailure>('database_refused');
      // Timers do not run while a function is frozen, so the pool's own limit does not see the time go by.
      if (Date.now() - lastUsedAtMs > MAX_IDLE_MS) {
        void pool.end().catch(() => undefined);
        pool = open();
      }
      lastUsedAtMs = Date.now();
      const parameters = values.map((_, at) => `$${at + 1}`).join();
      try {
        return (await pool.query<SqlRow>(`SELECT * FROM api.${name}(${parameters})`, [...values])).rows;
      } catch (error) {
        throw new CodedError<DatabaseFailure>(failureOf(error));
      }
    },
    end: () => pool.end(),
  };
}

/** The driver's own errors, which carry no SQLSTATE, are all of the connection, but for a value that it could not send. */
function failureOf(error: unknown): DatabaseFailure {
  const sqlState = sqlStateOf(error);
  if (sqlState === undefined) return error instanceof TypeError ? 'database_refused' : 'database_unavailable';
  return PASSING.test(sqlState) ? 'database_unavailable' : 'database_refused';
}
