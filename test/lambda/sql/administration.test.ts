import { randomUUID } from 'node:crypto';
import { readMigrations } from '../../../lambda/migrate/files';
import { runMigrations } from '../../../lambda/migrate/runner';
import { MASTER } from '../../support/database';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { ciphertext, SqlWorld, type Actor, type ArrangedPatient } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let admin: Actor;
let doctor: Actor;
let patient: ArrangedPatient;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());
beforeEach(async () => {
  [admin, doctor] = [await world.principal('admin'), await world.principal('clinician')];
  patient = await world.patient(doctor);
});

const put = (sub: string, role: string | null, patientId: string | null, disabled: boolean) =>
  world.call('admin_put_principal', admin, sub, role, patientId, disabled);

describe('a principal', () => {
  it('is made, linked, given another role and disabled, and each takes effect at the next call', async () => {
    const sub = randomUUID();
    expect((await put(sub, 'patient', patient.id, false)).row).toEqual({ outcome: 'ok', created: true });
    const self: Actor = { sub, role: 'patient', issuedAt: new Date() };
    expect((await world.call('self_read_patient', self, patient.id)).outcome).toBe('ok');
    expect((await put(sub, 'clinician', null, false)).row).toEqual({ outcome: 'ok', created: false });
    expect((await world.call('self_read_patient', self, patient.id)).events[0]?.['reason']).toBe('token_revoked');
    const later = { ...self, issuedAt: new Date(Date.now() + 1_000) };
    expect((await world.call('self_read_patient', later, patient.id)).events[0]?.['reason']).toBe('role_mismatch');
    expect((await world.call('me', { ...later, role: 'clinician' }, 'clinician')).row['role']).toBe('clinician');
    await put(sub, 'clinician', null, true);
    expect((await world.call('me', later, 'clinician')).events[0]?.['reason']).toBe('principal_disabled');
    await put(sub, 'clinician', null, false);
    expect((await world.call('me', { ...later, issuedAt: new Date(Date.now() + 1_000) }, 'clinician')).outcome).toBe('ok');
  });

  it('has at most one record, and a record at most one principal, and staff none', async () => {
    expect((await put(randomUUID(), 'patient', patient.id, false)).outcome).toBe('ok');
    expect((await put(randomUUID(), 'patient', patient.id, false)).outcome).toBe('conflict');
    expect((await put(randomUUID(), 'clinician', (await world.patient()).id, false)).outcome).toBe('invalid');
    expect((await put(randomUUID(), 'patient', randomUUID(), false)).outcome).toBe('not_found');
  });

  it.each(['Admin', 'root', '', null])('has one of the four roles, and not %p', async (role) => {
    expect((await put(randomUUID(), role, null, false)).outcome).toBe('invalid');
  });

  it('is never set by itself: not to a wider role, and not out', async () => {
    for (const [role, disabled] of [
      ['clinician', false],
      ['admin', true],
    ] as const) {
      const own = await put(admin.sub, role, null, disabled);
      expect([own.outcome, own.events[0]?.['reason']]).toEqual(['forbidden', 'own_principal']);
    }
  });

  it('is signed out by the revoker at the next call, and may sign in again', async () => {
    const read = async (issuedAt: Date) => (await world.call('clinician_read_patient', { ...doctor, issuedAt }, patient.id)).outcome;
    expect(await read(new Date())).toBe('ok');
    const request = randomUUID();
    const revoke = (sub: string) =>
      service.as('session_revoker', 'SELECT authz.revoke_sessions($1, $2, $3) AS outcome', [sub, randomUUID(), request]);
    await expect(revoke(doctor.sub)).resolves.toEqual([{ outcome: 'ok' }]);
    expect([await read(new Date(Date.now() - 1_000)), await read(new Date(Date.now() + 1_000))]).toEqual(['forbidden', 'ok']);
    await expect(revoke(randomUUID())).resolves.toEqual([{ outcome: 'not_found' }]);
    const events = await service.admin('SELECT reason FROM audit.event WHERE request_id = $1 ORDER BY seq', [request]);
    expect(events).toEqual([{ reason: 'sessions_revoked' }, { reason: 'absent' }]);
  });

  it('of the first administrator is made outside the API, and only while there is none', async () => {
    const bootstrap = () =>
      service.as('migrator', 'SELECT authz.bootstrap_admin($1, $2, $3) AS outcome', [randomUUID(), randomUUID(), 'first']);
    await expect(bootstrap()).resolves.toEqual([{ outcome: 'conflict' }]);
    await service.admin(`DELETE FROM authz.principal WHERE role = 'admin'`);
    const outcomes = await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
    expect(
      outcomes
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['conflict', 'conflict', 'ok']);
  });
});

describe('a care team', () => {
  it('takes clinicians who exist, once, for patients who exist', async () => {
    const [colleague, biller] = [await world.principal('clinician'), await world.principal('billing')];
    const add = async (id: string, sub: string) => {
      const { outcome, events } = await world.call('admin_put_care_team', admin, id, sub);
      return [outcome, events[0]?.['reason']];
    };
    expect(await add(patient.id, colleague.sub)).toEqual(['ok', null]);
    expect(await add(patient.id, colleague.sub)).toEqual(['ok', 'unchanged']);
    expect(await add(patient.id, biller.sub)).toEqual(['conflict', 'not_clinician']);
    expect(await add(patient.id, randomUUID())).toEqual(['not_found', 'principal_unknown']);
    expect(await add(randomUUID(), colleague.sub)).toEqual(['not_found', 'absent']);
    expect((await world.call('admin_delete_care_team', admin, patient.id, biller.sub)).outcome).toBe('not_found');
  });
});

describe('the search of the trail', () => {
  const search = (...args: readonly unknown[]) => world.call('admin_search_audit', admin, ...args);

  it('filters by actor, patient, type and time, pages backwards, and is itself in the trail', async () => {
    const other = await world.patient(doctor);
    for (const id of [patient.id, other.id, patient.id]) await world.call('clinician_read_patient', doctor, id);
    const [clock] = await service.admin<{ now: Date }>('SELECT clock_timestamp() AS now');
    await world.call('clinician_update_patient', doctor, patient.id, 1, ciphertext(), null, null);
    const kinds = async (...args: readonly unknown[]) => (await search(...args)).rows.map((row) => [row['event_type'], row['patient_id']]);
    const [access, change] = [
      ['phi.access', patient.id],
      ['phi.change', patient.id],
    ];
    expect(await kinds(doctor.sub, patient.id, null, null, null, null, 9)).toEqual([change, access, access]);
    expect(await kinds(doctor.sub, null, 'phi.access', null, null, null, 9)).toEqual([access, ['phi.access', other.id], access]);
    expect(await kinds(doctor.sub, null, null, clock?.now, null, null, 9)).toEqual([change]);
    expect(await kinds(doctor.sub, patient.id, null, null, clock?.now, null, 9)).toEqual([access, access]);
    const first = await search(doctor.sub, null, null, null, null, null, 2);
    expect(first.rows.map((row) => row['event_type'])).toEqual(['phi.change', 'phi.access']);
    expect(await kinds(doctor.sub, null, null, null, null, first.rows[1]?.['seq'], 9)).toEqual([['phi.access', other.id], access]);
    const own = await search(admin.sub, null, 'audit.read', null, null, null, 100);
    expect(own.rows.length).toBe(6);
    expect((await search(randomUUID(), null, null, null, null, null, 9)).rows).toHaveLength(1);
  });

  it('finds its events by an index when there are many', async () => {
    await service.admin(`
      INSERT INTO audit.event (id, actor_id, actor_role, event_type, action, outcome, resource_type, patient_id, request_id)
      SELECT gen_random_uuid(), gen_random_uuid()::text, 'clinician', 'phi.access', 'R', 'success', 'patient', gen_random_uuid(), 'bulk'
      FROM generate_series(1, 20000)`);
    await service.admin('ANALYZE audit.event');
    const plan = async (where: string) =>
      JSON.stringify(await service.admin(`EXPLAIN SELECT * FROM audit.event AS e WHERE ${where} ORDER BY e.seq DESC LIMIT 50`));
    expect(await plan(`actor_id = '${doctor.sub}'`)).toContain('event_actor');
    expect(await plan(`patient_id = '${patient.id}'`)).toContain('event_patient');
    expect(await plan(`event_type = 'breach'`)).toContain('event_type');
    expect(await plan(`xid >= '1' AND xid < '9'`)).toContain('event_xid');
  });
});

describe('the access report', () => {
  it('tells a person who was at the record, not what it says, and leaves refusals out', async () => {
    const [self, biller] = [await world.principal('patient', patient.id), await world.principal('billing')];
    await world.call('clinician_read_patient', doctor, patient.id);
    await world.call('clinician_read_patient', await world.principal('clinician'), patient.id);
    await world.call('billing_read_billing', biller, patient.id);
    const report = await world.call('self_access_report', self, patient.id, null, 10);
    expect(report.rows.map((row) => [row['actor_id'], row['resource_type'], row['purpose']])).toEqual([
      [biller.sub, 'billing', 'HPAYMT'],
      [doctor.sub, 'patient', 'TREAT'],
    ]);
    expect(Object.keys(report.row)).not.toEqual(expect.arrayContaining(['fields', 'ip', 'reason']));
    const forAdmin = await world.call('admin_access_report', admin, patient.id, report.rows[0]?.['seq'], 10);
    expect(forAdmin.rows.map((row) => row['actor_id'])).toEqual([doctor.sub]);
  });
});

describe('the accounting of disclosures', () => {
  it('holds date, recipient, classes and purpose, newest first, and replays a key', async () => {
    const key = randomUUID();
    const sha = Buffer.alloc(32, 1);
    const add = (at: string, ...rest: readonly unknown[]) =>
      world.call('admin_create_disclosure', admin, key, sha, patient.id, randomUUID(), at, ciphertext(), ...rest);
    const first = await add('2031-01-01T00:00:00Z', ['clinical'], 'judicial');
    const again = await add('2031-01-01T00:00:00Z', ['clinical'], 'judicial');
    expect([first.outcome, again.outcome, again.row['id']]).toEqual(['ok', 'ok', first.row['id']]);
    const bare = (classes: unknown, purpose: unknown) =>
      world.call(
        'admin_create_disclosure',
        admin,
        null,
        null,
        patient.id,
        randomUUID(),
        '2031-02-01T00:00:00Z',
        ciphertext(),
        classes,
        purpose,
      );
    expect((await bare(['identity', 'billing'], 'research')).outcome).toBe('ok');
    for (const [classes, purpose] of [
      [[], 'research'],
      [['gossip'], 'research'],
      [['clinical'], 'because'],
      [null, null],
    ]) {
      expect((await bare(classes, purpose)).outcome).toBe('invalid');
    }
    const { rows } = await world.call('admin_list_disclosures', admin, patient.id, null, null, 10);
    expect(rows.map((row) => [row['purpose'], row['data_classes']])).toEqual([
      ['research', ['identity', 'billing']],
      ['judicial', ['clinical']],
    ]);
  });
});

describe('a breach assessment', () => {
  it('counts persons once each, tells classes from field names, and counts no refusal', async () => {
    const [thief, from] = [await world.principal('billing'), new Date(Date.now() - 60_000)];
    const victims = [patient, await world.patient(), await world.patient()];
    for (const { id } of [...victims, patient]) await world.call('billing_read_billing', thief, id);
    await world.call('billing_read_billing', thief, randomUUID());
    await world.call('clinician_read_patient', doctor, patient.id);
    const assess = async (actor: string | null, patients: readonly string[] | null, discovered = '2030-11-20T12:00:00Z') => {
      const id = randomUUID();
      const to = new Date(Date.now() + 60_000);
      const made = await world.call('admin_assess_breach', admin, null, null, id, discovered, from, to, actor, patients, 'none');
      expect(made.outcome).toBe('ok');
      return (await world.call('admin_read_breach', admin, id)).row;
    };
    expect(await assess(thief.sub, null)).toMatchObject({
      ...{ individuals: 3, events: 4, data_classes: ['billing', 'identity'], notify_media: false },
      fields: ['billing_address', 'insurance_id', 'name', 'payment_history'],
      notify_individuals_by: new Date('2031-01-19T12:00:00Z'),
      notify_secretary_by: new Date('2031-03-02T00:00:00Z'),
    });
    expect(await assess(null, [patient.id])).toMatchObject({ individuals: 1, data_classes: ['billing', 'clinical', 'identity'] });
    expect(await assess(randomUUID(), null)).toMatchObject({ individuals: 0, events: 0, data_classes: [], first_event_at: null });
  });

  it('of 500 is due to the Secretary with the individuals, and of more than 500 to the media', async () => {
    const due = async (individuals: number) => {
      const id = randomUUID();
      await service.admin(
        `INSERT INTO audit.breach_assessment (id, assessed_by, discovered_at, window_from, window_to, key_exposure, individuals, events,
           data_classes, fields) VALUES ($1, $1, '2030-11-20Z', '2030-01-01Z', '2030-02-01Z', 'none', $2, 0, '{}', '{}')`,
        [id, individuals],
      );
      const { row } = await world.call('admin_read_breach', admin, id);
      return [(row['notify_secretary_by'] as Date).toISOString().slice(0, 10), row['notify_media']];
    };
    expect([await due(499), await due(500), await due(501)]).toEqual([
      ['2031-03-02', false],
      ['2031-01-19', false],
      ['2031-01-19', true],
    ]);
  });

  it.each([
    ['none', '2030-01-02Z', '2030-01-01Z'],
    ['some', '2030-01-01Z', '2030-01-02Z'],
    [null, '2030-01-01Z', '2030-01-02Z'],
  ])('is refused for %p from %s to %s', async (exposure, from, to) => {
    const made = await world.call('admin_assess_breach', admin, null, null, randomUUID(), from, from, to, null, null, exposure);
    expect([made.outcome, made.row['id'], made.events.length]).toEqual(['invalid', null, 1]);
  });
});

describe('the migrations', () => {
  const migrate = (database: string) => service.cluster.as(MASTER, database, (client) => runMigrations(client, readMigrations()));

  it('run once in a database, and once more in another one of the same server', async () => {
    await expect(migrate(service.database)).resolves.toEqual({ kind: 'migrated', applied: 0 });
    await expect(migrate(await service.cluster.createDatabase())).resolves.toEqual({ kind: 'migrated', applied: readMigrations().length });
  });

  it.each([
    ['passes by row security', 'ALTER ROLE phi_owner BYPASSRLS', 'ALTER ROLE phi_owner NOBYPASSRLS'],
    ['is a member of a role that reads everything', 'GRANT pg_read_all_data TO phi_owner', 'REVOKE pg_read_all_data FROM phi_owner'],
  ])('hand the tables to no owner found in place that %s', async (_, before, after) => {
    await service.admin(before);
    const outcome = await migrate(await service.cluster.createDatabase());
    await service.admin(after);
    expect(outcome).toEqual({ kind: 'refused', code: 'migration_failed', file: '0002-schemas-and-crypto.sql', sqlState: '0P000' });
  });
});
