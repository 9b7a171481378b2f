import type { ClientBase } from 'pg';
import { customResource, type ActionOutcome, type CustomResourceEffects } from '../shared/custom-resource';
import { CONNECTION_FAILURES } from '../shared/instance-connection';
import type { WithSession } from '../shared/instance-session';
import { createLog } from '../shared/log';
import { assertNever } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import { newUuid, type Uuid } from '../shared/uuid';
import { parseAdministerRequest, parseReadLimit, type AdministerRequest } from './request';

/** Why nothing was done. */
export const ADMINISTER_FAILURES = [
  ...CONNECTION_FAILURES,
  'database_failed',
  /** An invocation of another form than the three there are. */
  'request_malformed',
  /** The custom resource asks for hours that are none. */
  'read_limit_malformed',
] as const;

/** One of {@link ADMINISTER_FAILURES}. */
export type AdministerFailure = (typeof ADMINISTER_FAILURES)[number];

/** What became of a request; `conflict` when there is an administrator already, or the chain's name or digest is refused. */
export const ADMINISTER_OUTCOMES = ['ok', 'conflict', ...ADMINISTER_FAILURES] as const;

/** What an operator is told. */
export interface AdministerAnswer {
  readonly outcome: (typeof ADMINISTER_OUTCOMES)[number];
}

/** Effects of the function. */
export interface AdministerEffects extends CustomResourceEffects {
  readonly withSession: WithSession;
}

const LOG_SCHEMA = {
  event: ['administer'],
  action: ['bootstrap_admin', 'begin_epoch', 'honey_patient'],
  outcome: ADMINISTER_OUTCOMES,
  requestId: 'uuid',
  sqlState: 'sqlstate',
  durationMs: 'number',
} as const;

/**
 * Makes the handler: the few changes to controls that no request of a user may bring about, each with its event in the trail:
 * 164.308(a)(4), 164.312(b). As a custom resource it keeps the limit after which reads stop at what the environment's file says. An
 * invocation is answered with a code, never with an error, and leaves one line, whose `requestId` is that of the event.
 */
export function createAdministration(effects: AdministerEffects): (event: unknown, context: unknown) => Promise<AdministerAnswer | void> {
  const log = createLog(LOG_SCHEMA, effects.sink);
  const resource = customResource(
    {
      physicalResourceId: 'database-settings',
      failureCodes: ADMINISTER_FAILURES,
      apply: (properties) => applyReadLimit(effects.withSession, properties),
    },
    effects,
  );
  return async (event, context) => {
    if (isRecord(event) && 'RequestType' in event) return resource(event, context);
    const startedAt = performance.now();
    const request = parseAdministerRequest(event);
    const requestId = newUuid();
    const done: Done = request
      ? await attempt(effects.withSession, (client) => perform(client, request, requestId))
      : { outcome: 'request_malformed' };
    log({ event: 'administer', action: request?.kind, requestId, ...done, durationMs: Math.round(performance.now() - startedAt) });
    return { outcome: done.outcome };
  };
}

interface Done extends AdministerAnswer {
  readonly sqlState?: SqlState | undefined;
}

async function attempt(withSession: WithSession, use: (client: ClientBase) => Promise<AdministerAnswer['outcome']>): Promise<Done> {
  try {
    const session = await withSession(use);
    return session.kind === 'ended' ? { outcome: session.result } : { outcome: session.code, sqlState: session.sqlState };
  } catch (error) {
    return { outcome: 'database_failed', sqlState: sqlStateOf(error) };
  }
}

async function perform(client: ClientBase, request: AdministerRequest, requestId: Uuid): Promise<AdministerAnswer['outcome']> {
  const trail = [newUuid(), requestId];
  switch (request.kind) {
    case 'bootstrap_admin':
      return outcomeOf(client, 'SELECT authz.bootstrap_admin($1, $2, $3) AS outcome', [request.sub, ...trail]);
    case 'begin_epoch':
      return outcomeOf(client, 'SELECT audit.begin_epoch($1, $2, $3, $4) AS outcome', [request.epoch, request.prev, ...trail]);
    case 'honey_patient':
      await client.query('SELECT audit.set_honey_patient($1, $2, $3)', [request.patient ?? null, ...trail]);
      return 'ok';
    default:
      return assertNever(request);
  }
}

async function outcomeOf(client: ClientBase, sql: string, values: readonly unknown[]): Promise<AdministerAnswer['outcome']> {
  const { rows } = await client.query<{ outcome: unknown }>(sql, [...values]);
  return rows[0]?.outcome === 'ok' ? 'ok' : 'conflict';
}

async function applyReadLimit(
  withSession: WithSession,
  properties: Readonly<Record<string, unknown>>,
): Promise<ActionOutcome<AdministerFailure>> {
  const limit = parseReadLimit(properties);
  if (limit.kind === 'malformed') return { kind: 'failed', code: 'read_limit_malformed' };
  const interval = limit.hours === undefined ? null : `${limit.hours} hours`;
  try {
    const session = await withSession((client) =>
      client.query('SELECT audit.stop_reads_after($1, $2, $3)', [interval, newUuid(), newUuid()]),
    );
    return session.kind === 'ended' ? { kind: 'done' } : session;
  } catch (error) {
    return { kind: 'failed', code: 'database_failed', sqlState: sqlStateOf(error) };
  }
}
