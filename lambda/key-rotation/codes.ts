import { KEY_FAILURES } from '../records/ports';
import { CONNECTION_FAILURES } from '../shared/instance-connection';
import { CodedError } from '../shared/outcome';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import { ROTATION_MALFORMED_CODE } from './contract';

/** Why a run failed. Nothing is lost: the next one goes on where it stopped. */
export const ROTATION_FAILURES = [
  ...KEY_FAILURES,
  /** Every key of the class is retired, or the list of them could not be read. */
  'key_missing',
  'key_list_unavailable',
  /** The database took the new key for invalid or for one it has. */
  'key_refused',
  /** The database did not take a batch: a value named another key than the pass's, was added or was gone. */
  'rewrite_refused',
  /** The database handed rows over in another order or shape: a fault of ours. */
  'rotation_rows_unordered',
  'rotation_row_malformed',
  /** A statement failed; the SQLSTATE says how. */
  'database_failed',
  ...CONNECTION_FAILURES,
  /** Neither `{}` nor `{"rotate": true}`. */
  'rotation_request_malformed',
  'internal_error',
] as const;

/** One of {@link ROTATION_FAILURES}. */
export type RotationFailure = (typeof ROTATION_FAILURES)[number];

/** What a step can say without having failed. */
export const ROTATION_NOTES = [
  'ok',
  /** Values name no key, or one that does not open them: somebody has to look, and nothing is retired before. */
  ROTATION_MALFORMED_CODE,
  /** Another run is at it. */
  'rotation_busy',
  /** No time left: the next run goes on from here. */
  'rotation_paused',
  /** Another run added a key first. */
  'key_stale',
  /** A value may still name the key; another pass is due. */
  'retire_refused',
] as const;

/** The code of a step. */
export type RotationCode = RotationFailure | (typeof ROTATION_NOTES)[number];

/** Tells a failure from a note. */
export function isFailure(code: RotationCode): code is RotationFailure {
  return ROTATION_FAILURES.some((failure) => failure === code);
}

/** Reduces what was thrown to a code, and to the SQLSTATE where the database threw it. */
export function failureOf(error: unknown): { readonly code: RotationFailure; readonly sqlState?: SqlState | undefined } {
  const thrown: unknown = error instanceof CodedError ? error.code : undefined;
  const code = ROTATION_FAILURES.find((failure) => failure === thrown);
  if (code) return { code };
  // The driver's own errors carry no mark: a broken connection is one without a code. A fault of ours is of the language's kinds.
  const isOurs = error instanceof CodedError || error instanceof TypeError || error instanceof RangeError;
  return isOurs ? { code: 'internal_error' } : { code: 'database_failed', sqlState: sqlStateOf(error) };
}
