import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { Signal } from '../contract';
import { AUDIT_SIGNALS_SOURCE, UNUSUAL_ACCESS } from '../contract';
import type { SignalBus, SignalBusFailure } from '../ports';

/** Entries that one call may carry. */
const ENTRIES_OF_A_CALL = 10;

const DENIALS: readonly unknown[] = ['AccessDeniedException', 'NotAuthorizedException', 'ResourceNotFoundException'];

/**
 * Puts signals on a bus of EventBridge: 164.308(a)(6)(ii). Each call is answered or refused within about 6 s. The SDK is loaded at the
 * first signal, so a quiet run loads none.
 *
 * @param busName the role needs `events:PutEvents` on it.
 */
export function eventBridgeBus(busName: string): SignalBus {
  let connecting: ReturnType<typeof connect> | undefined;
  return {
    async send(signals) {
      for (let sent = 0; sent < signals.length; sent += ENTRIES_OF_A_CALL) {
        connecting ??= connect();
        const put = await connecting;
        await accepted(put({ Entries: signals.slice(sent, sent + ENTRIES_OF_A_CALL).map((signal) => entryOf(busName, signal)) }));
      }
    },
  };
}

function entryOf(busName: string, signal: Signal) {
  return { EventBusName: busName, Source: AUDIT_SIGNALS_SOURCE, DetailType: UNUSUAL_ACCESS, Detail: JSON.stringify(signal) };
}

/** An answer with 200 can still have refused entries, and one without a count has accepted nothing for sure. */
async function accepted(answer: Promise<{ readonly FailedEntryCount?: number | undefined }>): Promise<void> {
  const { FailedEntryCount } = await answer.catch((error: unknown) => {
    throw failure(DENIALS.includes(isRecord(error) ? error['name'] : undefined) ? 'bus_denied' : 'bus_unavailable');
  });
  if (FailedEntryCount !== 0) throw failure('bus_refused');
}

async function connect() {
  const { EventBridgeClient, PutEventsCommand } = await import('./eventbridge-sdk');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const client = new EventBridgeClient({ maxAttempts: 2, requestHandler });
  return (request: ConstructorParameters<typeof PutEventsCommand>[0]) => client.send(new PutEventsCommand(request));
}

function failure(code: SignalBusFailure): CodedError<SignalBusFailure> {
  return new CodedError(code);
}
