import { randomUUID } from 'node:crypto';

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
