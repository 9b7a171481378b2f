import type { KeyObject } from 'node:crypto';
import { CodedError } from '../shared/outcome';
import type { Uuid } from '../shared/uuid';
import { keyIdOf, seal, unseal, VALUE_OVERHEAD_BYTES, type DataKey, type KeyRing } from './field-crypto';
import type { KeyClass } from './ports';

/** From this age, in milliseconds, a cursor is refused. */
export const CURSOR_LIFETIME_MS = 10 * 60_000;

/** How far, in milliseconds, the clock of the instance that made a cursor may be ahead of ours. */
const CLOCK_SKEW_MS = 5_000;

const TIME_BYTES = 6;

/** Most bytes of a position. */
const MAX_POSITION_BYTES = 512;

/** Most characters of a cursor. */
export const MAX_CURSOR_LENGTH = Math.ceil(((VALUE_OVERHEAD_BYTES + TIME_BYTES + MAX_POSITION_BYTES) * 4) / 3);

/** Who asked for which list: a cursor goes on with this one only. */
export interface CursorScope {
  readonly sub: Uuid;
  /** Name of the route; no `|`. */
  readonly route: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** Why a cursor is refused; all are 400. */
export type CursorRefusal = 'cursor_malformed' | 'cursor_mismatch' | 'cursor_expired' | 'cursor_not_yet_valid';

/** Where the list goes on, or why it does not. */
export type OpenedCursor =
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'refused'; readonly code: CursorRefusal };

/**
 * Cursors for lists of one class: 164.312(a)(1). A position holds what rows are sorted by, such as the time of an appointment, so it is
 * sealed, in the format of a field's value, for one user, route and set of filters and for {@link CURSOR_LIFETIME_MS}. Its key is derived
 * for the user and for this purpose, from the data key of the class that the position is of.
 */
export class Cursors {
  constructor(
    private readonly keys: KeyRing,
    private readonly keyClass: KeyClass,
  ) {}

  /**
   * Seals a position.
   *
   * @param nowMs milliseconds since the epoch.
   * @returns base64url, at most {@link MAX_CURSOR_LENGTH} characters.
   * @throws CodedError `cursor_position_too_large` above 512 bytes; `cursor_route_malformed`; `key_class_not_open`; `data_key_wiped`.
   */
  seal(scope: CursorScope, position: string, nowMs: number): string {
    const text = Buffer.from(position);
    if (text.length > MAX_POSITION_BYTES) throw new CodedError('cursor_position_too_large');
    const content = Buffer.alloc(TIME_BYTES + text.length);
    content.writeUIntBE(nowMs, 0, TIME_BYTES);
    content.set(text, TIME_BYTES);
    const key = this.keys.active(this.keyClass);
    return seal(cursorKey(key, scope), key.keyId, contextOf(scope), content).toString('base64url');
  }

  /**
   * Opens a cursor that a client sent back.
   *
   * @throws CodedError `cursor_route_malformed`; `data_key_wiped`. Neither depends on the cursor.
   */
  open(scope: CursorScope, cursor: string, nowMs: number): OpenedCursor {
    const value = decode(cursor);
    const keyId = value && keyIdOf(value);
    if (!value || !keyId) return { kind: 'refused', code: 'cursor_malformed' };
    const found = this.keys.find(this.keyClass, keyId);
    const content = found.kind === 'found' ? unseal(cursorKey(found.key, scope), contextOf(scope), value) : undefined;
    if (!content || content.length < TIME_BYTES) return { kind: 'refused', code: 'cursor_mismatch' };
    const ageMs = nowMs - content.readUIntBE(0, TIME_BYTES);
    if (ageMs >= CURSOR_LIFETIME_MS) return { kind: 'refused', code: 'cursor_expired' };
    if (ageMs < -CLOCK_SKEW_MS) return { kind: 'refused', code: 'cursor_not_yet_valid' };
    return { kind: 'position', position: content.toString('utf8', TIME_BYTES) };
  }
}

function cursorKey(key: DataKey, { sub }: CursorScope): KeyObject {
  return key.derive(sub, `cursor/v1/${key.keyClass}`);
}

// Filters come last and in one order, so that no two scopes have the same text.
function contextOf({ sub, route, filters }: CursorScope): string {
  if (route.includes('|')) throw new CodedError('cursor_route_malformed');
  return `${sub}|${route}|${JSON.stringify(Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

// Node skips what is not base64url and ignores left-over bits, so the text must also be the one that its bytes are written as.
function decode(cursor: string): Buffer | undefined {
  if (cursor.length > MAX_CURSOR_LENGTH) return undefined;
  const value = Buffer.from(cursor, 'base64url');
  return value.toString('base64url') === cursor ? value : undefined;
}
