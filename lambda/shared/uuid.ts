import { createHash, randomBytes, randomUUID } from 'node:crypto';

declare const uuidBrand: unique symbol;

/** A lower-case UUID that passed {@link parseUuid}; a plain string is not assignable, so free text cannot pose as an id. */
export type Uuid = string & { readonly [uuidBrand]: true };

const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Accepts exactly one spelling, lower case with hyphens, so that two spellings of one id can never be two records.
 *
 * @returns the value, branded, or undefined when it is anything else.
 */
export function parseUuid(value: unknown): Uuid | undefined {
  return typeof value === 'string' && PATTERN.test(value) ? (value as Uuid) : undefined;
}

/** A new random UUID (version 4), which tells nothing about when or where it was made. */
export function newUuid(): Uuid {
  // randomUUID writes exactly the accepted spelling.
  return randomUUID() as string as Uuid;
}

/**
 * A new UUID that sorts by when it was made (version 7 of RFC 9562, in milliseconds), for rows that are written in order of time and never
 * change: their unique index grows at its right edge. A random one changes a page anywhere in it, which PostgreSQL then logs whole.
 */
export function newTimeOrderedUuid(): Uuid {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return marked(bytes, 7);
}

/** The UUID (version 8) that some parts always have: the same for whoever computes it, and of no other parts. */
export function uuidOf(...parts: readonly (string | number)[]): Uuid {
  return marked(createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16), 8);
}

/**
 * The spelling of an id's bytes, as they are.
 *
 * @param bytes 16 of them.
 */
export function uuidOfBytes(bytes: Buffer): Uuid {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid;
}

/** With the version and the variant of RFC 9562 in their places. */
function marked(bytes: Buffer, version: 7 | 8): Uuid {
  bytes.writeUInt8((version << 4) | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return uuidOfBytes(bytes);
}
