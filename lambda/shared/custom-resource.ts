import { parseResourceEvent, REQUEST_TYPES, type ResourceRequest } from './custom-resource-event';
import { createLog, type LogLine, type LogSink } from './log';
import { CodedError } from './outcome';
import { deliver, httpsPut, type PutTransport, type Sleep } from './put-response';
import { isRecord } from './record';
import type { SqlState } from './sql-state';

/** What an action ended in. `subject` names the thing at fault, such as a file of the bundle; `sqlState` goes to the log only. */
export type ActionOutcome<Code extends string> =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: Code; readonly subject?: string | undefined; readonly sqlState?: SqlState | undefined };

/** A custom resource whose function is the service token itself. */
export interface CustomResourceDefinition<Code extends string> {
  /** Identifies the resource for good: a different value would make CloudFormation delete the old one. */
  readonly physicalResourceId: string;
  /** Every code the action can fail with; a list typed `string[]` does not compile. */
  readonly failureCodes: readonly (string extends Code ? never : Code)[];
  /** Runs on Create and Update; must be safe to repeat. */
  readonly apply: (properties: Readonly<Record<string, unknown>>) => Promise<ActionOutcome<Code>>;
}

/** Effects of the protocol; the defaults are the real ones. */
export interface CustomResourceEffects {
  readonly put?: PutTransport;
  readonly sleep?: Sleep;
  readonly sink?: LogSink;
}

/** Failures of the protocol itself rather than of an action. */
const PROTOCOL_CODES = ['timed_out', 'internal_error'] as const;

type ProtocolCode = (typeof PROTOCOL_CODES)[number];

/** Time kept back for answering when the action does not end, in milliseconds. */
const ANSWER_RESERVE_MS = 20_000;

/** A name that may appear in a reason: no spaces, so no sentence of a database or an SDK fits. */
const SUBJECT = /^[A-Za-z0-9._-]{1,80}$/;

/**
 * Makes a Lambda handler that speaks CloudFormation's custom-resource protocol.
 *
 * Guarantees: one answer per request, SUCCESS or FAILED, also when the action throws or runs out of time; the same physical id in every
 * answer; a reason that is a stable code. Delete always succeeds and does nothing, because both resources built on this (migrated data, a
 * closed security group) must outlive their stack, and because a creation that failed is deleted too.
 *
 * @throws CodedError `custom_resource_event_malformed` when there is nothing that could be answered, and
 *   `custom_resource_answer_undelivered` when the answer could not be delivered, so that Lambda invokes again.
 */
export function customResource<Code extends string>(definition: CustomResourceDefinition<Code>, effects: CustomResourceEffects = {}) {
  const schema = {
    event: ['custom_resource'],
    requestId: 'uuid',
    requestType: REQUEST_TYPES,
    status: ['SUCCESS', 'FAILED'],
    code: [...definition.failureCodes, ...PROTOCOL_CODES],
    sqlState: 'sqlstate',
    attempts: 'number',
    delivered: 'boolean',
    durationMs: 'number',
  } as const;
  const log = createLog(schema, effects.sink);
  const put = effects.put ?? httpsPut();

  return async (event: unknown, context: unknown): Promise<void> => {
    const startedAt = performance.now();
    const request = parseResourceEvent(event);
    if (!request) throw new CodedError('custom_resource_event_malformed');
    const outcome = await perform(definition, request, remainingMs(context));
    const delivery = await deliver(request.responseUrl, answer(definition.physicalResourceId, request, outcome), put, effects.sleep);
    const failure = outcome.kind === 'failed' ? { code: outcome.code, sqlState: outcome.sqlState } : {};
    log({
      event: 'custom_resource',
      requestId: request.loggableId,
      requestType: request.type,
      status: outcome.kind === 'done' ? 'SUCCESS' : 'FAILED',
      attempts: delivery.attempts,
      delivered: delivery.kind === 'delivered',
      durationMs: Math.round(performance.now() - startedAt),
      ...failure,
      // The compiler cannot tell that a type parameter is a closed list; failureCodes refuses an open one, and log checks at run time.
    } as LogLine<typeof schema>);
    if (delivery.kind === 'undelivered') throw new CodedError('custom_resource_answer_undelivered');
  };
}

async function perform<Code extends string>(
  definition: CustomResourceDefinition<Code>,
  request: ResourceRequest,
  remaining: number,
): Promise<ActionOutcome<Code | ProtocolCode>> {
  if (request.type === 'Delete') return { kind: 'done' };
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<ActionOutcome<ProtocolCode>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'failed', code: 'timed_out' }), remaining - Math.min(ANSWER_RESERVE_MS, remaining / 2));
  });
  // Promise.resolve().then also turns a synchronous throw of the action into a rejection.
  const action = Promise.resolve().then(() => definition.apply(request.properties));
  try {
    return await Promise.race([action, outOfTime]);
  } catch {
    return { kind: 'failed', code: 'internal_error' };
  } finally {
    clearTimeout(timer);
  }
}

function answer(physicalResourceId: string, request: ResourceRequest, outcome: ActionOutcome<string>): string {
  return JSON.stringify({
    Status: outcome.kind === 'done' ? 'SUCCESS' : 'FAILED',
    ...(outcome.kind === 'failed' ? { Reason: reason(outcome.code, outcome.subject) } : {}),
    PhysicalResourceId: request.physicalResourceId ?? physicalResourceId,
    StackId: request.stackId,
    RequestId: request.requestId,
    LogicalResourceId: request.logicalResourceId,
  });
}

function reason(code: string, subject: string | undefined): string {
  return subject !== undefined && SUBJECT.test(subject) ? `${code}: ${subject}` : code;
}

/** Milliseconds left to the invocation; without a context, as in a direct call, a minute. */
function remainingMs(context: unknown): number {
  const remaining = isRecord(context) ? context['getRemainingTimeInMillis'] : undefined;
  const milliseconds = typeof remaining === 'function' ? Number(remaining.call(context)) : Number.NaN;
  return Number.isFinite(milliseconds) ? milliseconds : 60_000;
}
