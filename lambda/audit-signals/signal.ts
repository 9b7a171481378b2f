import type { Uuid } from '../shared/uuid';
import type { SignalRule } from './contract';

/** What leaves the function: rule, person, numbers and window, and nothing about a patient. */
export interface Signal {
  /** The same for the same signal of the same window, so that whoever gets one twice after a failed run can tell. */
  readonly signalId: string;
  readonly rule: SignalRule;
  /** Absent where the signal is about no person. */
  readonly actorId?: Uuid | undefined;
  readonly actorRole?: string | undefined;
  readonly counts: Readonly<Record<string, number>>;
  /** When the window began and ended, in ISO 8601. */
  readonly window: { readonly from: string; readonly to: string };
}
