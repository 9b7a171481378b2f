import { CONNECTION_FAILURES } from '../shared/instance-connection';
import type { WithSession } from '../shared/instance-session';
import { createLog, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import { signalDatabase } from './adapters/signal-database';
import { AUDIT_SIGNALS_EVENT, type SignalRule } from './contract';
import type { SignalLimits } from './decide-signals';
import { SIGNAL_BUS_FAILURES, type SignalBus } from './ports';
import { runSignals, type SignalProgress } from './signal-run';

/** Every way a run can fail. */
const SIGNAL_FAILURES = [...CONNECTION_FAILURES, ...SIGNAL_BUS_FAILURES, 'window_conflict', 'row_malformed', 'database_failed'] as const;

/** What the signals work with. */
export interface AuditSignalsEffects {
  readonly withSession: WithSession;
  readonly bus: SignalBus;
  readonly limits: SignalLimits;
  readonly sink?: LogSink;
}

interface Result {
  readonly code: 'ok' | (typeof SIGNAL_FAILURES)[number];
  readonly sqlState?: SqlState | undefined;
}

/**
 * Makes the handler of the signals, which a schedule invokes: 164.308(a)(1)(ii)(D), 164.312(b). One log line per run, with the number of
 * signals of each rule and nothing about a person.
 *
 * @throws CodedError from the returned function, after the line, so that Lambda counts an error and retries.
 */
export function createAuditSignals(effects: AuditSignalsEffects): (event: unknown, context: unknown) => Promise<void> {
  const log = createLog(
    {
      event: [AUDIT_SIGNALS_EVENT],
      code: ['ok', ...SIGNAL_FAILURES],
      windows: 'number',
      a1: 'number',
      a4: 'number',
      a8: 'number',
      a10: 'number',
      a11: 'number',
      durationMs: 'number',
      sqlState: 'sqlstate',
    },
    effects.sink,
  );
  return async (_event, context) => {
    const startedAt = performance.now();
    const progress: SignalProgress = { windows: 0, signals: [] };
    const result = await run(effects, context, progress);
    const of = (rule: SignalRule) => progress.signals.filter((signal) => signal.rule === rule).length;
    const counts = { a1: of('A1'), a4: of('A4'), a8: of('A8'), a10: of('A10'), a11: of('A11') };
    const durationMs = Math.round(performance.now() - startedAt);
    log({ event: AUDIT_SIGNALS_EVENT, ...result, windows: progress.windows, ...counts, durationMs });
    if (result.code !== 'ok') throw new CodedError(result.code);
  };
}

/** Connects, tells, disconnects; never rejects. */
async function run({ withSession, bus, limits }: AuditSignalsEffects, context: unknown, progress: SignalProgress): Promise<Result> {
  const clock = isRecord(context) ? context['getRemainingTimeInMillis'] : undefined;
  const remainingMs = () => (typeof clock === 'function' ? Number(clock.call(context)) : Infinity);
  try {
    const session = await withSession((client) => runSignals(signalDatabase(client), bus, limits, remainingMs, progress));
    return session.kind === 'ended' ? { code: 'ok' } : { code: session.code, sqlState: session.sqlState };
  } catch (error) {
    const code: unknown = error instanceof CodedError ? error.code : undefined;
    return { code: SIGNAL_FAILURES.find((known) => known === code) ?? 'database_failed', sqlState: sqlStateOf(error) };
  }
}
