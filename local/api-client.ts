import { isRecord } from '../lambda/shared/record';
import type { Issuer } from './issuer';
import type { Person } from './people';

/** A JSON object of an answer. */
export type Body = Readonly<Record<string, unknown>>;

/** Calls the service as somebody. */
export type Call = (person: Person, method: string, path: string, body?: Body, headers?: Readonly<Record<string, string>>) => Promise<Body>;

/**
 * A client of the running service, with tokens of its issuer: over the wire like any other.
 *
 * @throws Error from the returned function, with the status and the code of the problem, unless the answer is a success.
 */
export function apiClient(url: string, issuer: Issuer, now: () => number): Call {
  return async ({ sub, role }, method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${issuer.token(sub, role, now())}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!isRecord(answer)) throw new Error(`${method} ${path} was answered with something else than an object.`);
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${String(answer['code'])}.`);
    return answer;
  };
}

/**
 * A text member of an answer.
 *
 * @throws Error when there is none.
 */
export function textOf(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`The answer has no ${name}.`);
  return value;
}
