import { randomUUID } from 'node:crypto';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { ciphertext, digest, SqlWorld, type Actor, type ArrangedPatient } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let doctor: Actor;
let colleague: Actor;
let mine: ArrangedPatient;
let theirs: ArrangedPatient;
beforeAll(async () => {
  service = await startSqlService();
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());
beforeEach(async () => {
  [doctor, colleague] = [await world.principal('clinician'), await world.principal('clinician')];
  [mine, theirs] = [await world.patient(doctor), await world.patient(colleague)];
});

const reads = async (actor: Actor, id: string) => (await world.call('clinician_read_patient', actor, id)).outcome;
const reason = async (actor: Actor, id: string) => (await world.call('clinician_read_patient', actor, id)).events[0]?.['reason'];

describe('a clinician', () => {
  it('sees the own care team’s patients and no others', async () => {
    await expect(Promise.all([reads(doctor, mine.id), reads(doctor, theirs.id)])).resolves.toEqual(['ok', 'not_found']);
    const { rows } = await world.call('clinician_list_patients', doctor, null, 100);
    expect(rows.map(({ id }) => id)).toEqual([mine.id]);
  });

  it('loses a patient at the call after the care team was changed', async () => {
    const admin = await world.principal('admin');
    expect(await reads(doctor, mine.id)).toBe('ok');
    expect((await world.call('admin_delete_care_team', admin, mine.id, doctor.sub)).outcome).toBe('ok');
    expect(await reads(doctor, mine.id)).toBe('not_found');
    expect((await world.call('admin_put_care_team', admin, mine.id, doctor.sub)).outcome).toBe('ok');
    expect(await reads(doctor, mine.id)).toBe('ok');
  });

  it('finds by exact mrn or ssn only whom the clinician may open, and a miss looks like somebody else’s patient', async () => {
    const search = async (field: string, index: Buffer) => world.call('clinician_search_patients', doctor, field, index);
    expect((await search('mrn', mine.mrnIndex)).rows).toEqual([{ outcome: 'ok', id: mine.id }]);
    expect((await search('ssn', mine.ssnIndex)).rows).toEqual([{ outcome: 'ok', id: mine.id }]);
    const [foreign, miss] = [await search('mrn', theirs.mrnIndex), await search('mrn', digest())];
    expect(foreign.rows).toEqual(miss.rows);
    expect(miss.rows).toEqual([{ outcome: 'ok', id: null }]);
    expect([foreign, miss].map(({ events }) => events.map((event) => [event['reason'], event['patient_id']]))).toEqual([
      [['no_match', null]],
      [['no_match', null]],
    ]);
  });

  it.each(['insurance_id', 'name', '', null])('cannot search by %p', async (field) => {
    const { rows, events } = await world.call('clinician_search_patients', doctor, field, mine.insuranceIndex);
    expect(rows).toEqual([{ outcome: 'invalid', id: null }]);
    expect(events.map((event) => [event['outcome'], event['reason']])).toEqual([['failed', 'field_refused']]);
  });

  it('pages through a long list with one event for each patient, whose ids follow from the first', async () => {
    const busy = await world.principal('clinician');
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push((await world.patient(busy)).id);
    const first = await world.call('clinician_list_patients', busy, null, 3);
    const second = await world.call('clinician_list_patients', busy, first.rows[2]?.['id'], 3);
    const third = await world.call('clinician_list_patients', busy, second.rows[2]?.['id'], 3);
    const listed = [first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(listed).toEqual([...ids].sort());
    for (const page of [first, second, third]) {
      expect(page.events.map((event) => event['patient_id'])).toEqual(page.rows.map(({ id }) => id));
      const expected = await service.admin<{ id: string }>('SELECT audit.event_id($1, n) AS id FROM generate_series(1, $2) AS n', [
        page.auditId,
        page.rows.length,
      ]);
      expect(page.events.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(page.events[0]?.['id']).toBe(page.auditId);
    }
    const end = await world.call('clinician_list_patients', busy, third.rows[0]?.['id'], 3);
    expect([end.rows.length, end.outcome, end.row['id'], end.events.length]).toEqual([1, 'ok', null, 1]);
  });
});

describe('an emergency grant', () => {
  it('opens one patient to one clinician, and every access says that it was an emergency', async () => {
    const request = [randomUUID(), theirs.id, null, 'unable_to_consent', ciphertext()];
    const { row, events } = await world.call('clinician_open_emergency', doctor, randomUUID(), digest(), ...request);
    expect(row).toMatchObject({ outcome: 'ok', patient_id: theirs.id });
    expect(events.map((event) => [event['event_type'], event['emergency'], event['purpose'], event['reason'], event['fields']])).toEqual([
      ['emergency.override', true, 'BTG', 'unable_to_consent', ['reason_text']],
    ]);
    const access = await world.call('clinician_read_patient', doctor, theirs.id);
    expect([access.outcome, access.events[0]?.['emergency'], access.events[0]?.['purpose']]).toEqual(['ok', true, 'BTG']);
    const own = await world.call('clinician_read_patient', doctor, mine.id);
    expect([own.outcome, own.events[0]?.['emergency'], own.events[0]?.['purpose']]).toEqual(['ok', false, 'TREAT']);
    const searched = await world.call('clinician_search_patients', doctor, 'mrn', theirs.mrnIndex);
    expect([searched.row['id'], searched.events[0]?.['emergency']]).toEqual([theirs.id, true]);
    const { rows } = await world.call('clinician_list_patients', doctor, null, 100);
    expect(rows.map(({ id }) => id)).toEqual([mine.id]);
  });

  it('ends after an hour, and cannot be made longer', async () => {
    const id = await world.grant(doctor, theirs.id, 1);
    expect(await reads(doctor, theirs.id)).toBe('ok');
    await service.admin(`UPDATE authz.emergency_grant SET expires_at = now() WHERE id = $1`, [id]);
    expect([await reads(doctor, theirs.id), await reason(doctor, theirs.id)]).toEqual(['not_found', 'not_related']);
    const longer = service.admin(`UPDATE authz.emergency_grant SET expires_at = granted_at + interval '61 minutes' WHERE id = $1`, [id]);
    await expect(longer).rejects.toMatchObject({ code: '23514' });
  });

  it('of somebody else, or for another patient, opens nothing', async () => {
    const other = await world.patient(colleague);
    await world.grant(colleague, theirs.id);
    await world.grant(doctor, other.id);
    expect([await reads(doctor, theirs.id), await reads(doctor, other.id)]).toEqual(['not_found', 'ok']);
  });

  it('is found by exact mrn outside the care team, is refused inside it, and needs a patient', async () => {
    const open = (...how: readonly unknown[]) =>
      world.call('clinician_open_emergency', doctor, null, null, randomUUID(), ...how, 'disaster', ciphertext());
    expect((await open(null, theirs.mrnIndex)).row).toMatchObject({ outcome: 'ok', patient_id: theirs.id });
    const needless = await open(mine.id, null);
    expect([needless.outcome, needless.row['id'], needless.events[0]?.['reason']]).toEqual(['conflict', null, 'in_care_team']);
    for (const absent of [await open(null, digest()), await open(randomUUID(), null), await open(null, null)]) {
      expect([absent.outcome, absent.events.map((event) => event['reason'])]).toEqual(['not_found', ['absent']]);
    }
  });

  it.each([['no_such_code'], [null], [`x'; DROP TABLE phi.patient; --`]])('is not opened for the reason %p', async (code) => {
    const request = [randomUUID(), theirs.id, null, code, ciphertext()];
    const { row, events } = await world.call('clinician_open_emergency', doctor, null, null, ...request);
    expect(row).toEqual({ outcome: 'invalid', id: null, patient_id: null, expires_at: null });
    expect(events.map((event) => [event['outcome'], event['reason']])).toEqual([['failed', 'value_refused']]);
    expect(await reads(doctor, theirs.id)).toBe('not_found');
  });

  it('is reviewed by another clinician, who reads the text, or by an admin, who does not, and by neither twice', async () => {
    const admin = await world.principal('admin');
    const id = await world.grant(doctor, theirs.id);
    const own = await world.call('clinician_review_emergency', doctor, id, 'justified');
    expect([own.outcome, own.row['reason_text'], own.events[0]?.['reason']]).toEqual(['forbidden', null, 'own_grant']);
    const look = await world.call('clinician_review_emergency', colleague, id, null);
    expect(look.row).toMatchObject({
      outcome: 'ok',
      sub: doctor.sub,
      reason_text: expect.any(Buffer) as Buffer,
      review_outcome: null,
    });
    expect(look.events.map((event) => [event['action'], event['fields']])).toEqual([['R', ['reason_text']]]);
    const judged = await world.call('admin_review_emergency', admin, id, 'unjustified');
    expect(judged.row).toMatchObject({ outcome: 'ok', review_outcome: 'unjustified' });
    expect(Object.keys(judged.row)).not.toContain('reason_text');
    expect(await reads(doctor, theirs.id)).toBe('not_found');
    const twice = [await world.call('admin_review_emergency', admin, id, 'justified')];
    twice.push(await world.call('clinician_review_emergency', colleague, id, 'justified'));
    expect(twice.map(({ outcome, events }) => [outcome, events[0]?.['reason']])).toEqual([
      ['conflict', 'already_reviewed'],
      ['conflict', 'already_reviewed'],
    ]);
  });
});

describe('a patient', () => {
  it('reads the own record and no other, and has none without a link', async () => {
    const [linked, unlinked] = [await world.principal('patient', mine.id), await world.principal('patient')];
    const read = async (actor: Actor, id: unknown) => (await world.call('self_read_patient', actor, id)).outcome;
    expect([await read(linked, mine.id), await read(linked, theirs.id)]).toEqual(['ok', 'not_found']);
    expect([await read(unlinked, mine.id), await read(unlinked, null)]).toEqual(['not_found', 'not_found']);
    expect((await world.call('me', linked, 'patient')).row).toEqual({ outcome: 'ok', role: 'patient', patient_id: mine.id });
    expect((await world.call('me', doctor, 'clinician')).row).toEqual({ outcome: 'ok', role: 'clinician', patient_id: null });
  });
});

describe('row security, whatever a function forgets to ask,', () => {
  const tables = ['phi.patient', 'phi.visit_note', 'phi.appointment', 'phi.video_session', 'phi.document'];
  const counts = (owner: string, sub: string | undefined) =>
    service.asOwner(owner, sub, async (client) => {
      const found: number[] = [];
      for (const table of tables)
        found.push((await client.query<{ n: number }>(`SELECT count(id)::int AS n FROM ${table}`)).rows[0]?.n ?? -1);
      return found;
    });

  beforeEach(async () => {
    for (const { id } of [mine, theirs]) {
      const author = id === mine.id ? doctor : colleague;
      await world.call('clinician_create_note', author, null, null, id, randomUUID(), ciphertext());
      const times = ['2031-01-01T00:00:00Z', '2031-01-01T01:00:00Z'];
      await world.call('clinician_create_appointment', author, null, null, id, randomUUID(), ...times, ciphertext());
      await world.call('clinician_create_session', author, null, null, id, randomUUID(), null, ...times, null);
      await world.call('clinician_create_document', author, null, null, id, randomUUID(), ciphertext(), 'image/png', 1, digest());
    }
  });

  it('shows a clinician one row of each, with an emergency two, and without a caller none', async () => {
    await expect(counts('phi_clinician', doctor.sub)).resolves.toEqual([1, 1, 1, 1, 1]);
    await expect(counts('phi_clinician', undefined)).resolves.toEqual([0, 0, 0, 0, 0]);
    await expect(counts('phi_clinician', '')).resolves.toEqual([0, 0, 0, 0, 0]);
    await world.grant(doctor, theirs.id);
    await expect(counts('phi_clinician', doctor.sub)).resolves.toEqual([2, 2, 2, 2, 2]);
  });

  it('shows a patient the own rows, and a clinician’s sub none when the function is the patients’', async () => {
    const self = await world.principal('patient', theirs.id);
    await expect(counts('phi_self', self.sub)).resolves.toEqual([1, 1, 1, 1, 1]);
    await expect(counts('phi_self', doctor.sub)).resolves.toEqual([0, 0, 0, 0, 0]);
    await expect(counts('phi_self', undefined)).resolves.toEqual([0, 0, 0, 0, 0]);
  });

  it('takes no row for a patient outside the team or in another author’s name, and moves none', async () => {
    const insert = 'INSERT INTO phi.visit_note (id, patient_id, author_id, body) VALUES ($1, $2, $3, $4)';
    const add = (patient: string, author: string) =>
      service.asOwner('phi_clinician', doctor.sub, (client) => client.query(insert, [randomUUID(), patient, author, ciphertext()]));
    await expect(add(mine.id, doctor.sub)).resolves.toMatchObject({ rowCount: 1 });
    await expect(add(theirs.id, doctor.sub)).rejects.toMatchObject({ code: '42501' });
    await expect(add(mine.id, colleague.sub)).rejects.toMatchObject({ code: '42501' });
    const changed = await service.asOwner('phi_clinician', doctor.sub, (client) => client.query('UPDATE phi.patient SET version = 9'));
    expect(changed.rowCount).toBe(1);
  });
});
