import { CodedError } from '../shared/outcome';
import type { Uuid } from '../shared/uuid';
import { DATA_KEY_BYTES, DataKey, keyIdOf, KeyRing, type ClassKeys } from './field-crypto';
import { keyFailureOf, type KeyClass, type KeyFailure, type KeyProvider, type WrappedDataKey } from './ports';

/** Longest life of an unwrapped data key, in milliseconds: disabling the wrapping key ends disclosure within it. */
export const DATA_KEY_MAX_AGE_MS = 5 * 60_000;

/** Longer than any request takes, in milliseconds. */
const REQUEST_MS = 30_000;

/** Past this age a key is unwrapped anew, so that no ring is overwritten while the request that holds it runs. */
const RENEW_AFTER_MS = DATA_KEY_MAX_AGE_MS - REQUEST_MS;

/**
 * Twice the age of the oldest list of keys that an instance may go by, in milliseconds: the time for all of them to learn of a new key
 * before one is written with, and to leave the old one before it is retired.
 */
export const KEY_SETTLE_MS = 2 * DATA_KEY_MAX_AGE_MS;

/** Age at which a class gets a new key by itself, in milliseconds: 365 days. */
export const KEY_LIFETIME_MS = 365 * 86_400_000;

/** A row of `crypto.data_key`; times in milliseconds since the epoch. */
export interface DataKeyRow extends WrappedDataKey {
  readonly createdAtMs: number;
  /** Set once no value names the key; it opens nothing from then on. */
  readonly retiredAtMs: number | undefined;
}

/** Why there are no keys: a provider's reason, no usable key of the class, or a list that could not be read. All are 503. */
export type KeysRefusal = KeyFailure | 'key_missing' | 'key_list_unavailable';

/** Keys for one request, or why there are none. */
export type OpenedKeys = { readonly kind: 'opened'; readonly keys: KeyRing } | { readonly kind: 'refused'; readonly code: KeysRefusal };

interface Held {
  readonly kind: 'held';
  readonly keyClass: KeyClass;
  readonly keys: ClassKeys;
  readonly sinceMs: number;
}

type Loaded = Held | { readonly kind: 'refused'; readonly code: KeysRefusal };

/**
 * Unwrapped data keys, kept for at most {@link DATA_KEY_MAX_AGE_MS}: 164.312(a)(2)(iv). All usable keys of a class come and go together,
 * so a request has every key it can meet before it reads a row. Requests that come together share one unwrapping. Fails closed: if the
 * list or any one key of it is not to be had, so is the class. Not covered: what the runtime copied on the way, such as a response's text.
 */
export class DataKeys {
  private held: readonly Held[] = [];
  private readonly loading = new Map<KeyClass, Promise<Loaded>>();

  /**
   * @param readRows the rows of one class.
   * @param settleMs as of {@link activeKey}.
   */
  constructor(
    private readonly provider: KeyProvider,
    private readonly readRows: (keyClass: KeyClass) => Promise<readonly DataKeyRow[]>,
    private readonly settleMs: number = KEY_SETTLE_MS,
  ) {}

  /**
   * The keys of the given classes. Never rejects.
   *
   * @param nowMs milliseconds since the epoch, at the start of the request.
   */
  async open(keyClasses: readonly KeyClass[], nowMs: number): Promise<OpenedKeys> {
    this.evict(nowMs);
    const loaded = await Promise.all(keyClasses.map((keyClass) => this.current(keyClass, nowMs)));
    const classes = new Map<KeyClass, ClassKeys>();
    for (const one of loaded) {
      if (one.kind === 'refused') return one;
      classes.set(one.keyClass, one.keys);
    }
    return { kind: 'opened', keys: new KeyRing(classes) };
  }

  /**
   * Overwrites and forgets every key whose time is up; each {@link open} begins with it. There is no timer: a process that may lie idle
   * calls this from one, and with `Infinity` when it ends.
   */
  evict(nowMs: number): void {
    const expired = this.held.filter((held) => isOlder(held, nowMs, DATA_KEY_MAX_AGE_MS));
    this.held = this.held.filter((held) => !expired.includes(held));
    for (const { keys } of expired) for (const key of keys.all.values()) key.wipe();
  }

  private async current(keyClass: KeyClass, nowMs: number): Promise<Loaded> {
    const fresh = this.held.findLast((held) => held.keyClass === keyClass && !isOlder(held, nowMs, RENEW_AFTER_MS));
    const pending = fresh ?? this.loading.get(keyClass);
    if (pending) return pending;
    const started = this.unwrapClass(keyClass, nowMs).finally(() => this.loading.delete(keyClass));
    this.loading.set(keyClass, started);
    return started;
  }

  private async unwrapClass(keyClass: KeyClass, nowMs: number): Promise<Loaded> {
    let rows: readonly DataKeyRow[];
    try {
      rows = await this.readRows(keyClass);
    } catch {
      return { kind: 'refused', code: 'key_list_unavailable' };
    }
    const usable = rows.filter((row) => row.keyClass === keyClass && row.retiredAtMs === undefined);
    const results = await Promise.all(usable.map((row) => this.unwrap(row)));
    const all = new Map(results.flatMap((result) => (result instanceof DataKey ? [[result.keyId, result] as const] : [])));
    const failure = results.find((result): result is KeyFailure => !(result instanceof DataKey));
    const newest = activeKey(usable, nowMs, this.settleMs);
    const active = newest && all.get(newest.keyId);
    if (failure !== undefined || !active) {
      for (const key of all.values()) key.wipe();
      return { kind: 'refused', code: failure ?? 'key_missing' };
    }
    // Its age counts from before the provider was asked.
    const held: Held = { kind: 'held', keyClass, keys: { active, all }, sinceMs: nowMs };
    this.held = [...this.held, held];
    return held;
  }

  private async unwrap({ keyId, keyClass, wrapped }: DataKeyRow): Promise<DataKey | KeyFailure> {
    try {
      const bytes = await this.provider.unwrap({ keyId, keyClass, wrapped });
      const key = new DataKey({ keyId, keyClass }, bytes);
      if (bytes.length === DATA_KEY_BYTES) return key;
      key.wipe();
      return 'key_invalid';
    } catch (error) {
      return keyFailureOf(error);
    }
  }
}

// A request may have begun a little before its key came; a clock set back says nothing of an age, so the key counts as too old.
function isOlder({ sinceMs }: Held, nowMs: number, ageMs: number): boolean {
  return nowMs - sinceMs >= ageMs || sinceMs - nowMs > REQUEST_MS;
}

/** What of a key decides its turn. */
export type KeyTurn = Omit<DataKeyRow, 'wrapped'>;

/**
 * The key of a class to write with: the newest one that every instance knows by now; before there is such a one, the oldest. All others
 * are read-only.
 *
 * @param settleMs time for every instance to learn of a key; another than the default only where no instance runs.
 * @returns undefined when every key is retired or there is none.
 */
export function activeKey<Row extends KeyTurn>(
  rowsOfClass: readonly Row[],
  nowMs: number,
  settleMs: number = KEY_SETTLE_MS,
): Row | undefined {
  const usable = usableInTurn(rowsOfClass);
  return usable.findLast(({ createdAtMs }) => nowMs - createdAtMs >= settleMs) ?? usable[0];
}

/** The keys of a class that are not retired, the oldest first. */
export function usableInTurn<Row extends KeyTurn>(rowsOfClass: readonly Row[]): readonly Row[] {
  const usable = rowsOfClass.filter(({ retiredAtMs }) => retiredAtMs === undefined);
  return usable.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.keyId < b.keyId ? -1 : 1));
}

/** What names a row. The version is part of it where the rows of a table are versions, and 0 elsewhere. */
export interface RowName {
  readonly id: Uuid;
  readonly version: number;
}

/** A row with its encrypted columns of one class; null where a column holds nothing. */
export interface StoredRow extends RowName {
  readonly values: Readonly<Record<string, Uint8Array | null>>;
}

/** Columns of one row. */
export interface RowColumns extends RowName {
  readonly columns: readonly string[];
}

/** What to do about one batch of rows. A pass is clean when no batch of it had anything under `rewrite` or `malformed`. */
export interface RotationBatch {
  /** Values under another key than the active one: to be decrypted and encrypted again. */
  readonly rewrite: readonly RowColumns[];
  /** Values that name no key: for a person to look at, since nothing can be retired before. */
  readonly malformed: readonly RowColumns[];
  /** Read on from rows after this one; undefined at the end of the pass. */
  readonly after: RowName | undefined;
}

/**
 * Decides which values of a batch are rewritten under the active key; decrypts nothing. A null column is left alone.
 *
 * @param activeKeyId the active key when the pass began, for all its batches.
 * @param rows the next rows in ascending order of id and version, at most `batchSize` of them; fewer mean that there are no more.
 * @throws CodedError `rotation_rows_unordered`, because a pass over rows in another order would miss some.
 */
export function planRotation(rows: readonly StoredRow[], activeKeyId: Uuid, batchSize: number): RotationBatch {
  if (rows.some((row, at) => !follows(row, rows[at - 1]))) throw new CodedError('rotation_rows_unordered');
  const columnsWhere = (wanted: (keyId: Uuid | undefined) => boolean): RowColumns[] =>
    rows
      .map(({ id, version, values }) => ({
        id,
        version,
        columns: Object.entries(values).flatMap(([column, value]) => (value && wanted(keyIdOf(value)) ? [column] : [])),
      }))
      .filter(({ columns }) => columns.length > 0);
  const last = rows.length < batchSize ? undefined : rows.at(-1);
  return {
    rewrite: columnsWhere((keyId) => keyId !== undefined && keyId !== activeKeyId),
    malformed: columnsWhere((keyId) => keyId === undefined),
    after: last && { id: last.id, version: last.version },
  };
}

function follows(row: RowName, before: RowName | undefined): boolean {
  return before === undefined || row.id > before.id || (row.id === before.id && row.version > before.version);
}

/**
 * The keys of a class that no value can name any more: those before the active one, after a clean pass that began when no instance could
 * still be writing with them.
 *
 * @param settleMs as of {@link activeKey}.
 */
export function keysToRetire(
  rowsOfClass: readonly KeyTurn[],
  cleanPassStartedAtMs: number,
  settleMs: number = KEY_SETTLE_MS,
): readonly Uuid[] {
  const active = activeKey(rowsOfClass, cleanPassStartedAtMs, settleMs);
  if (!active || cleanPassStartedAtMs - active.createdAtMs < 2 * settleMs) return [];
  const usable = usableInTurn(rowsOfClass);
  return usable.slice(0, usable.indexOf(active)).map(({ keyId }) => keyId);
}
