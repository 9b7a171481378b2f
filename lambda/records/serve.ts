import { assertNever } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { newTimeOrderedUuid, newUuid, parseUuid, type Uuid } from '../shared/uuid';
import { answerSchema } from './answers';
import { RequestAudit, type OperationOutcome, type Tools } from './call';
import type { Principal } from './claims';
import { AUDIT_UNAVAILABLE_EVENT } from './contract';
import { decideAccess } from './decide-access';
import { recordDenial } from './denials';
import { clientIpOf, readRequest } from './edge';
import { matchRoute } from './match-route';
import type { Operations } from './operations/table';
import { problem } from './problem';
import { readCall } from './read-call';
import { refuse, type Refused } from './refusals';
import type { RequestLogLine } from './request-log';
import { respond, type Response } from './respond';
import { ROUTES, type Route, type RouteName } from './routes';
import type { TokenVerifier } from './token';

/** What the service is made of. */
export interface ServiceParts {
  readonly tokens: TokenVerifier;
  readonly operations: Operations;
  readonly tools: Tools;
  readonly log: (line: RequestLogLine) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What became known of a request on the way: for its audit row and its log line. */
interface Known {
  readonly requestId: Uuid;
  readonly audit: RequestAudit;
  clientIp?: string | undefined;
  principal?: Principal;
  route?: Route & { readonly name: RouteName };
  ids: ReadonlyMap<string, Uuid>;
}

/**
 * Builds the request path: edge, token, route, role, shape, operation, answer, one log line. The token is checked before the route, so that
 * without one nobody learns which routes exist. A refusal that no statement recorded is recorded here, and if that fails the answer is
 * 503: no request ends without its audit row, 164.312(b). Never rejects and never answers with an error's text: what is not foreseen is 500
 * `internal_error`.
 */
export function createService(parts: ServiceParts): (event: unknown, context: unknown) => Promise<Response> {
  return async (event, context) => {
    const startedAt = performance.now();
    const known: Known = { requestId: readRequestId(context), audit: new RequestAudit(newTimeOrderedUuid()), ids: new Map() };
    const decided = await decide(parts, event, known).catch(() => refuse('internal_error'));
    const outcome = decided.kind === 'refused' ? await settle(parts, known, decided) : decided;
    const answer = toResponse(outcome, known);
    parts.log({
      event: 'request',
      requestId: known.requestId,
      route: known.route?.name,
      status: answer.statusCode,
      code: outcome.kind === 'refused' ? outcome.code : 'ok',
      durationMs: Math.round(performance.now() - startedAt),
      role: known.principal?.role,
      sub: known.principal?.sub,
      auditId: known.audit.id,
      auditEvents: known.audit.count,
    });
    return answer;
  };
}

async function decide({ tokens, operations, tools, now }: ServiceParts, event: unknown, known: Known): Promise<OperationOutcome> {
  const nowMs = now();
  const edge = readRequest(event);
  if (edge.kind === 'refused') {
    known.clientIp = clientIpOf(event);
    return edge;
  }
  const { request } = edge;
  known.clientIp = request.clientIp;
  const token = await tokens.verify(request.headers.get('authorization'), nowMs);
  if (token.kind === 'refused') return token;
  const { principal } = token;
  known.principal = principal;
  const match = matchRoute(ROUTES, request.method, request.path);
  if (!match) return refuse('not_found');
  const { route, ids } = match;
  known.route = route;
  known.ids = ids;
  const access = decideAccess(principal.role, route);
  if (access.kind === 'deny') return refuse(access.code);
  const read = readCall(request, route, principal.role);
  if (read.kind === 'refused') return read;
  const { body, version, idempotencyKey } = read;
  const { requestId, audit } = known;
  const outcome = await operations[route.name](
    { route: route.name, principal, ids, query: request.query, body, version, idempotencyKey, requestId, clientIp: request.clientIp, audit, nowMs },
    tools,
  );
  // The answer was built from the role's fields alone; this is the second look, and it cannot be skipped for one route.
  if (outcome.kind === 'answer' && !answerSchema(route.name, principal.role).safeParse(outcome.body).success) return refuse('internal_error');
  return outcome;
}

/** Sees to the audit row of a refusal. A database that just failed to answer is not asked again. */
async function settle({ tools, log }: ServiceParts, known: Known, refused: Refused): Promise<Refused> {
  if (refused.recorded) return refused;
  const { requestId, audit, clientIp, principal, route, ids } = known;
  const isDown = refused.code === 'database_unavailable';
  if (!isDown && (await recordDenial(tools.database, { audit, requestId, clientIp, principal, route, ids }, refused.code))) return refused;
  log({ event: AUDIT_UNAVAILABLE_EVENT, requestId, code: refused.code });
  return isDown ? refused : refuse('audit_unavailable');
}

function toResponse(outcome: OperationOutcome, { requestId, route }: Known): Response {
  switch (outcome.kind) {
    case 'answer':
      return respond(
        statusOf(route, outcome.body),
        outcome.body,
        outcome.version === undefined ? {} : { etag: [`"${outcome.version}"`] },
      );
    case 'refused':
      return problem(outcome.code, requestId);
    default:
      return assertNever(outcome);
  }
}

/** A PUT that made something says so. */
function statusOf(route: Route | undefined, body: Readonly<Record<string, unknown>>): number {
  return body['created'] === true ? 201 : (route?.status ?? 200);
}

/** Lambda's own id of the invocation, so that this line and the platform's can be joined; never one that came with the request. */
function readRequestId(context: unknown): Uuid {
  return (isRecord(context) ? parseUuid(context['awsRequestId']) : undefined) ?? newUuid();
}
