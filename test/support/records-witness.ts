import { auditEventId } from '../../lambda/shared/audit-id';
import { parseUuid } from '../../lambda/shared/uuid';
import type { Answer, RecordsApi } from './records-api';
import type { Row } from './sql-service';
import type { Actor } from './sql-world';

/** What is expected of an answer. `body` is compared exactly; headers that every answer has are checked besides. */
export interface Expected {
  readonly status: number;
  readonly body: unknown;
  /** @default no `etag` */
  readonly etag?: string;
  readonly actor: Actor;
  /** Each event in order: `type action outcome resource`, and whatever else is worth comparing; what is left out is null. */
  readonly events: readonly ExpectedEvent[];
}

/** One event, short. */
export interface ExpectedEvent {
  /** `phi.access R success patient` */
  readonly what: string;
  readonly record?: string | null;
  readonly patient?: string | null;
  readonly purpose: string;
  readonly emergency?: boolean;
  readonly fields?: readonly string[];
  readonly reason?: string;
}

const ACCESS_HEADERS = {
  'cache-control': ['no-store'],
  'x-content-type-options': ['nosniff'],
  'strict-transport-security': ['max-age=63072000; includeSubDomains'],
};

/** One event of the trail in the words of {@link ExpectedEvent}, with nothing left out. */
export function shortEvent(event: Row): Required<ExpectedEvent> & { readonly actor: unknown; readonly ip: unknown } {
  const { event_type, action, outcome, resource_type, resource_id, patient_id, purpose, emergency, fields, reason, actor_id, actor_role, ip } = event;
  return {
    what: [event_type, action, outcome, resource_type].join(' '),
    record: resource_id as string | null,
    patient: patient_id as string | null,
    purpose: purpose as string,
    emergency: emergency as boolean,
    fields: (fields ?? []) as string[],
    reason: String(reason),
    actor: [actor_id, actor_role],
    ip,
  };
}

/** Status, exact body, headers, audit events and log line of one request. */
export function expectAnswer(api: RecordsApi, answer: Answer, { status, body, etag, actor, events }: Expected): void {
  expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
  const type = status < 300 ? 'application/json' : 'application/problem+json';
  expect(answer.headers).toEqual({ 'content-type': [type], ...(etag === undefined ? {} : { etag: [etag] }), ...ACCESS_HEADERS });
  expect(answer.events.map(shortEvent)).toEqual(
    events.map((event) => ({
      ...{ record: null, patient: null, emergency: false, fields: [], reason: 'null' },
      ...event,
      actor: [actor.sub, actor.role],
      ip: '203.0.113.7',
    })),
  );
  expectWitnessed(api, answer);
}

/** The log line of a request names exactly the events that the trail has of it: the two are witnesses of each other. */
export function expectWitnessed(api: RecordsApi, answer: Answer): void {
  const requestId = answer.events[0]?.['request_id'];
  const lines = api.log.parsed().filter((line) => line['requestId'] === requestId);
  expect(lines).toHaveLength(1);
  const [line = {}] = lines;
  const auditId = parseUuid(line['auditId']);
  if (!auditId) throw new Error('The log line has no audit id.');
  const named = Array.from({ length: Number(line['auditEvents']) }, (_, index) => auditEventId(auditId, index + 1));
  expect(named).toEqual(answer.events.map(({ id }) => id));
  const code = answer.status < 300 ? 'ok' : answer.body['code'];
  expect({ status: line['status'], code: line['code'] }).toEqual({ status: answer.status, code });
}

/** A refusal's body; the request id is the one of its audit row. */
export function problemOf(answer: Answer, status: number, code: string): unknown {
  const titles: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
    500: 'Internal Server Error',
    503: 'Service Unavailable',
  };
  return { type: 'about:blank', title: titles[status], status, code, requestId: answer.events[0]?.['request_id'] };
}

/** An answer without what differs from request to request: what an attacker could tell two refusals apart by. */
export function visible({ status, body, headers, raw }: Answer): unknown {
  return { status, body: { ...body, requestId: 'any' }, headers, size: raw.length };
}

/** A refusal: its problem document, and one audit row that says why. */
export function expectRefused(
  api: RecordsApi,
  answer: Answer,
  { status, code, actor, event }: { readonly status: number; readonly code: string; readonly actor: Actor; readonly event: ExpectedEvent },
): void {
  expectAnswer(api, answer, { status, body: problemOf(answer, status, code), actor, events: [event] });
}
