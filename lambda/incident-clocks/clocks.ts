import { TOPIC_FAILURES, type IncidentStore, type Officer } from '../incident/ports';
import { createLog, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { INCIDENT_CLOCKS_EVENT } from './contract';
import { tellDay } from './tell-day';

/** What the clocks work with. */
export interface ClockPorts {
  readonly store: IncidentStore;
  /** Each is told the same. */
  readonly officers: readonly Officer[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const FAILURES = [...TOPIC_FAILURES, 'store_denied', 'store_unavailable', 'internal_error'] as const;

/**
 * Makes the handler that tells officers of the clocks: 164.404(b), 164.408, 164.410, 164.308(a)(6)(ii). One log line for each run, with
 * numbers and no id.
 *
 * @throws CodedError with the code of a failure, so that the run is tried again and then lands in the dead-letter queue.
 */
export function createClocks({ store, officers, now }: ClockPorts, sink?: LogSink): () => Promise<void> {
  const log = createLog(
    {
      event: [INCIDENT_CLOCKS_EVENT],
      outcome: ['early', 'told_before', 'told', 'failed'],
      code: FAILURES,
      notices: 'number',
      broken: 'number',
      durationMs: 'number',
    },
    sink,
  );
  return async () => {
    const startedMs = now();
    try {
      const told = await tellDay(store, officers, new Date(startedMs).toISOString());
      log({ event: INCIDENT_CLOCKS_EVENT, ...told, durationMs: now() - startedMs });
    } catch (error) {
      const given: unknown = error instanceof CodedError ? error.code : undefined;
      const code = FAILURES.find((known) => known === given) ?? 'internal_error';
      log({ event: INCIDENT_CLOCKS_EVENT, outcome: 'failed', code, durationMs: now() - startedMs });
      throw new CodedError(code);
    }
  };
}
