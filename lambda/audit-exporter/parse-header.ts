import { isRecord } from '../shared/record';
import { parseUuid } from '../shared/uuid';
import { BATCH_FORMAT, headerLine, SIGNING_ALGORITHMS, type BatchHeader } from './batch';
import { parseJson, UTC_TIME, WHOLE_NUMBER } from './event-line';

const DIGEST = /^[0-9a-f]{64}$/;
/** No newline and no other control character, so that members cannot run into each other where they are digested. */
const KEY_ID = /^[\x21-\x7e]{1,2048}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads the first line of a batch.
 *
 * @returns undefined unless every member is there in its spelling and the line is exactly the one that `headerLine` writes for it.
 */
export function parseHeaderLine(line: string): BatchHeader | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const text = (name: string, pattern: RegExp): string | undefined => {
    const member = value[name];
    return typeof member === 'string' && pattern.test(member) ? member : undefined;
  };
  const n = value['n'];
  const header = {
    format: value['format'] === BATCH_FORMAT ? BATCH_FORMAT : undefined,
    epoch: parseUuid(value['epoch']),
    no: text('no', WHOLE_NUMBER),
    from_xid: text('from_xid', WHOLE_NUMBER),
    to_xid: text('to_xid', WHOLE_NUMBER),
    planned_at: text('planned_at', UTC_TIME),
    prev: text('prev', DIGEST),
    n: typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 ? n : undefined,
    digest: text('digest', DIGEST),
    algorithm: SIGNING_ALGORITHMS.find((known) => known === value['algorithm']),
    key_id: text('key_id', KEY_ID),
    signature: text('signature', BASE64),
  };
  if (Object.values(header).includes(undefined) || Number.isNaN(Date.parse(header.planned_at ?? ''))) return undefined;
  // Several texts can stand for the same bytes in base64; one is written.
  const signature = header.signature ?? '';
  if (Buffer.from(signature, 'base64').toString('base64') !== signature) return undefined;
  const whole = header as BatchHeader; // No member is undefined, as was just seen.
  return headerLine(whole) === line ? whole : undefined;
}
