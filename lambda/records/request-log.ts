import { createLog, type LogLine, type LogSink } from '../shared/log';
import { AUDIT_UNAVAILABLE_EVENT, KEYS_UNREADABLE_EVENT, ROLES } from './contract';
import { REFUSALS, type RefusalCode } from './refusals';
import { ROUTES } from './routes';

const SCHEMA = {
  event: ['request', KEYS_UNREADABLE_EVENT, AUDIT_UNAVAILABLE_EVENT],
  requestId: 'uuid',
  route: ROUTES.map(({ name }) => name),
  status: 'number',
  code: ['ok', ...(Object.keys(REFUSALS) as RefusalCode[])],
  durationMs: 'number',
  role: ROLES,
  sub: 'uuid',
  auditId: 'uuid',
  auditEvents: 'number',
} as const;

/** One line of the records service. */
export type RequestLogLine = LogLine<typeof SCHEMA>;

/**
 * The log of the records service: 164.312(b). One `request` line per request, with ids, codes and figures; there is no field for a path,
 * a query, a header, a body or an error, so none can be logged. `auditId` and `auditEvents` name every audit event of the request, so that
 * the log is an independent witness of the trail.
 */
export function createRequestLog(sink?: LogSink): (line: RequestLogLine) => void {
  return createLog(SCHEMA, sink);
}
