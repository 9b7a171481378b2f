import { STATUS_CODES } from 'node:http';
import type { Uuid } from '../shared/uuid';
import { REFUSALS, type RefusalCode } from './refusals';
import { respond, type Response, type ResponseHeaders } from './respond';

const CHALLENGE: ResponseHeaders = { 'www-authenticate': ['Bearer'] };

/**
 * A problem document (RFC 9457) for a refusal: status, stable code, request id. There is no `detail` and no `instance`, since both invite a
 * value of the request into the answer; the type is `about:blank`, as the code says what there is to say.
 */
export function problem(code: RefusalCode, requestId: Uuid): Response {
  const status = REFUSALS[code];
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, code, requestId };
  return respond(status, body, { 'content-type': ['application/problem+json'], ...(status === 401 ? CHALLENGE : {}) });
}
