import type { ClientBase, QueryResultRow } from 'pg';
import { CodedError } from '../../shared/outcome';
import { parseUuid } from '../../shared/uuid';
import type { BurstCount, CountedActor, EventCount, Growth, ReachCount, SignalDatabase, SignalWindow } from '../ports';

const TRANSACTION = /^\d{1,20}$/;
const ROLES = ['admin', 'clinician', 'billing', 'patient'];
const KINDS = ['denied', 'probe'] as const;
const FINISHED = ['ok', 'conflict'] as const;

/**
 * The counts over one connection of the signals' login.
 *
 * @throws CodedError `row_malformed` from every method when the schema is not the one that this code was written for.
 */
export function signalDatabase(client: ClientBase): SignalDatabase {
  const rows = async (sql: string, values: readonly unknown[] = []): Promise<readonly QueryResultRow[]> =>
    (await client.query<QueryResultRow>(sql, [...values])).rows;
  const one = async (sql: string, values: readonly unknown[] = []): Promise<QueryResultRow> => (await rows(sql, values))[0] ?? {};
  return {
    take: async () => windowOf(await one('SELECT * FROM audit.take_signal_window()')),
    count: async (window) => {
      const bounds = [window.fromXid, window.toXid];
      const reach = await rows('SELECT * FROM audit.count_reach($1, $2)', bounds);
      const bursts = await rows('SELECT * FROM audit.count_bursts($1, $2)', bounds);
      const overrides = await rows('SELECT * FROM audit.count_overrides($1, $2)', bounds);
      const bait = await rows('SELECT * FROM audit.count_bait($1, $2)', bounds);
      return {
        window,
        reach: reach.map((row): ReachCount => ({ ...growthOf(row), hourMs: timeOf(row['hour']) })),
        bursts: bursts.map((row): BurstCount => ({ ...growthOf(row), kind: orMalformed(KINDS.find((kind) => kind === row['kind'])) })),
        overrides: overrides.map(eventsOf),
        bait: bait.map(eventsOf),
      };
    },
    medianPatients: async (actorId, hourMs) => {
      const { median } = await one('SELECT audit.median_patients($1, $2) AS median', [actorId, new Date(hourMs)]);
      return orMalformed(typeof median === 'number' && median >= 0 ? median : undefined);
    },
    finish: async ({ fromXid, toXid }) => {
      const { outcome } = await one('SELECT audit.finish_signal_window($1, $2) AS outcome', [fromXid, toXid]);
      return orMalformed(FINISHED.find((known) => known === outcome));
    },
  };
}

function windowOf(row: QueryResultRow): SignalWindow {
  return {
    fromXid: transactionOf(row['from_xid']),
    toXid: transactionOf(row['to_xid']),
    fromMs: timeOf(row['from_at']),
    toMs: timeOf(row['to_at']),
    lastEventMs: row['last_event_at'] === null ? undefined : timeOf(row['last_event_at']),
    missingBatches: countOf(row['missing_batches']),
    more: orMalformed(typeof row['more'] === 'boolean' ? row['more'] : undefined),
  };
}

function growthOf(row: QueryResultRow): Growth {
  return { ...actorOf(row), before: countOf(row['before']), after: countOf(row['after']) };
}

function eventsOf(row: QueryResultRow): EventCount {
  return { ...actorOf(row), events: countOf(row['events']) };
}

function actorOf(row: QueryResultRow): CountedActor {
  const { actor_id: id, actor_role: role } = row as Readonly<Record<string, unknown>>;
  return {
    actorId: id === null ? undefined : orMalformed(parseUuid(id)),
    actorRole: role === null ? undefined : orMalformed(ROLES.find((known) => known === role)),
  };
}

function transactionOf(value: unknown): string {
  return orMalformed(typeof value === 'string' && TRANSACTION.test(value) ? value : undefined);
}

function countOf(value: unknown): number {
  const count = typeof value === 'string' ? Number(value) : NaN;
  return orMalformed(Number.isSafeInteger(count) && count >= 0 ? count : undefined);
}

function timeOf(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return orMalformed(Number.isNaN(time) ? undefined : time);
}

function orMalformed<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new CodedError('row_malformed');
  return value;
}
