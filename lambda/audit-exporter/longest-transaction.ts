/**
 * Longer than any transaction lasts, in milliseconds. A batch ends at the oldest transaction that is still running, so what committed long
 * before a batch was planned may be in a later one; after this, nothing is. Each login's own limit is well below it.
 */
export const LONGEST_TRANSACTION_MS = 3_600_000;
