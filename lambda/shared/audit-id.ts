import { createHash } from 'node:crypto';
import { CodedError } from './outcome';
import { uuidOfBytes, type Uuid } from './uuid';

/**
 * Id of the nth audit event of one answer, as `audit.event_id` of the database makes it: the first is the id that the caller logs, the
 * others follow from it, so that a log line and the number of its events name all of them: 164.312(b).
 *
 * @param n from 1.
 * @throws CodedError `audit_event_number_invalid` unless n is a whole number from 1.
 */
export function auditEventId(auditId: Uuid, n: number): Uuid {
  if (!Number.isSafeInteger(n) || n < 1) throw new CodedError('audit_event_number_invalid');
  if (n === 1) return auditId;
  return uuidOfBytes(createHash('sha256').update(`${auditId}:${n}`).digest().subarray(0, 16));
}
