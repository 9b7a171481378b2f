import { randomUUID } from 'node:crypto';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { ciphertext, digest, eventKinds, SqlWorld, tally, type Actor, type ArrangedPatient } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let doctor: Actor;
let biller: Actor;
let patient: ArrangedPatient;
beforeAll(async () => {
  service = await startSqlService();
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());
beforeEach(async () => {
  [doctor, biller] = [await world.principal('clinician'), await world.principal('billing')];
  patient = await world.patient(doctor);
});

const TIMES = ['2031-01-01T00:00:00.000Z', '2031-01-01T01:00:00.000Z'] as const;
const parallel = <Result>(n: number, make: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: n }, (_, index) => make(index)));

/** Arguments of a creation, by what is created, with key and digest first. */
const creations: readonly (readonly [string, () => readonly unknown[]])[] = [
  ['clinician_create_note', () => [patient.id, randomUUID(), ciphertext()]],
  ['clinician_create_appointment', () => [patient.id, randomUUID(), ...TIMES, ciphertext()]],
  ['clinician_create_session', () => [patient.id, randomUUID(), null, ...TIMES, null]],
  ['clinician_create_document', () => [patient.id, randomUUID(), ciphertext(), 'text/plain', 1, digest()]],
  [
    'clinician_create_patient',
    () => [randomUUID(), ciphertext(), ciphertext(), null, ciphertext(), digest(), null, null, null, null, null],
  ],
];

describe('of 20 writers that saw the same version', () => {
  it.each([
    ['clinical fields', () => world.call('clinician_update_patient', doctor, patient.id, 1, ciphertext(), null, null)],
    ['billing fields', () => world.call('billing_update_billing', biller, patient.id, 1, null, null, ciphertext(), null)],
  ])('one wins, 19 are told so, and all 20 are in the trail: %s', async (_, write) => {
    const calls = await parallel(20, write);
    expect(tally(calls)).toEqual({ ok: 1, stale: 19 });
    expect(eventKinds(calls).sort()).toEqual([...Array<string>(19).fill('U failed version_stale'), 'U success null']);
    expect(calls.filter(({ row }) => row['version'] !== null)).toHaveLength(1);
    await expect(service.admin('SELECT version FROM phi.patient WHERE id = $1', [patient.id])).resolves.toEqual([{ version: 2 }]);
  });

  it('of a note one adds the next version, and the earlier one stays', async () => {
    const note = randomUUID();
    await world.call('clinician_create_note', doctor, null, null, patient.id, note, ciphertext());
    const calls = await parallel(20, () => world.call('clinician_amend_note', doctor, patient.id, note, 1, ciphertext()));
    expect(tally(calls)).toEqual({ ok: 1, stale: 19 });
    expect(calls.flatMap(({ events }) => events)).toHaveLength(20);
    await expect(service.admin('SELECT version FROM phi.visit_note WHERE id = $1 ORDER BY 1', [note])).resolves.toEqual([
      { version: 1 },
      { version: 2 },
    ]);
    const read = await world.call('clinician_read_note', doctor, note);
    expect(read.row).toMatchObject({ version: 2, created_at: expect.any(Date) as Date });
  });

  it('of an appointment one moves it, and after a cancellation none does', async () => {
    const id = randomUUID();
    await world.call('clinician_create_appointment', doctor, null, null, patient.id, id, ...TIMES, null);
    const calls = await parallel(20, () =>
      world.call('clinician_update_appointment', doctor, patient.id, id, 1, TIMES[0], '2031-01-01T02:00:00Z', null),
    );
    expect(tally(calls)).toEqual({ ok: 1, stale: 19 });
    expect((await world.call('clinician_cancel_appointment', doctor, patient.id, id, 1, 'other')).outcome).toBe('stale');
    expect((await world.call('clinician_cancel_appointment', doctor, patient.id, id, null, 'no_such_code')).outcome).toBe('invalid');
    expect((await world.call('clinician_cancel_appointment', doctor, patient.id, id, 2, 'other')).row).toMatchObject({ outcome: 'ok', version: 3 });
    expect((await world.call('clinician_cancel_appointment', doctor, patient.id, id, null, 'other')).outcome).toBe('conflict');
    expect((await world.call('clinician_update_appointment', doctor, patient.id, id, 3, null, null, ciphertext())).outcome).toBe('conflict');
  });
});

describe('an Idempotency-Key', () => {
  it.each(creations)('sent 20 times at once makes one: %s', async (name, make) => {
    const [key, body] = [randomUUID(), digest()];
    const calls = await parallel(20, () => world.call(name, doctor, key, body, ...make()));
    expect(tally(calls)).toEqual({ ok: 20 });
    expect(new Set(calls.map(({ row }) => row['id'])).size).toBe(1);
    expect(eventKinds(calls).sort()).toEqual(['C success null', ...Array<string>(19).fill('R success replayed')]);
    const [stored] = await service.admin<{ n: number }>('SELECT count(*)::int AS n FROM api.idempotency WHERE key = $1', [key]);
    expect(stored).toEqual({ n: 1 });
  });

  it.each(creations)('sent with another body is a conflict and makes nothing: %s', async (name, make) => {
    const key = randomUUID();
    expect((await world.call(name, doctor, key, digest(), ...make())).outcome).toBe('ok');
    const again = await world.call(name, doctor, key, digest(), ...make());
    expect([again.outcome, again.row['id'], eventKinds([again])]).toEqual(['conflict', null, ['C failed key_reused']]);
  });

  it('belongs to one principal, one operation and one patient', async () => {
    const [key, body] = [randomUUID(), digest()];
    const [colleague, other] = [await world.principal('clinician'), await world.patient(doctor)];
    await service.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [patient.id, colleague.sub]);
    const note = (who: Actor, id: string) => world.call('clinician_create_note', who, key, body, id, randomUUID(), ciphertext());
    expect((await note(doctor, patient.id)).outcome).toBe('ok');
    expect((await note(doctor, other.id)).events[0]?.['reason']).toBe('key_reused');
    const session = await world.call('clinician_create_session', doctor, key, body, patient.id, randomUUID(), null, ...TIMES, null);
    expect(session.events[0]?.['reason']).toBe('key_reused');
    expect(eventKinds([await note(colleague, patient.id)])).toEqual(['C success null']);
  });

  it('of a creation that failed can be used again', async () => {
    const [key, body] = [randomUUID(), digest()];
    const create = (index: Buffer) =>
      world.call(
        'clinician_create_patient',
        doctor,
        key,
        body,
        randomUUID(),
        ...Array<null>(3).fill(null),
        ciphertext(),
        index,
        ...Array<null>(5).fill(null),
      );
    expect(eventKinds([await create(patient.mrnIndex)])).toEqual(['C failed duplicate']);
    expect(eventKinds([await create(digest())])).toEqual(['C success null']);
  });

  it('is known for a week, and swept away by the next one of the same principal alone', async () => {
    const colleague = await world.principal('clinician');
    await service.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [patient.id, colleague.sub]);
    const note = (who: Actor, key: string, body: Buffer) =>
      world.call('clinician_create_note', who, key, body, patient.id, randomUUID(), ciphertext());
    const [old, recent, others] = [randomUUID(), randomUUID(), randomUUID()];
    const body = digest();
    await note(doctor, old, body);
    await note(doctor, recent, body);
    await note(colleague, others, body);
    const aged = `UPDATE api.idempotency SET used_at = now() - $2::interval WHERE key = ANY ($1)`;
    await service.admin(aged, [[old, others], '7 days 1 minute']);
    await service.admin(aged, [[recent], '6 days 23 hours']);
    await note(doctor, randomUUID(), digest());
    const left = await service.admin<{ key: string }>('SELECT key FROM api.idempotency WHERE key = ANY ($1)', [[old, recent, others]]);
    expect(new Set(left.map(({ key }) => key))).toEqual(new Set([recent, others]));
    expect(eventKinds([await note(doctor, recent, body), await note(doctor, old, body)])).toEqual(['R success replayed', 'C success null']);
  });

  it('is not needed, and a record is kept for none', async () => {
    const [before] = await service.admin<{ n: number }>('SELECT count(*)::int AS n FROM api.idempotency');
    expect((await world.call('clinician_create_note', doctor, null, null, patient.id, randomUUID(), ciphertext())).outcome).toBe('ok');
    await expect(service.admin('SELECT count(*)::int AS n FROM api.idempotency')).resolves.toEqual([before]);
  });
});
