import { parseUuid } from '../shared/uuid';
import { MAX_PAGE } from './bodies';
import type { Call } from './call';
import { Cursors } from './cursor';
import type { KeyRing } from './field-crypto';
import type { KeyClass } from './ports';
import { refuse, type Refused } from './refusals';

/** Rows of a page unless the client says how many. */
const DEFAULT_LIMIT = 50;

/** How many rows are asked for, and where the last page ended. */
export type PageRequest = { readonly kind: 'page'; readonly limit: number; readonly position: string | undefined } | Refused;

/** What one list is paged by. */
export interface Paging {
  /** Class of the data that positions are of; its keys must be open. */
  readonly keyClass: KeyClass;
  /** Filters that a cursor is bound to, the patient among them. */
  readonly filters: Readonly<Record<string, string>>;
}

/** Reads `limit` and `cursor`. A cursor goes on with the same list of the same caller only, and for ten minutes. */
export function readPage(call: Call, keys: KeyRing, { keyClass, filters }: Paging, most: number = MAX_PAGE): PageRequest {
  const limit = readLimit(call.query.get('limit') ?? call.body['limit'], most);
  if (limit === undefined) return refuse('query_value');
  const cursor = call.query.get('cursor') ?? call.body['cursor'];
  if (typeof cursor !== 'string') return { kind: 'page', limit, position: undefined };
  const opened = new Cursors(keys, keyClass).open({ sub: call.principal.sub, route: call.route, filters }, cursor, call.nowMs);
  return opened.kind === 'position' ? { kind: 'page', limit, position: opened.position } : refuse(opened.code);
}

/** The cursor to go on with after the last row of a full page; null after the last page. */
export function nextCursor(
  call: Call,
  keys: KeyRing,
  { keyClass, filters }: Paging,
  position: string | undefined,
): string | null {
  if (position === undefined) return null;
  return new Cursors(keys, keyClass).seal({ sub: call.principal.sub, route: call.route, filters }, position, call.nowMs);
}

function readLimit(given: unknown, most: number): number | undefined {
  if (given === undefined) return DEFAULT_LIMIT;
  const limit = typeof given === 'number' ? given : typeof given === 'string' && /^[1-9]\d{0,2}$/.test(given) ? Number(given) : 0;
  return limit >= 1 && limit <= most ? limit : undefined;
}

/** Position of a row in a list ordered by time and id. */
export function timePosition(at: unknown, id: unknown): string {
  return `${at instanceof Date ? at.toISOString() : ''}|${String(id)}`;
}

/** Reads {@link timePosition} back; nulls before the first page. */
export function readTimePosition(position: string | undefined): readonly [Date | null, string | null] {
  const [at = '', id] = (position ?? '').split('|');
  const uuid = parseUuid(id);
  return uuid ? [new Date(at), uuid] : [null, null];
}
