import { parseUuid, type Uuid } from '../shared/uuid';
import { bodySchema } from './bodies';
import type { Role } from './contract';
import type { Request } from './edge';
import { refuse, type Refused } from './refusals';
import type { Route, RouteName } from './routes';
import type { JsonObject } from './strict-json';

/** What a route reads of a request, checked for the caller's role. */
export interface ReadCall {
  readonly kind: 'read';
  readonly body: JsonObject;
  readonly version: number | undefined;
  readonly idempotencyKey: Uuid | undefined;
}

/** A strong entity tag that is a version. `*` and a list of tags would each mean "whatever there is". */
const IF_MATCH = /^"([1-9]\d{0,8})"$/;

/**
 * Checks query, body, `If-Match` and `Idempotency-Key` against the route: 164.312(c)(1). Whatever the route or the role has no use for is
 * refused, so that nobody believes it was heeded. Pure; which value it was, a refusal does not say.
 */
export function readCall(request: Request, route: Route & { readonly name: RouteName }, role: Role): ReadCall | Refused {
  if ([...request.query.keys()].some((key) => !route.query.includes(key))) return refuse('query_unknown_key');
  const version = readVersion(request.headers.get('if-match'), route.ifMatch);
  if (version !== undefined && typeof version !== 'number') return version;
  const key = readKey(request.headers.get('idempotency-key'), route.idempotent);
  if (key !== undefined && typeof key !== 'string') return key;
  const body = readBodyOf(request, route, role);
  return body.kind === 'refused' ? body : { kind: 'read', body: body.value, version, idempotencyKey: key };
}

function readVersion(header: string | undefined, ifMatch: Route['ifMatch']): number | Refused | undefined {
  if (header === undefined) return ifMatch === 'required' ? refuse('if_match_missing') : undefined;
  if (ifMatch === 'none') return refuse('if_match_not_allowed');
  const version = IF_MATCH.exec(header)?.[1];
  return version === undefined ? refuse('if_match_malformed') : Number(version);
}

function readKey(header: string | undefined, isIdempotent: boolean): Uuid | Refused | undefined {
  if (header === undefined) return undefined;
  if (!isIdempotent) return refuse('idempotency_key_not_allowed');
  return parseUuid(header) ?? refuse('idempotency_key_malformed');
}

type BodyOf = { readonly kind: 'body'; readonly value: JsonObject } | Refused;

function readBodyOf(request: Request, route: Route & { readonly name: RouteName }, role: Role): BodyOf {
  const schema = bodySchema(route.name, role);
  if (!schema) return request.body ? refuse('body_not_allowed') : { kind: 'body', value: {} };
  if (!request.body) return refuse('body_missing');
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return { kind: 'body', value: parsed.data };
  return refuse(parsed.error.issues.some(({ code }) => code === 'unrecognized_keys') ? 'body_unknown_key' : 'body_value');
}
