import { IncidentError } from '../incident/incident-error';
import { TOPIC_FAILURES } from '../incident/ports';
import { createLog, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { INCIDENT_COORDINATOR_EVENT } from './contract';
import { coordinate, OUTCOMES, type Coordinated, type Coordination } from './coordinate';
import { parseMessage } from './message';
import { WORKFLOW_FAILURES } from './ports';

/** Every way in which one message can fail. */
const FAILURES = [
  ...TOPIC_FAILURES,
  ...WORKFLOW_FAILURES,
  'store_denied',
  'store_unavailable',
  'message_malformed',
  'record_refused',
  'turn_contended',
  'entry_contended',
  'internal_error',
] as const;

/** Messages to be delivered again, as Lambda reads it. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Makes the handler of the coordinator: 164.308(a)(6)(ii). Each message of a batch is handled by itself, in order; one that fails is
 * delivered again, and after some tries stands in the dead-letter queue. One log line for each, without a word of the event.
 *
 * @throws CodedError `batch_malformed` for anything but a batch of a queue: then the whole of it is delivered again.
 */
export function createCoordinator(coordination: Coordination, sink?: LogSink): (event: unknown) => Promise<BatchAnswer> {
  const log = createLog(
    { event: [INCIDENT_COORDINATOR_EVENT], outcome: [...OUTCOMES, 'failed'], code: FAILURES, incident: 'uuid', durationMs: 'number' },
    sink,
  );
  return async (event) => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { body, messageId } of messagesOf(event)) {
      const startedMs = coordination.now();
      const result = await coordinated(body, coordination);
      if (result.outcome === 'failed') batchItemFailures.push({ itemIdentifier: messageId });
      log({ event: INCIDENT_COORDINATOR_EVENT, ...result, durationMs: coordination.now() - startedMs });
    }
    return { batchItemFailures };
  };
}

type Result = Coordinated | { readonly outcome: 'failed'; readonly code: (typeof FAILURES)[number] };

/** Never rejects: what goes wrong with one message is no other message's fault. */
async function coordinated(body: unknown, coordination: Coordination): Promise<Result> {
  try {
    return await coordinate(parseMessage(body), coordination);
  } catch (error) {
    const code: unknown = error instanceof IncidentError ? 'record_refused' : error instanceof CodedError ? error.code : undefined;
    return { outcome: 'failed', code: FAILURES.find((known) => known === code) ?? 'internal_error' };
  }
}

function messagesOf(event: unknown): readonly { readonly messageId: string; readonly body: unknown }[] {
  const records: unknown = isRecord(event) ? event['Records'] : undefined;
  if (!Array.isArray(records)) throw new CodedError('batch_malformed');
  return records.map((record: unknown) => {
    const messageId = isRecord(record) ? record['messageId'] : undefined;
    if (!isRecord(record) || typeof messageId !== 'string') throw new CodedError('batch_malformed');
    return { messageId, body: record['body'] };
  });
}
