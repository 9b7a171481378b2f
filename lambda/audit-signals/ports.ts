import type { Uuid } from '../shared/uuid';
import type { Signal } from './contract';

/** A window of the trail: transactions from one on and before another, each number as text. Times in milliseconds since the epoch. */
export interface SignalWindow {
  readonly fromXid: string;
  readonly toXid: string;
  /** When the window before was taken. */
  readonly fromMs: number;
  /** When this one was taken. */
  readonly toMs: number;
  /** Time of the newest event; undefined in an empty trail. */
  readonly lastEventMs: number | undefined;
  /** Numbers of batches that should be there and are not. */
  readonly missingBatches: number;
  /** Whether events were left to the next window. */
  readonly more: boolean;
}

/** Whose count it is: the pseudonymous id of a person of the service and their role. Neither where nobody had logged in. */
export interface CountedActor {
  readonly actorId: Uuid | undefined;
  readonly actorRole: string | undefined;
}

/** A count as it stood before a window and as it stands after it. */
export interface Growth extends CountedActor {
  readonly before: number;
  readonly after: number;
}

/** Distinct patients of one actor in one hour. */
export interface ReachCount extends Growth {
  /** Beginning of the hour, in milliseconds since the epoch. */
  readonly hourMs: number;
}

/** Refusals, or searches and creations that probe, of one actor within five minutes. */
export interface BurstCount extends Growth {
  readonly kind: 'denied' | 'probe';
}

/** Events of one actor in a window. */
export interface EventCount extends CountedActor {
  readonly events: number;
}

/** Everything that is counted of a window. */
export interface SignalCounts {
  readonly window: SignalWindow;
  readonly reach: readonly ReachCount[];
  readonly bursts: readonly BurstCount[];
  readonly overrides: readonly EventCount[];
  readonly bait: readonly EventCount[];
}

/** The functions of the schema `audit` that the login may execute. Every method rejects with the driver's own error. */
export interface SignalDatabase {
  /** The unfinished window, or a new one. */
  take(): Promise<SignalWindow>;
  /** Counts of a window: the same whenever they are asked for. */
  count(window: SignalWindow): Promise<SignalCounts>;
  /** Median of distinct patients in the actor's active hours of the thirty days before an hour; 0 without any. */
  medianPatients(actorId: Uuid, hourMs: number): Promise<number>;
  /** Records that everything of a window was told: `conflict` when another run did so. */
  finish(window: SignalWindow): Promise<'ok' | 'conflict'>;
}

/** Why a bus did not take every signal. */
export const SIGNAL_BUS_FAILURES = ['bus_denied', 'bus_unavailable', 'bus_refused'] as const;

/** One of {@link SIGNAL_BUS_FAILURES}. */
export type SignalBusFailure = (typeof SIGNAL_BUS_FAILURES)[number];

/** Where signals go. */
export interface SignalBus {
  /**
   * Sends every signal or fails; some may have been sent when it fails.
   *
   * @throws CodedError with a {@link SignalBusFailure}.
   */
  send(signals: readonly Signal[]): Promise<void>;
}
