import { CodedError } from '../shared/outcome';
import type { Call, Tools } from './call';
import type { SqlRow, SqlValue } from './ports';
import { refuse, type RefusalCode, type Refused } from './refusals';

/** Rows of a statement that has committed together with its audit events, or the refusal it ended in. */
export type Executed = { readonly kind: 'rows'; readonly rows: readonly SqlRow[] } | Refused;

/** What the database's outcomes are called outside. Absent and not-yours are one outcome there already. */
const REFUSAL_OF: Readonly<Record<string, RefusalCode>> = {
  not_found: 'not_found',
  forbidden: 'forbidden',
  stale: 'version_stale',
  conflict: 'conflict',
  invalid: 'value_refused',
  unavailable: 'records_closed',
};

/**
 * Runs a function of the schema `api` on behalf of the caller: one round trip that checks, reads or writes, and leaves the audit row:
 * 164.312(b). docs/records-database.md has the calling convention.
 *
 * @param eventsOf how many events the rows stand for; one, unless the function writes an event for each row.
 * @returns no rows for an empty list.
 */
export async function execute(
  { database }: Tools,
  { principal, audit, clientIp, requestId }: Call,
  name: string,
  values: readonly SqlValue[],
  eventsOf: (rows: readonly SqlRow[]) => number = () => 1,
): Promise<Executed> {
  const context = [principal.sub, new Date(principal.issuedAt * 1_000), audit.next, clientIp, requestId];
  let rows: readonly SqlRow[];
  try {
    rows = await database.call(name, [...context, ...values]);
  } catch (error) {
    // Refused statements are a fault of ours; what made it so is in the log of the database, by its SQLSTATE.
    return refuse(error instanceof CodedError && error.code === 'database_unavailable' ? 'database_unavailable' : 'internal_error');
  }
  audit.add(eventsOf(rows));
  const outcome = rows[0]?.['outcome'];
  if (outcome === 'ok') return { kind: 'rows', rows: isEmpty(rows) ? [] : rows };
  const code = typeof outcome === 'string' && Object.hasOwn(REFUSAL_OF, outcome) ? REFUSAL_OF[outcome] : undefined;
  return code ? { kind: 'refused', code, recorded: true } : refuse('internal_error');
}

/** An empty list is one row of nothing but the outcome. */
function isEmpty([first, second]: readonly SqlRow[]): boolean {
  return second === undefined && Object.entries(first ?? {}).every(([column, value]) => column === 'outcome' || value === null);
}
