import { randomUUID } from 'node:crypto';
import { createAuditSignals } from '../../lambda/audit-signals/audit-signals';
import { AUDIT_SIGNALS_DATABASE_USER, type Signal } from '../../lambda/audit-signals/contract';
import { STARTING_LIMITS, type SignalLimits } from '../../lambda/audit-signals/decide-signals';
import type { SignalBus } from '../../lambda/audit-signals/ports';
import { instanceSessions } from '../../lambda/shared/instance-session';
import { collectLog } from './log-lines';
import type { SqlService } from './sql-service';

/** What one run sent, logged and threw. */
export interface SignalRun {
  readonly signals: readonly Signal[];
  readonly line: Readonly<Record<string, unknown>>;
  readonly thrown: unknown;
}

/** Runs the signals over one database once. */
export async function runOnce(service: SqlService, limits: Partial<SignalLimits> = {}, bus?: SignalBus): Promise<SignalRun> {
  const { sink, parsed } = collectLog();
  const signals: Signal[] = [];
  const collecting: SignalBus = { send: (sent) => Promise.resolve(void signals.push(...sent)) };
  const address = { host: 'localhost', port: service.cluster.port, database: service.database, user: AUDIT_SIGNALS_DATABASE_USER };
  const { password, trust } = service.cluster;
  const handler = createAuditSignals({
    withSession: instanceSessions(address, password, { trust, sleep: () => Promise.resolve() }),
    bus: bus ?? collecting,
    limits: { ...STARTING_LIMITS, businessHours: undefined, ...limits },
    sink,
  });
  const thrown: unknown = await handler({}, undefined).then(
    () => undefined,
    (error: unknown) => error,
  );
  const [line, ...others] = parsed();
  expect(others).toEqual([]);
  return { signals, line: line ?? {}, thrown };
}

/** Finishes the batch that the export would write next, and gives its number. */
export async function finishBatch(service: SqlService): Promise<number> {
  const [plan] = await service.as<{ no: string; epoch: string }>('audit_exporter', 'SELECT * FROM audit.plan_batch()');
  const read = await service.as('audit_exporter', 'SELECT * FROM audit.read_batch($1, $2, NULL, 100000)', [plan?.no, plan?.epoch]);
  const done = [plan?.no, plan?.epoch, '0'.repeat(64), read.length];
  expect(await service.as('audit_exporter', 'SELECT audit.finish_batch($1, $2, $3, $4) AS outcome', done)).toEqual([{ outcome: 'ok' }]);
  return Number(plan?.no);
}

/** Writes successful readings of as many patients by one actor, at a time. For history: events of now go through the functions. */
export async function writeReadings(service: SqlService, actorId: string, patients: number, at: Date): Promise<void> {
  await service.admin(
    `INSERT INTO audit.event (id, at, actor_id, actor_role, event_type, action, outcome, resource_type, patient_id, request_id)
     SELECT gen_random_uuid(), $3, $1, 'clinician', 'phi.access', 'R', 'success', 'patient', gen_random_uuid(), $4
     FROM generate_series(1, $2)`,
    [actorId, patients, at, randomUUID()],
  );
}
