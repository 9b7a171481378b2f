import type { ClientBase, QueryResultRow } from 'pg';
import { CodedError } from '../../shared/outcome';
import { parseUuid } from '../../shared/uuid';
import type { BatchPlan } from '../batch';
import { parseEvent, UTC_TIME, WHOLE_NUMBER } from '../event-line';
import type { ExportDatabase } from '../ports';

const DIGEST = /^[0-9a-f]{64}$/;
const OUTCOMES = ['ok', 'conflict', 'not_found'] as const;

/**
 * The trail over one connection of the exporter's login. The driver gives 64-bit numbers, ids and addresses as the server spells them, and
 * times come as text from the functions, so no digit passes through a number of JavaScript.
 *
 * @throws CodedError `row_malformed` from every method when the schema is not the one that this code was written for.
 */
export function auditDatabase(client: ClientBase): ExportDatabase {
  const rows = async (sql: string, values: readonly unknown[]): Promise<readonly QueryResultRow[]> =>
    (await client.query<QueryResultRow>(sql, [...values])).rows;
  const one = async (sql: string, values: readonly unknown[]): Promise<QueryResultRow> => (await rows(sql, values))[0] ?? {};
  return {
    plan: async () => orMalformed(parsePlan(await one('SELECT * FROM audit.plan_batch()', []))),
    read: async ({ no, epoch }, afterSeq, limit) => {
      const page = await rows('SELECT * FROM audit.read_batch($1, $2, $3, $4)', [no, epoch, afterSeq ?? null, limit]);
      return page.map((row) => orMalformed(parseEvent(row)));
    },
    finish: async ({ no, epoch }, digest, n) => {
      const { outcome } = await one('SELECT audit.finish_batch($1, $2, $3, $4) AS outcome', [no, epoch, digest, n]);
      return orMalformed(OUTCOMES.find((known) => known === outcome));
    },
    oldestUnexportedS: async () => {
      const { age } = await one('SELECT audit.unexported_age() AS age', []);
      return orMalformed(typeof age === 'number' && Number.isFinite(age) ? Math.round(age * 1_000) / 1_000 : undefined);
    },
  };
}

function parsePlan(row: QueryResultRow): BatchPlan | undefined {
  const epoch = parseUuid(row['epoch']);
  const no = matching(WHOLE_NUMBER, row['no']);
  const from_xid = matching(WHOLE_NUMBER, row['from_xid']);
  const to_xid = matching(WHOLE_NUMBER, row['to_xid']);
  const planned_at = matching(UTC_TIME, row['planned_at']);
  const prev = matching(DIGEST, row['prev']);
  return epoch && no && from_xid && to_xid && planned_at && prev ? { epoch, no, from_xid, to_xid, planned_at, prev } : undefined;
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function orMalformed<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new CodedError('row_malformed');
  return value;
}
