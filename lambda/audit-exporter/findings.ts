/** What verification can find; stable codes. */
export const FINDING_CODES = [
  /** The first line is no header of a batch, or the file has none. */
  'header_malformed',
  /** The file says that it is another batch than its name does. */
  'name_mismatch',
  /** The last line has no end, or the bytes are no text. */
  'truncated',
  /** The number of lines is not the one that was signed. */
  'count_mismatch',
  /** A line is no canonical event. */
  'line_malformed',
  /** Header or lines are not what was digested. */
  'digest_mismatch',
  /** None of the given keys made this signature, although it names one of them. */
  'signature_invalid',
  /** The batch names a key that was not given. */
  'key_unknown',
  /** An event stands before or beside one of its own or a later number. */
  'seq_out_of_order',
  /** An event's transaction is not in the batch's window. */
  'event_outside_window',
  /** The batch does not cite the digest of the one before it. */
  'chain_broken',
  /** The window does not begin where the one before it ended. */
  'window_gap',
  /** Batches that must have been there are not. */
  'batch_missing',
  /** The newest batch is too old: the end is missing, or nothing is exported. */
  'heartbeat_late',
  /** A file that is no batch. */
  'unknown_file',
  /** A file too large to be a batch. */
  'batch_too_large',
  /** Somebody wrote over the name. */
  'several_versions',
  /** Somebody deleted the name; what was there is still there. */
  'delete_marker',
  /** Nothing keeps the object from being deleted. */
  'retention_missing',
  /** The service logged an answer whose event is in no batch. */
  'logged_not_exported',
  /** A batch holds an event of which the service logged no answer. */
  'exported_not_logged',
] as const;

/** One of {@link FINDING_CODES}. */
export type FindingCode = (typeof FINDING_CODES)[number];

/** One thing that is not as it should be. Names, digests and numbers; never a value of an event. */
export interface Finding {
  readonly code: FindingCode;
  /** Name of the batch, or of the file or epoch that it is about. */
  readonly batch: string;
  readonly expected: string;
  readonly found: string;
}

/** Makes findings about one name. */
export function findingsOf(batch: string): (code: FindingCode, expected: string | number, found: string | number) => Finding {
  return (code, expected, found) => ({ code, batch, expected: String(expected), found: String(found) });
}
