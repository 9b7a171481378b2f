import { createHash } from 'node:crypto';
import { CodedError } from './outcome';
import { parseUuid, type Uuid } from './uuid';

/**
 * The id of the n-th audit event of one answer, as `audit.event_id` of the database makes it: the first is the id that the caller logs, and
 * the others follow from it. So a log line with an id and a number names every event it stands for: 164.312(b).
 *
 * @param n counts from 1.
 * @throws CodedError `audit_number_invalid` for anything but a whole number from 1.
 */
export function auditEventId(auditId: Uuid, n: number): Uuid {
  if (!Number.isSafeInteger(n) || n < 1) throw new CodedError('audit_number_invalid');
  if (n === 1) return auditId;
  const hex = createHash('sha256').update(`${auditId}:${n}`).digest('hex').slice(0, 32);
  const id = parseUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  if (!id) throw new CodedError('audit_number_invalid');
  return id;
}
