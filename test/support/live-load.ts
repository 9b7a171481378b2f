import { randomUUID } from 'node:crypto';
import type { Response } from '../../lambda/records/respond';

/** One request of the load, as it ended; times in milliseconds since the epoch. */
export interface LoadedRequest {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly response: Response;
}

/** Clients at work. */
export interface LiveLoad {
  /** Everything answered so far. */
  readonly answered: readonly LoadedRequest[];
  /** Settles at the next answer below 500; rejects when there is none for 10 s. */
  nextSuccess(): Promise<void>;
  /** Lets every client finish the request it has sent. */
  stop(): Promise<void>;
}

/** A client that was told 503 tries again after this long, in milliseconds. */
const RETRY_AFTER_MS = 10;

const SUCCESS_WITHIN_MS = 10_000;

/** Starts clients, each of which sends one event after the other, in turn, until the load is stopped. */
export function startLoad(
  handle: (event: unknown, context: unknown) => Promise<Response>,
  events: readonly unknown[],
  clients: number,
): LiveLoad {
  const answered: LoadedRequest[] = [];
  const waiting: (() => void)[] = [];
  let stopped = false;
  const client = async (first: number): Promise<void> => {
    for (let turn = first; !stopped; turn += 1) {
      const requestId = randomUUID();
      const startedAtMs = Date.now();
      const response = await handle(events[turn % events.length], { awsRequestId: requestId });
      answered.push({ requestId, startedAtMs, endedAtMs: Date.now(), response });
      if (response.statusCode < 500) {
        for (const resolve of waiting.splice(0)) resolve();
      } else {
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
    }
  };
  const running = Array.from({ length: clients }, (_, number) => client(number));
  return {
    answered,
    nextSuccess: () =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`No request succeeded within ${SUCCESS_WITHIN_MS} ms.`)), SUCCESS_WITHIN_MS);
        waiting.push(() => {
          clearTimeout(limit);
          resolve();
        });
      }),
    stop: async () => {
      stopped = true;
      await Promise.all(running);
    },
  };
}
