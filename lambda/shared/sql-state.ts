declare const sqlStateBrand: unique symbol;

/** A five-character SQLSTATE: the only part of a database error that may be logged. */
export type SqlState = string & { readonly [sqlStateBrand]: true };

// Every SQLSTATE holds a digit; node's own five-letter codes, such as EPIPE, do not.
const PATTERN = /^(?=.*\d)[0-9A-Z]{5}$/;

/**
 * Narrows a value to a SQLSTATE.
 *
 * @returns undefined for anything that is not five upper-case letters and digits with at least one digit.
 */
export function parseSqlState(value: unknown): SqlState | undefined {
  return typeof value === 'string' && PATTERN.test(value) ? (value as SqlState) : undefined;
}

/**
 * Takes the SQLSTATE off a thrown value. Message, detail and hint stay behind: PostgreSQL quotes the failing row in them.
 *
 * @returns undefined when the value is not a database error.
 */
export function sqlStateOf(error: unknown): SqlState | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? parseSqlState(error.code) : undefined;
}
