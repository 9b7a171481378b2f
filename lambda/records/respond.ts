import { STATUS_CODES } from 'node:http';

/** Header names with their values. */
export type ResponseHeaders = Readonly<Record<string, readonly string[]>>;

/** An answer to the load balancer. With multi-value headers on, it reads `multiValueHeaders` and ignores `headers`. */
export interface Response {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly isBase64Encoded: false;
  readonly multiValueHeaders: ResponseHeaders;
  readonly body: string;
}

// Nothing between function and client may keep or reinterpret an answer. Last in the spread below, so that no caller can loosen them.
const FIXED_HEADERS = {
  'cache-control': ['no-store'],
  'x-content-type-options': ['nosniff'],
  'strict-transport-security': ['max-age=63072000; includeSubDomains'],
} as const satisfies ResponseHeaders;

/** Builds an answer with a JSON body. */
export function respond(status: number, body: object, headers: ResponseHeaders = {}): Response {
  return {
    statusCode: status,
    statusDescription: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    isBase64Encoded: false,
    multiValueHeaders: { 'content-type': ['application/json'], ...headers, ...FIXED_HEADERS },
    body: JSON.stringify(body),
  };
}
