import { isRecord } from '../shared/record';
import type { DataEvent } from './scope';

/** Where the API keeps objects: `documents/<id>` and `recordings/<id>`. */
const OBJECT_KEY = /^(?:documents|recordings)\/([^/]+)$/;

/**
 * The reads of objects in one file of CloudTrail, those that were refused left out: what was fetched, where the audit trail says only that
 * an address was handed out. 164.402(2)(iii).
 *
 * @param file the parsed JSON of a log file.
 * @param bucket whose objects count; every bucket's unless given.
 */
export function dataEventsOf(file: unknown, bucket?: string): readonly DataEvent[] {
  const records = isRecord(file) && Array.isArray(file['Records']) ? (file['Records'] as unknown[]) : [];
  return records.filter(isRecord).flatMap((event): DataEvent[] => {
    const parameters = isRecord(event['requestParameters']) ? event['requestParameters'] : {};
    const [, object] = OBJECT_KEY.exec(String(parameters['key'])) ?? [];
    const isRead = event['eventSource'] === 's3.amazonaws.com' && event['eventName'] === 'GetObject' && event['errorCode'] === undefined;
    const isHere = bucket === undefined || parameters['bucketName'] === bucket;
    return isRead && isHere && object !== undefined ? [{ at: String(event['eventTime']), object }] : [];
  });
}
