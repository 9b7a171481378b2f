import { createHash } from 'node:crypto';
import { CodedError } from './outcome';
import { parseUuid, type Uuid } from './uuid';

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
  const hex = createHash('sha256').update(`${auditId}:${n}`).digest('hex').slice(0, 32);
  const id = parseUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  // Thirty-two hexadecimal digits with hyphens are a UUID's spelling.
  if (!id) throw new CodedError('audit_event_number_invalid');
  return id;
}
