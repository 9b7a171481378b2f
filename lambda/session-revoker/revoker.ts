import type { ClientBase } from 'pg';
import { CONNECTION_FAILURES } from '../shared/instance-connection';
import type { WithSession } from '../shared/instance-session';
import { createLog, type LogSink } from '../shared/log';
import { assertNever } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import { newUuid, parseUuid, type Uuid } from '../shared/uuid';
import { SESSION_REVOKER_ACTIONS, type SessionRevokerRequest, type Standing } from './contract';

/** Why nothing was done; the name of the error that a workflow sees. */
export const SESSION_REVOKER_FAILURES = [
  ...CONNECTION_FAILURES,
  'database_failed',
  /** Not exactly an action of the four and the id of a user. */
  'request_malformed',
  /** The database knows no such principal. */
  'not_found',
] as const;

/** One of {@link SESSION_REVOKER_FAILURES}. */
type Failure = (typeof SESSION_REVOKER_FAILURES)[number];

/** Effects of the function. */
export interface SessionRevokerEffects {
  readonly withSession: WithSession;
  readonly sink?: LogSink;
}

const LOG_SCHEMA = {
  event: ['session_revoker'],
  action: SESSION_REVOKER_ACTIONS,
  outcome: ['ok', ...SESSION_REVOKER_FAILURES],
  sub: 'uuid',
  requestId: 'uuid',
  sqlState: 'sqlstate',
  durationMs: 'number',
} as const;

/**
 * Makes the handler that ends a user's sessions, or closes and opens the door to them, at their next request: 164.308(a)(3)(ii)(C). Each
 * change leaves its event in the trail, under the `requestId` of the one line that an invocation logs.
 *
 * @returns for `read` how the principal stands, for the others nothing but `outcome: ok`.
 * @throws an error named by its code, of {@link SESSION_REVOKER_FAILURES}: the workflow that waits for the answer has to fail, and to
 * say why.
 */
export function createSessionRevoker({ withSession, sink }: SessionRevokerEffects): (event: unknown) => Promise<Answer> {
  const log = createLog(LOG_SCHEMA, sink);
  return async (event) => {
    const startedAt = performance.now();
    const request = parse(event);
    const requestId = newUuid();
    const done: Done = request
      ? await attempt(withSession, (client) => perform(client, request, requestId))
      : { failure: 'request_malformed' };
    const outcome = 'failure' in done ? done.failure : 'ok';
    const sqlState = 'failure' in done ? done.sqlState : undefined;
    log({ event: 'session_revoker', ...request, outcome, requestId, sqlState, durationMs: Math.round(performance.now() - startedAt) });
    if ('failure' in done) throw named(done.failure);
    return done.answer;
  };
}

type Answer = { readonly outcome: 'ok' } & Partial<Standing>;
type Done = { readonly answer: Answer } | { readonly failure: Failure; readonly sqlState?: SqlState | undefined };
type Request = SessionRevokerRequest & { readonly sub: Uuid };

function parse(event: unknown): Request | undefined {
  if (!isRecord(event) || Object.keys(event).length !== 2) return undefined;
  const action = SESSION_REVOKER_ACTIONS.find((each) => each === event['action']);
  const sub = parseUuid(event['sub']);
  return action && sub && { action, sub };
}

async function attempt(withSession: WithSession, use: (client: ClientBase) => Promise<Done>): Promise<Done> {
  try {
    const session = await withSession(use);
    return session.kind === 'ended' ? session.result : { failure: session.code, sqlState: session.sqlState };
  } catch (error) {
    return { failure: 'database_failed', sqlState: sqlStateOf(error) };
  }
}

async function perform(client: ClientBase, { action, sub }: Request, requestId: Uuid): Promise<Done> {
  const trail = [newUuid(), requestId];
  switch (action) {
    case 'read':
      return read(client, sub);
    case 'revoke':
      return change(client, 'SELECT authz.revoke_sessions($1, $2, $3) AS outcome', [sub, ...trail]);
    case 'disable':
    case 'enable':
      return change(client, 'SELECT authz.set_disabled($1, $2, $3, $4) AS outcome', [sub, action === 'disable', ...trail]);
    default:
      return assertNever(action);
  }
}

async function read(client: ClientBase, sub: Uuid): Promise<Done> {
  const sql = 'SELECT role, disabled_at, revoked_before FROM authz.read_standing($1)';
  const { rows } = await client.query<{ role: string; disabled_at: Date | null; revoked_before: Date | null }>(sql, [sub]);
  const [row] = rows;
  if (!row) return { failure: 'not_found' };
  const { role, disabled_at: disabledAt, revoked_before: revokedBefore } = row;
  return {
    answer: { outcome: 'ok', role, disabledAt: disabledAt?.toISOString() ?? null, revokedBefore: revokedBefore?.toISOString() ?? null },
  };
}

async function change(client: ClientBase, sql: string, values: readonly unknown[]): Promise<Done> {
  const { rows } = await client.query<{ outcome: unknown }>(sql, [...values]);
  return rows[0]?.outcome === 'ok' ? { answer: { outcome: 'ok' } } : { failure: 'not_found' };
}

/** Lambda hands on an error's name, by which a workflow catches it. */
function named(failure: Failure): Error {
  return Object.assign(new Error(failure), { name: failure });
}
