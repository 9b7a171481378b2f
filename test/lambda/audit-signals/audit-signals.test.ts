import { randomUUID } from 'node:crypto';
import type { SignalLimits } from '../../../lambda/audit-signals/decide-signals';
import type { SignalBus } from '../../../lambda/audit-signals/ports';
import type { Signal } from '../../../lambda/audit-signals/contract';
import { CodedError } from '../../../lambda/shared/outcome';
import { finishBatch, runOnce, writeReadings } from '../../support/audit-signals';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { digest, SqlWorld, type Actor, type ArrangedPatient } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());
/** Each test begins where everything before was told. */
beforeEach(async () => void (await runOnce(service)));

const run = (limits?: Partial<SignalLimits>, bus?: SignalBus) => runOnce(service, limits, bus);
const told = async (limits?: Partial<SignalLimits>) =>
  (await run(limits)).signals.map(({ rule, actorId, counts }) => [rule, actorId, counts]);
const refuse = async (actor: Actor, times: number) => {
  for (let n = 0; n < times; n += 1) await world.call('clinician_read_patient', actor, randomUUID());
};
const read = async (actor: Actor, ...patients: readonly ArrangedPatient[]) => {
  for (const { id } of patients) expect((await world.call('billing_read_billing', actor, id)).outcome).toBe('ok');
};
const patients = (count: number) => Promise.all(Array.from({ length: count }, () => world.patient()));
const digested = Buffer.alloc(32);
const openEmergency = async (doctor: Actor, patient: ArrangedPatient, id = randomUUID(), key: string | null = null) =>
  (await world.call('clinician_open_emergency', doctor, key, key && digested, id, patient.id, null, 'disaster', Buffer.alloc(60))).outcome;
/** Twenty would do as well, more slowly. */
const FLOOR = { patientsFloor: 3 };

describe('many patients (A1)', () => {
  it('is told at one patient over the floor, once, however often the same ones are read', async () => {
    const biller = await world.principal('billing');
    const five = await patients(5);
    await read(biller, ...five.slice(0, 3), ...five.slice(0, 3));
    expect(await told(FLOOR)).toEqual([]);
    await read(biller, ...five.slice(3, 4));
    expect(await told(FLOOR)).toEqual([['A1', biller.sub, { patients: 4, limit: 3 }]]);
    await read(biller, ...five.slice(3));
    expect(await told(FLOOR)).toEqual([]);
  });

  it('is measured by the median of the own active hours of thirty days', async () => {
    const biller = await world.principal('billing');
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const ago = (hours: number) => new Date(hour - hours * 3_600_000);
    // Three active hours: 1, 2 and 9 patients. What is older than thirty days, or of the hour before, does not count.
    for (const [hours, patients] of [[3, 1], [5, 2], [7, 9], [760, 50], [761, 50], [1, 50]] as const) {
      await writeReadings(service, biller.sub, patients, ago(hours));
    }
    const medians = await service.as('audit_signals', 'SELECT audit.median_patients($1, $2) AS median', [biller.sub, ago(0)]);
    expect(medians).toEqual([{ median: 2 }]);
    await run();
    const nine = await patients(9);
    await read(biller, ...nine.slice(1));
    expect(await told(FLOOR)).toEqual([]);
    await read(biller, ...nine.slice(0, 1));
    expect(await told(FLOOR)).toEqual([['A1', biller.sub, { patients: 9, limit: 8 }]]);
  });

  it('and everything else is counted by indexes, in a trail of years', async () => {
    const biller = await world.principal('billing');
    await service.admin(
      `INSERT INTO audit.event (id, at, actor_id, actor_role, event_type, action, outcome, resource_type, patient_id, request_id)
       SELECT gen_random_uuid(), now() - interval '6 years' + n * interval '1 hour', $1, 'billing', 'phi.access', 'R', 'success', 'patient',
         gen_random_uuid(), 'filled'
       FROM generate_series(1, 52500) AS n`,
      [biller.sub],
    );
    await run();
    await service.admin('VACUUM ANALYZE audit.event');
    await read(biller, await world.patient());
    await refuse(await world.principal('clinician'), 1);
    const client = await service.connect('postgres');
    await client.query('BEGIN');
    const { rows } = await client.query<{ from_xid: string; to_xid: string }>('SELECT * FROM audit.take_signal_window()');
    const bounds = [rows[0]?.from_xid, rows[0]?.to_xid];
    const counted = [];
    for (const what of ['reach', 'bursts', 'overrides', 'bait']) {
      counted.push((await client.query(`SELECT * FROM audit.count_${what}($1, $2)`, bounds)).rowCount);
    }
    const median = await client.query<{ median: number }>('SELECT audit.median_patients($1, now()) AS median', [biller.sub]);
    const { rows: scans } = await client.query<Record<string, string>>(
      `SELECT seq_scan, idx_scan > 0 AS indexed FROM pg_stat_xact_user_tables WHERE relid = 'audit.event'::regclass`,
    );
    await client.query('ROLLBACK');
    await client.end();
    expect([counted, median.rows]).toEqual([[1, 1, 0, 0], [{ median: 1 }]]);
    expect(scans).toEqual([{ seq_scan: '0', indexed: true }]);
  }, 30_000);
});

describe('a burst (A4)', () => {
  it('of refusals is told at the tenth, though windows divide it, and not again while it goes on', async () => {
    const doctor = await world.principal('clinician');
    await refuse(doctor, 9);
    expect(await told()).toEqual([]);
    await refuse(doctor, 1);
    expect(await told()).toEqual([['A4', doctor.sub, { denied: 10, limit: 10 }]]);
    await refuse(doctor, 12);
    expect(await told()).toEqual([]);
  });

  it('is none when it takes longer than five minutes', async () => {
    const doctor = await world.principal('clinician');
    const denials = (minutesAgo: number, times: number) =>
      service.admin(
        `INSERT INTO audit.event (id, at, actor_id, actor_role, event_type, action, outcome, resource_type, request_id, reason)
         SELECT
           gen_random_uuid(), now() - make_interval(secs => $2::float8 * 60), $1, 'clinician', 'phi.access', 'R', 'denied', 'patient',
           'old', 'probe'
         FROM generate_series(1, $3)`,
        [doctor.sub, minutesAgo, times],
      );
    await denials(30, 9);
    await denials(24.9, 9);
    expect(await told()).toEqual([]);
    await denials(20, 1);
    expect(await told()).toEqual([['A4', doctor.sub, { denied: 10, limit: 10 }]]);
    // After a pause, another burst is another signal.
    await denials(10, 10);
    expect(await told()).toEqual([['A4', doctor.sub, { denied: 10, limit: 10 }]]);
  });

  it('of searches that miss and creations that collide is told too, and is apart from refusals', async () => {
    const doctor = await world.principal('clinician');
    const patient = await world.patient();
    for (let n = 0; n < 8; n += 1) await world.call('clinician_search_patients', doctor, 'ssn', digest());
    const mrn = [Buffer.alloc(60), patient.mrnIndex];
    const nulls = Array<null>(5).fill(null);
    const collide = () => world.call('clinician_create_patient', doctor, null, null, randomUUID(), null, null, null, ...mrn, ...nulls);
    await collide();
    await refuse(doctor, 9);
    expect(await told()).toEqual([]);
    await collide();
    expect(await told()).toEqual([['A4', doctor.sub, { probe: 10, limit: 10 }]]);
  });
});

describe('emergency access (A8)', () => {
  it('is told when it is opened, each grant once, and not for what is read by it or refused', async () => {
    const [doctor, biller] = [await world.principal('clinician'), await world.principal('billing')];
    const [patient, other] = [await world.patient(), await world.patient()];
    expect(await openEmergency(biller, patient)).toBe('forbidden');
    expect(await told()).toEqual([]);
    expect(await openEmergency(doctor, patient)).toBe('ok');
    expect(await told()).toEqual([['A8', doctor.sub, { grants: 1 }]]);
    await world.call('clinician_read_patient', doctor, patient.id);
    expect(await told()).toEqual([]);
    const [id, key] = [randomUUID(), randomUUID()];
    expect(await openEmergency(doctor, other, id, key)).toBe('ok');
    expect(await told()).toEqual([['A8', doctor.sub, { grants: 1 }]]);
    expect(await openEmergency(doctor, other, id, key)).toBe('ok');
    expect(await told()).toEqual([]);
  });
});

describe('a gap (A10)', () => {
  it('is told when a number of a finished batch is missing, or went back, once', async () => {
    const finish = () => finishBatch(service);
    await finish();
    const lost = await finish();
    const last = await finish();
    await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
    expect(await told()).toEqual([]);
    const next = await finish();
    await finish();
    await service.admin('DELETE FROM audit.batch WHERE no = ANY ($1)', [[lost, next]]);
    // What was lost before the last comparison, the verification of the archive finds.
    expect(await told()).toEqual([['A10', undefined, { missingBatches: 1 }]]);
    expect(await told()).toEqual([]);
    const newest = await finish();
    expect([last + 1, await told()]).toEqual([next, []]);
    await service.admin('DELETE FROM audit.batch WHERE no = $1', [newest]);
    expect(await told()).toEqual([['A10', undefined, { missingBatches: 1 }]]);
    expect(await told()).toEqual([]);
  });

  it('of silence is measured from the newest event, between one taking of a window and the next', async () => {
    const doctor = await world.principal('clinician');
    const { events } = await world.call('clinician_read_patient', doctor, randomUUID());
    const take = async () => (await service.as('audit_signals', 'SELECT * FROM audit.take_signal_window()'))[0];
    const first = await take();
    expect(Date.parse(String(first?.['last_event_at']))).toBe((events[0]?.['at'] as Date).getTime());
    await run();
    expect((await take())?.['from_at']).toBe(first?.['to_at']);
  });
});

describe('the record set out as bait (A11)', () => {
  it('is told of whoever touches it, refused or not, without saying which it is, and of nobody else', async () => {
    const [doctor, biller] = [await world.principal('clinician'), await world.principal('billing')];
    const [bait, other] = [await world.patient(), await world.patient()];
    await service.as('migrator', 'SELECT audit.set_honey_patient($1)', [bait.id]);
    await read(biller, other);
    expect(await told()).toEqual([]);
    await read(biller, bait);
    await world.call('clinician_read_patient', doctor, bait.id);
    const { signals, line } = await run();
    expect(signals.map(({ rule, actorId }) => `${rule} ${actorId}`).sort()).toEqual([`A11 ${biller.sub}`, `A11 ${doctor.sub}`].sort());
    expect(JSON.stringify([signals, line])).not.toContain(bait.id);
    await service.as('migrator', 'SELECT audit.set_honey_patient(NULL)');
    await read(biller, bait);
    expect(await told()).toEqual([]);
  });
});

describe('a window', () => {
  it('that was missed is caught up by the next run, in parts when it is large', async () => {
    const [doctor, biller] = [await world.principal('clinician'), await world.principal('billing')];
    await refuse(doctor, 10);
    await openEmergency(doctor, await world.patient());
    const none = await service.as<{ more: boolean }>('audit_signals', 'SELECT * FROM audit.take_signal_window(4)');
    expect(none).toMatchObject([{ more: true }]);
    await read(biller, await world.patient());
    const { signals, line } = await run();
    expect(signals.map(({ rule }) => rule).sort()).toEqual(['A4', 'A8']);
    expect(line).toMatchObject({ code: 'ok', windows: 2, a1: 0, a4: 1, a8: 1, a10: 0, a11: 0 });
  });

  it('leaves out what is still running, and tells it when it has committed, however late', async () => {
    const doctor = await world.principal('clinician');
    const patient = await world.patient();
    const late = await service.connect('records_api');
    await late.query('BEGIN');
    const context = [doctor.sub, doctor.issuedAt, randomUUID(), null, randomUUID()];
    const args = [...context, null, null, randomUUID(), patient.id, null, 'disaster', Buffer.alloc(60)];
    await late.query(`SELECT * FROM api.clinician_open_emergency(${args.map((_, index) => `$${index + 1}`).join()})`, args);
    await refuse(doctor, 1);
    expect(await told()).toEqual([]);
    await late.query('COMMIT');
    await late.end();
    expect(await told()).toEqual([['A8', doctor.sub, { grants: 1 }]]);
    expect(await told()).toEqual([]);
  });

  it('is told again, with the same ids, after a run that the bus refused, and what came meanwhile in the next one', async () => {
    const doctor = await world.principal('clinician');
    const [patient, other] = [await world.patient(), await world.patient()];
    await openEmergency(doctor, patient);
    const seen: Signal[] = [];
    const refusing: SignalBus = {
      send: (signals) => {
        seen.push(...signals);
        return Promise.reject(new CodedError('bus_refused'));
      },
    };
    const { thrown, line } = await run({}, refusing);
    expect(thrown).toMatchObject({ code: 'bus_refused' });
    expect(line).toMatchObject({ code: 'bus_refused', windows: 0, a8: 0 });
    await openEmergency(doctor, other);
    const again = (await run()).signals;
    expect(seen).toHaveLength(1);
    expect(again).toEqual(seen);
    expect(await told()).toEqual([['A8', doctor.sub, { grants: 1 }]]);
  });

  it('is finished by one of two runs, and the other fails', async () => {
    await refuse(await world.principal('clinician'), 1);
    const during: SignalBus = { send: async () => void (await run()) };
    expect((await run({}, during)).thrown).toMatchObject({ code: 'window_conflict' });
  });
});

describe('the login of the signals', () => {
  it('takes and finishes windows and counts, and does nothing else', async () => {
    for (const sql of [
      'SELECT seq FROM audit.event',
      'SELECT from_xid FROM audit.signal_window',
      'UPDATE audit.signal_window SET to_xid = NULL',
      'SELECT value FROM audit.setting',
      'SELECT audit.set_honey_patient(NULL)',
      'SELECT api.me(NULL, NULL, NULL, NULL, NULL, NULL)',
    ]) {
      await expect(service.as('audit_signals', sql)).rejects.toMatchObject({ code: '42501' });
    }
    for (const login of ['records_api', 'audit_exporter', 'session_revoker', 'key_rotator', 'migrator']) {
      await expect(service.as(login, 'SELECT audit.take_signal_window()')).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('fails with a code and no word of the database', async () => {
    const elsewhere = { ...service, database: 'canary_900123456' };
    const { thrown, line } = await runOnce(elsewhere);
    expect(thrown).toMatchObject({ code: 'database_unreachable', message: 'database_unreachable' });
    expect(JSON.stringify(line)).not.toContain('canary');
  });
});
