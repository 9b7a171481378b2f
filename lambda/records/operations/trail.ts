import { openKeys, pathId, type Call, type Operation, type OperationOutcome, type Tools } from '../call';
import { MAX_AUDIT_PAGE } from '../bodies';
import { toBundle } from '../fhir';
import { nextCursor, readPage, type Paging } from '../page';
import type { SqlRow, SqlValue } from '../ports';
import { toWire } from '../record-values';
import { refuse } from '../refusals';
import { execute } from '../statement';
import { functionOf } from './reading';

const ACCESS = ['at', 'actor_id', 'actor_role', 'event_type', 'action', 'resource_type', 'purpose', 'emergency'] as const;

const EVENT = [
  'id', 'at', 'actor_id', 'actor_role', 'event_type', 'action', 'outcome', 'resource_type', 'resource_id', 'patient_id', 'ip',
  'request_id', 'purpose', 'emergency', 'fields', 'reason',
];

/** What events can be searched by, in the order of the function's parameters. */
const FILTERS = ['actor', 'patient', 'type', 'from', 'to'] as const;

/** One event, as the columns named hold it. The sequence number stays inside: it would tell how much else happens. */
function toEvent(row: SqlRow, columns: readonly string[]): Readonly<Record<string, unknown>> {
  // The event's outcome is called otherwise in the row, where `outcome` is the statement's own.
  return Object.fromEntries(columns.map((column) => [column, toWire(row[column === 'outcome' ? 'event_outcome' : column])]));
}

/** Who was at a person's record: 164.528, 164.308(a)(1)(ii)(D). */
export const readAccessReport: Operation = async (call, tools) => {
  const patient = pathId(call, 'patient');
  const name = functionOf({ admin: 'admin_access_report', patient: 'self_access_report' }, call);
  const paging = { keyClass: 'identity', filters: { patient } } as const;
  const found = await pageOfEvents(call, tools, paging, name, (position, limit) => [patient, position, limit]);
  if (found.kind === 'refused') return found;
  return { kind: 'answer', body: { items: found.rows.map((row) => toEvent(row, ACCESS)), next: found.next } };
};

/** Searches the trail, or renders what it finds as FHIR R4 AuditEvents. */
export const searchAudit: Operation = async (call, tools) => {
  const format = call.query.get('format');
  if (format !== undefined && format !== 'fhir') return refuse('query_value');
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (typeof call.body[name] === 'string' ? [[name, call.body[name]]] : [])));
  const found = await pageOfEvents(call, tools, { keyClass: 'identity', filters }, 'admin_search_audit', (position, limit) => [
    ...FILTERS.map((name) => filters[name] ?? null),
    position,
    limit,
  ]);
  if (found.kind === 'refused') return found;
  const items = found.rows.map((row) => toEvent(row, EVENT));
  return { kind: 'answer', body: format === 'fhir' ? toBundle(items, found.next, call.nowMs) : { items, next: found.next } };
};

type Found = { readonly kind: 'found'; readonly rows: readonly SqlRow[]; readonly next: string | null } | Extract<OperationOutcome, { kind: 'refused' }>;

async function pageOfEvents(
  call: Call,
  tools: Tools,
  paging: Paging,
  name: string,
  values: (position: string | null, limit: number) => readonly SqlValue[],
): Promise<Found> {
  const ring = await openKeys(tools, [paging.keyClass], call.nowMs);
  if (ring.kind === 'refused') return ring;
  const wanted = readPage(call, ring.keys, paging, MAX_AUDIT_PAGE);
  if (wanted.kind === 'refused') return wanted;
  const executed = await execute(tools, call, name, values(wanted.position ?? null, wanted.limit));
  if (executed.kind === 'refused') return executed;
  const last = executed.rows.length === wanted.limit ? executed.rows.at(-1) : undefined;
  return { kind: 'found', rows: executed.rows, next: nextCursor(call, ring.keys, paging, last && String(last['seq'])) };
}
