import { isRecord } from '../shared/record';
import { parseUuid, type Uuid } from '../shared/uuid';

/** One event of the trail, each value in the one spelling it has in a batch. Numbers of 64 bits are text, because JSON readers round them. */
export interface AuditEvent {
  readonly seq: string;
  readonly id: Uuid;
  readonly xid: string;
  /** UTC to the microsecond, as `2026-11-25T19:38:37.000001Z`. */
  readonly at: string;
  readonly actor_id: string | null;
  readonly actor_role: string | null;
  readonly event_type: string;
  readonly action: string;
  readonly outcome: string;
  readonly resource_type: string;
  readonly resource_id: Uuid | null;
  readonly patient_id: Uuid | null;
  readonly ip: string | null;
  readonly request_id: string;
  readonly purpose: string | null;
  readonly emergency: boolean;
  readonly fields: readonly string[] | null;
  readonly reason: string | null;
}

/** A number that PostgreSQL keeps in 64 bits, as text without sign and leading zero. */
export const WHOLE_NUMBER = /^(0|[1-9]\d{0,19})$/;

/** A time as {@link AuditEvent.at} has it. */
export const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

type Reader<Value> = (value: unknown) => Value | undefined;

const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);
const matching =
  (pattern: RegExp): Reader<string> =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : undefined;
const orNull =
  <Value>(read: Reader<Value>): Reader<Value | null> =>
  (value) =>
    value === null ? null : read(value);
const texts: Reader<readonly string[]> = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? [...value] : undefined;
const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/**
 * Every member of a line, in the order it has there, for ever: a line written today must be written alike by any later version, or a run
 * that repeats an interrupted one would write other bytes. Closed lists are left to the database, whose every row must be exported.
 */
const MEMBERS: { readonly [Name in keyof AuditEvent]: Reader<AuditEvent[Name]> } = {
  seq: matching(WHOLE_NUMBER),
  id: parseUuid,
  xid: matching(WHOLE_NUMBER),
  at: matching(UTC_TIME),
  actor_id: orNull(text),
  actor_role: orNull(text),
  event_type: text,
  action: text,
  outcome: text,
  resource_type: text,
  resource_id: orNull(parseUuid),
  patient_id: orNull(parseUuid),
  ip: orNull(text),
  request_id: text,
  purpose: orNull(text),
  emergency: flag,
  fields: orNull(texts),
  reason: orNull(text),
};

const NAMES = Object.keys(MEMBERS) as readonly (keyof AuditEvent)[];

/**
 * Reads an event out of a row of the database or out of a parsed line; the members of the result stand in the order of a line.
 *
 * @returns undefined unless every member is there, of its kind and in its spelling, and no other is.
 */
export function parseEvent(value: unknown): AuditEvent | undefined {
  if (!isRecord(value) || Object.keys(value).length !== NAMES.length) return undefined;
  const members = NAMES.map((name) => [name, Object.hasOwn(value, name) ? MEMBERS[name](value[name]) : undefined] as const);
  if (members.some(([, member]) => member === undefined)) return undefined;
  // Each member was read by the reader of its own name.
  return Object.fromEntries(members) as unknown as AuditEvent;
}

/** The canonical line of an event, without its newline: 164.312(b). Two events have the same line only if they are the same event. */
export function eventLine(event: AuditEvent): string {
  return JSON.stringify(event, NAMES as string[]);
}

/**
 * Reads a line back.
 *
 * @returns undefined unless {@link eventLine} writes exactly this line for it: another order, a space, a repeated member, a number where
 *   text belongs are no line of a batch.
 */
export function parseEventLine(line: string): AuditEvent | undefined {
  const event = parseEvent(parseJson(line));
  return event && eventLine(event) === line ? event : undefined;
}

/** JSON, or undefined: the parser's message quotes what it could not read. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
