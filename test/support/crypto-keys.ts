import { inspect } from 'node:util';
import { DataKey, KeyRing, type ClassKeys } from '../../lambda/records/field-crypto';
import type { DataKeyRow } from '../../lambda/records/data-keys';
import type { KeyClass, KeyFailure, KeyProvider } from '../../lambda/records/ports';
import { CodedError } from '../../lambda/shared/outcome';
import { parseUuid, type Uuid } from '../../lambda/shared/uuid';

/** A distinct id per number, recognisable in a dump. */
export function idOf(number: number): Uuid {
  const id = parseUuid(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`);
  if (!id) throw new Error('not an id');
  return id;
}

/** A distinct key per number. */
export function bytesOf(number: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => (number * 31 + at) % 256);
}

/** The bytes again and again, each time with another bit of them changed. */
export function everyBitFlip(bytes: Uint8Array): readonly Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  });
}

/** A ring of fixed keys: per class its key numbers, of which the last is the active one. */
export function ringOf(numbers: Partial<Record<KeyClass, readonly number[]>>): KeyRing {
  const classes = new Map<KeyClass, ClassKeys>();
  for (const [name, ofClass] of Object.entries(numbers)) {
    const keyClass = name as KeyClass;
    const all = new Map(ofClass.map((number) => [idOf(number), new DataKey({ keyId: idOf(number), keyClass }, bytesOf(number))]));
    const active = [...all.values()].at(-1);
    if (active) classes.set(keyClass, { active, all });
  }
  return new KeyRing(classes);
}

/** A row of the list of keys whose wrapped form is its own key, for {@link fakeProvider}. */
export function rowOf(number: number, keyClass: KeyClass, createdAtMs: number, retiredAtMs?: number): DataKeyRow {
  return { keyId: idOf(number), keyClass, wrapped: bytesOf(number), createdAtMs, retiredAtMs };
}

/** A provider that wraps nothing, hands out memory that the test keeps sight of, and can be made to fail. */
export function fakeProvider() {
  const handedOut: Uint8Array[] = [];
  let failure: Error | undefined;
  const unwrap = jest.fn(async ({ wrapped }: { readonly wrapped: Uint8Array }) => {
    await Promise.resolve();
    if (failure) throw failure;
    const bytes = Uint8Array.from(wrapped);
    handedOut.push(bytes);
    return bytes;
  });
  const provider: KeyProvider = { unwrap, generate: () => Promise.reject(new CodedError<KeyFailure>('key_access_denied')) };
  return { provider, unwrap, handedOut, fail: (error: Error | undefined) => void (failure = error) };
}

/** Everything that a log, a console or a report could make of a thrown value or an object. */
export function everythingOf(value: unknown): string {
  const own = value instanceof Error ? [value.message, value.stack, String(value), value.cause] : [];
  const whole = inspect(value, { depth: 20, showHidden: true, getters: true });
  // On one line, so that bytes read the same whether or not they were set one below the other.
  return [...own.map((part) => inspect(part)), whole, JSON.stringify(value)].join('\n').replace(/\s+/g, ' ');
}

/** What a call throws or rejects with. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
