import type { Environment } from '../shared/environment';
import type { Uuid } from '../shared/uuid';

/** The database login of the signals: it takes windows of the trail and counts in them through functions, and reads no event. */
export const AUDIT_SIGNALS_DATABASE_USER = 'audit_signals';

/** Source of the events that carry signals. */
export const AUDIT_SIGNALS_SOURCE = 'telehealth.audit-signals';

/** Detail type of these events. */
export const UNUSUAL_ACCESS = 'Unusual access';

/** Event name of the one log line of every run. */
export const AUDIT_SIGNALS_EVENT = 'audit_signals';

/** Rules: many patients, bursts of refusals or probes, emergency access, a gap in the trail, the record set out as bait. */
export const SIGNAL_RULES = ['A1', 'A4', 'A8', 'A10', 'A11'] as const;

/** One of {@link SIGNAL_RULES}. */
export type SignalRule = (typeof SIGNAL_RULES)[number];

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

/**
 * Environment of the signals. `BUSINESS_HOURS` is `none`, for an environment where nobody works yet, or two hours of a weekday in UTC as
 * `13-22`, during which silence of the trail is a signal.
 */
export const AUDIT_SIGNALS_ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'EVENT_BUS_NAME', 'BUSINESS_HOURS'] as const;

/** What the stack must set. */
export type AuditSignalsEnvironment = Environment<typeof AUDIT_SIGNALS_ENVIRONMENT>;
