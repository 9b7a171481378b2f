import { createLog, type LogLine, type LogSink } from '../shared/log';
import { KEYS_UNREADABLE_EVENT, ROLES } from './contract';
import { REFUSALS, type RefusalCode } from './refusals';
import { ROUTES } from './routes';

const SCHEMA = {
  event: ['request', KEYS_UNREADABLE_EVENT],
  requestId: 'uuid',
  route: ROUTES.map(({ name }) => name),
  status: 'number',
  code: ['ok', ...(Object.keys(REFUSALS) as RefusalCode[])],
  durationMs: 'number',
  role: ROLES,
  sub: 'uuid',
} as const;

/** One line of the records service. */
export type RequestLogLine = LogLine<typeof SCHEMA>;

/**
 * The log of the records service: 164.312(b). One `request` line per request, with ids, codes and figures; there is no field for a path,
 * a query, a header, a body or an error, so none can be logged.
 */
export function createRequestLog(sink?: LogSink): (line: RequestLogLine) => void {
  return createLog(SCHEMA, sink);
}
