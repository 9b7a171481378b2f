import { KEY_LIFETIME_MS, KEY_SETTLE_MS, keysToRetire, usableInTurn, type KeyTurn, type RowName } from '../records/data-keys';
import type { EncryptedTable } from '../records/places';
import type { Uuid } from '../shared/uuid';

/** Where a pass goes on: in which table, and after which of its rows. */
export interface PassPosition {
  readonly table: EncryptedTable;
  readonly after: RowName | undefined;
}

/** One pass over every value of a class, as far as it has come. */
export interface Pass {
  /** The key that it puts values under. */
  readonly keyId: Uuid;
  readonly startedAtMs: number;
  readonly finished: boolean;
  /** Undefined at the very beginning. */
  readonly position: PassPosition | undefined;
  /** Values found under another key: rewritten, or left to the user who changed them meanwhile. */
  readonly moved: number;
  /** Values that could not be rewritten. */
  readonly stuck: number;
}

/** All that a decision depends on. */
export interface Situation {
  /** The keys of one class, retired ones included. */
  readonly keys: readonly KeyTurn[];
  /** The last pass over the class, finished or not. */
  readonly pass: Pass | undefined;
  /** Somebody asked for a new key. */
  readonly asked: boolean;
  /** This run has added one already: a clock far ahead must not add another each time it is looked at. */
  readonly added: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** As of `activeKey`. */
  readonly settleMs?: number;
}

/** What is due for a class. */
export type NextStep =
  /** A new key, if the newest usable one is still this one. */
  | { readonly kind: 'add'; readonly newest: Uuid | undefined }
  /** A pass, from where it stands. */
  | { readonly kind: 'rewrite'; readonly pass: Pass }
  | { readonly kind: 'retire'; readonly keyIds: readonly Uuid[] }
  /** Nothing, until then. */
  | { readonly kind: 'wait'; readonly untilMs: number };

/**
 * Decides what is due for a class: 164.312(a)(2)(iv). A class has a key, and a new one when somebody asks or the newest is a year old; as
 * soon as every instance writes with the newest, values are brought under it; and the older ones are retired after a pass that found
 * nothing to do and began when nobody could still be writing with them. Asking again before a new key is in use adds no further one.
 */
export function nextStep({ keys, pass, asked, added, nowMs, settleMs = KEY_SETTLE_MS }: Situation): NextStep {
  const usable = usableInTurn(keys);
  const newest = usable.at(-1);
  if (!newest) return { kind: 'add', newest: undefined };
  const { keyId, createdAtMs } = newest;
  const settled = nowMs - createdAtMs >= settleMs;
  const wanted = (asked && settled) || nowMs - createdAtMs >= KEY_LIFETIME_MS;
  if (wanted && !added) return { kind: 'add', newest: keyId };
  if (usable.length === 1) return { kind: 'wait', untilMs: createdAtMs + KEY_LIFETIME_MS };
  if (!settled) return { kind: 'wait', untilMs: createdAtMs + settleMs };
  if (pass?.keyId === keyId && !pass.finished) return { kind: 'rewrite', pass };
  if (pass?.keyId === keyId && isClean(pass)) {
    const keyIds = keysToRetire(keys, pass.startedAtMs, settleMs);
    if (keyIds.length > 0) return { kind: 'retire', keyIds };
    const leftAtMs = createdAtMs + 2 * settleMs;
    if (nowMs < leftAtMs) return { kind: 'wait', untilMs: leftAtMs };
  }
  return { kind: 'rewrite', pass: { keyId, startedAtMs: nowMs, finished: false, position: undefined, moved: 0, stuck: 0 } };
}

/** A pass that found every value under its key. */
export function isClean({ finished, moved, stuck }: Pass): boolean {
  return finished && moved === 0 && stuck === 0;
}
