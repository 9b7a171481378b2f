import { STATUS_CODES } from 'node:http';
import { REFUSALS, type RefusalCode } from '../lambda/records/refusals';
import { FIXED_HEADERS, header } from './openapi-parameters';
import { REFUSAL_TEXTS } from './openapi-refusals';
import type { JsonSchema, Reference, ResponseObject } from './openapi-types';

/** Every status that a refusal has, in ascending order. */
export const PROBLEM_STATUSES: readonly number[] = [...new Set(Object.values(REFUSALS))].sort((a, b) => a - b);

/** The codes of one status, in the order of the table. */
export function codesOf(status: number): readonly RefusalCode[] {
  // The keys of a constant are the names its type lists.
  return (Object.keys(REFUSALS) as RefusalCode[]).filter((code) => REFUSALS[code] === status);
}

/** The problem document (RFC 9457) of a status, with the codes that go with it. There is no `detail`: it would invite a value. */
export function problemSchema(status: number): JsonSchema {
  const properties = {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string', const: STATUS_CODES[status] },
    status: { type: 'integer', const: status },
    code: { type: 'string', enum: codesOf(status) },
    requestId: { $ref: '#/components/schemas/Id' },
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** The answer to a refusal of a status; what its codes mean stands in its description. */
export function problemResponse(status: number): ResponseObject {
  const [code] = codesOf(status);
  const value = { type: 'about:blank', title: STATUS_CODES[status], status, code, requestId: '5f0c2b9e-8a41-4d6b-9c37-1e2d3c4b5a69' };
  return {
    description: [`${STATUS_CODES[status]}.`, ...codesOf(status).map((each) => `- \`${each}\`: ${REFUSAL_TEXTS[each][0]}`)].join('\n'),
    headers: { ...FIXED_HEADERS, ...(status === 401 ? { 'www-authenticate': header('WwwAuthenticate') } : {}) },
    content: {
      'application/problem+json': { schema: { $ref: `#/components/schemas/Problem${status}` }, examples: { [String(code)]: { value } } },
    },
  };
}

/** A reference to {@link problemResponse}. */
export function problemReference(status: number): Reference {
  return { $ref: `#/components/responses/Problem${status}` };
}
