const MINUTE_MS = 60_000;

/** Length of an hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;

/**
 * How old the newest log file of the home Region may be. CloudTrail delivers about every five minutes where something happens, and
 * something does: the guardian itself calls APIs every half hour.
 */
export const MAX_DELIVERY_AGE_MS = 2 * HOUR_MS;

/** How old the newest digest of a Region may be: one an hour, whether something happened or not, delivered within the next. */
export const MAX_DIGEST_AGE_MS = 3 * HOUR_MS;

/** What a scheduled run looks back over, and a command that is not told otherwise. */
export const DAY_MS = 24 * HOUR_MS;

/** How often logging is started again, within which time: whoever stops it more often is contained by people, not by a loop. */
export const MAX_RESTARTS = 3;

/** See {@link MAX_RESTARTS}. */
export const RESTART_WINDOW_MS = 10 * MINUTE_MS;

/** Uncompressed bytes of a digest; an hour with ten thousand log files is far below it. */
export const MAX_DIGEST_BYTES = 64 * 1_024 * 1_024;

/** Log files that are hashed at the same time, and so, with their buffers, what a run holds of them. */
export const LOGS_AT_ONCE = 8;
