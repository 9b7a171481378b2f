import { assertNever } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { newUuid, parseUuid, type Uuid } from '../shared/uuid';
import type { Principal } from './claims';
import { readRequest, type Request } from './edge';
import type { OperationOutcome, Operations } from './operations';
import { problem } from './problem';
import { refuse, type Refused } from './refusals';
import type { RequestLogLine } from './request-log';
import { respond, type Response } from './respond';
import { matchRoute, ROUTES, type RouteName } from './routes';
import type { TokenVerifier } from './token';

/** What the service is made of. */
export interface ServiceParts {
  readonly tokens: TokenVerifier;
  readonly operations: Operations;
  readonly log: (line: RequestLogLine) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What became known of a request on the way, for the log. */
interface Known {
  principal?: Principal;
  route?: RouteName;
}

/**
 * Builds the request path: edge, token, route, operation, answer, one log line. The token is checked before the route, so that without one
 * nobody learns which routes exist. Never rejects and never answers with an error's text: what is not foreseen is 500 `internal_error`.
 */
export function createService(parts: ServiceParts): (event: unknown, context: unknown) => Promise<Response> {
  return async (event, context) => {
    const startedAt = performance.now();
    const requestId = readRequestId(context);
    const known: Known = {};
    const outcome = await decide(parts, event, known).catch(() => refuse('internal_error'));
    const answer = toResponse(outcome, requestId);
    parts.log({
      event: 'request',
      requestId,
      route: known.route,
      status: answer.statusCode,
      code: outcome.kind === 'refused' ? outcome.code : 'ok',
      durationMs: Math.round(performance.now() - startedAt),
      role: known.principal?.role,
      sub: known.principal?.sub,
    });
    return answer;
  };
}

async function decide(parts: ServiceParts, event: unknown, known: Known): Promise<OperationOutcome> {
  const edge = readRequest(event);
  if (edge.kind === 'refused') return edge;
  const { request } = edge;
  const token = await parts.tokens.verify(request.headers.get('authorization'), parts.now());
  if (token.kind === 'refused') return token;
  known.principal = token.principal;
  const match = matchRoute(ROUTES, request.method, request.path);
  if (!match) return refuse('not_found');
  known.route = match.route.name;
  const fault = checkShape(request, match.route);
  return fault ?? parts.operations[match.route.name]({ request, principal: token.principal, ids: match.ids });
}

function toResponse(outcome: OperationOutcome, requestId: Uuid): Response {
  switch (outcome.kind) {
    case 'answer':
      return respond(outcome.status, outcome.body);
    case 'refused':
      return problem(outcome.code, requestId);
    default:
      return assertNever(outcome);
  }
}

function checkShape(request: Request, route: { readonly query: readonly string[]; readonly body: 'none' | 'json' }): Refused | undefined {
  if ([...request.query.keys()].some((key) => !route.query.includes(key))) return refuse('query_unknown_key');
  return route.body === 'none' && request.body ? refuse('body_not_allowed') : undefined;
}

/** Lambda's own id of the invocation, so that this line and the platform's can be joined; never one that came with the request. */
function readRequestId(context: unknown): Uuid {
  return (isRecord(context) ? parseUuid(context['awsRequestId']) : undefined) ?? newUuid();
}
