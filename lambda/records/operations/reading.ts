import { CodedError } from '../../shared/outcome';
import { parseUuid, type Uuid } from '../../shared/uuid';
import { answerFields } from '../answers';
import { openKeys, pathId, type Call, type Operation, type OperationOutcome, type Tools } from '../call';
import type { Role } from '../contract';
import { nextCursor, readPage, readTimePosition, timePosition, type Paging } from '../page';
import type { Resource } from '../policy';
import type { KeyClass, SqlRow, SqlValue } from '../ports';
import { keyClassesOf, project, type RowIds } from '../record-values';
import { execute } from '../statement';

/** The function of the schema `api` that serves a route for each role that has it. */
export type FunctionOf = Partial<Readonly<Record<Role, string>>>;

/**
 * The function for the caller's role.
 *
 * @throws CodedError `role_without_function` when the table of routes admits a role that has none: a mistake of ours, answered with 500.
 */
export function functionOf(functions: FunctionOf, { principal }: Call): string {
  const name = functions[principal.role];
  if (name === undefined) throw new CodedError('role_without_function');
  return name;
}

/** An operation that reads the one record its path names. */
export function readRecord(resource: Resource, idName: string, functions: FunctionOf): Operation {
  return async (call, tools) => {
    const fields = answerFields(call.route, call.principal.role, resource);
    const ring = await openKeys(tools, keyClassesOf(resource, fields), call.nowMs);
    if (ring.kind === 'refused') return ring;
    const executed = await execute(tools, call, functionOf(functions, call), [pathId(call, idName)]);
    if (executed.kind === 'refused') return executed;
    const [row = {}] = executed.rows;
    const projected = project(ring.keys, resource, fields, row, idsOf(row));
    if (projected.kind === 'refused') return projected;
    const version = row['version'];
    return { kind: 'answer', body: projected.record, ...(typeof version === 'number' ? { version } : {}) };
  };
}

/** How a list is read and paged. */
export interface ListRule {
  readonly resource: Resource;
  readonly functions: FunctionOf;
  /** Column that rows are ordered by, newest first, before the id. */
  readonly orderedBy: string;
  /** Class of data that the column is of: a cursor holds a value of it. */
  readonly cursorClass: KeyClass;
}

/** An operation that reads a page of one patient's records, newest first. */
export function listRecords({ resource, functions, orderedBy, cursorClass }: ListRule): Operation {
  return async (call, tools) => {
    const patient = pathId(call, 'patient');
    return page(call, tools, {
      resource,
      paging: { keyClass: cursorClass, filters: { patient } },
      name: functionOf(functions, call),
      values: (position, limit) => [patient, ...readTimePosition(position), limit],
      positionOf: (row) => timePosition(row[orderedBy], row['id']),
    });
  };
}

/**
 * Most bytes that the items of a page may take in the response that carries it. A load balancer passes on one megabyte of a function's
 * response and answers 502 to a larger one.
 */
const MAX_ITEMS_BYTES = 900_000;

/** One page of records. */
export interface PageRule {
  readonly resource: Resource;
  readonly paging: Paging;
  readonly name: string;
  readonly values: (position: string | undefined, limit: number) => readonly SqlValue[];
  readonly positionOf: (row: SqlRow) => string;
  /** @default one event for the whole page */
  readonly eventsOf?: (rows: readonly SqlRow[]) => number;
}

/** Reads and projects one page. What a response has no room for begins the next page. */
export async function page(call: Call, tools: Tools, rule: PageRule): Promise<OperationOutcome> {
  const { resource, paging } = rule;
  const fields = answerFields(call.route, call.principal.role, resource);
  const ring = await openKeys(tools, [...new Set([...keyClassesOf(resource, fields), paging.keyClass])], call.nowMs);
  if (ring.kind === 'refused') return ring;
  const wanted = readPage(call, ring.keys, paging);
  if (wanted.kind === 'refused') return wanted;
  const executed = await execute(tools, call, rule.name, rule.values(wanted.position, wanted.limit), rule.eventsOf);
  if (executed.kind === 'refused') return executed;
  const items: object[] = [];
  let room = MAX_ITEMS_BYTES;
  for (const row of executed.rows) {
    const projected = project(ring.keys, resource, fields, row, idsOf(row));
    if (projected.kind === 'refused') return projected;
    room -= responseBytes(projected.record);
    if (room < 0 && items.length > 0) break;
    items.push(projected.record);
  }
  const isFull = items.length < executed.rows.length || items.length === wanted.limit;
  const last = isFull ? executed.rows[items.length - 1] : undefined;
  return { kind: 'answer', body: { items, next: nextCursor(call, ring.keys, paging, last && rule.positionOf(last)) } };
}

/** The body is a text inside the response, so its quotes and backslashes are escaped twice. */
function responseBytes(record: object): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(record)));
}

/** The ids of a row: its own, and its patient's where that is another. */
function idsOf(row: SqlRow): RowIds {
  const recordId = rowId(row, 'id');
  return { recordId, patientId: 'patient_id' in row ? rowId(row, 'patient_id') : recordId };
}

/**
 * An id that a row holds.
 *
 * @throws CodedError `row_without_id`: the function returned another row than its outcome says.
 */
export function rowId(row: SqlRow | undefined, column: string): Uuid {
  const id = parseUuid(row?.[column]);
  if (!id) throw new CodedError('row_without_id');
  return id;
}
