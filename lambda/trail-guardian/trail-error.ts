/** Why a trail or its files could not be looked at; stable codes. */
export const TRAIL_ERROR_CODES = [
  'credentials_missing',
  'credentials_refused',
  'access_denied',
  'account_other',
  'throttled',
  'unreachable',
  'unreadable',
] as const;

/** One of {@link TRAIL_ERROR_CODES}. */
export type TrailErrorCode = (typeof TRAIL_ERROR_CODES)[number];

/** Nothing could be judged: what, and what to do about it, in a sentence for the person who asked. Names only. */
export class TrailError extends Error {
  override readonly name = 'TrailError';

  constructor(
    readonly code: TrailErrorCode,
    message: string,
  ) {
    super(message);
  }
}
