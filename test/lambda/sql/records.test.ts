import { randomUUID } from 'node:crypto';
import { fieldsOf, keyClassOf } from '../../../lambda/records/policy';
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

describe('a record', () => {
  it('that collides is a conflict that does not say in what, and is in the trail', async () => {
    const create = (mrn: Buffer | null, ssn: Buffer | null, id: string = randomUUID()) => {
      const identity = [ciphertext(), null, null, mrn && ciphertext(), mrn, ssn && ciphertext(), ssn];
      return world.call('clinician_create_patient', doctor, null, null, id, ...identity, null, null, null);
    };
    const calls = [
      await create(patient.mrnIndex, digest()),
      await create(digest(), patient.ssnIndex),
      await create(null, null, patient.id),
    ];
    expect(calls.map(({ rows }) => rows)).toEqual(Array(3).fill([{ outcome: 'conflict', id: null, version: null }]));
    expect(eventKinds(calls)).toEqual(Array(3).fill('C failed duplicate'));
  });

  it('made by a clinician is at once the clinician’s to read, and nobody else’s', async () => {
    const id = randomUUID();
    const made = await world.call('clinician_create_patient', doctor, null, null, id, ciphertext(), ...Array<null>(9).fill(null));
    expect(made.row).toEqual({ outcome: 'ok', id, version: 1 });
    expect(made.events[0]?.['fields']).toEqual(['name']);
    const colleague = await world.principal('clinician');
    const read = async (who: Actor) => (await world.call('clinician_read_patient', who, id)).outcome;
    expect([await read(doctor), await read(colleague)]).toEqual(['ok', 'not_found']);
  });

  it('entered in error keeps every field, stays readable with the mark, and takes no change', async () => {
    const before = await service.admin('SELECT to_jsonb(p) - ARRAY[$2, $3] AS rest FROM phi.patient AS p WHERE id = $1', [
      patient.id,
      'version',
      'status',
    ]);
    expect((await world.call('clinician_void_patient', doctor, patient.id, 7, 'other')).outcome).toBe('stale');
    expect((await world.call('clinician_void_patient', doctor, patient.id, 1, 'because')).outcome).toBe('invalid');
    expect((await world.call('clinician_void_patient', doctor, patient.id, 1, 'duplicate')).row).toMatchObject({
      outcome: 'ok',
      version: 2,
    });
    const after = await service.admin('SELECT to_jsonb(p) - ARRAY[$2, $3] AS rest FROM phi.patient AS p WHERE id = $1', [
      patient.id,
      'version',
      'status',
    ]);
    expect(after).toEqual(before);
    expect((await world.call('clinician_read_patient', doctor, patient.id)).row).toMatchObject({
      outcome: 'ok',
      status: 'entered_in_error',
    });
    expect((await world.call('clinician_update_patient', doctor, patient.id, 2, ciphertext(), null, null)).outcome).toBe('conflict');
    expect((await world.call('billing_update_billing', biller, patient.id, 2, null, null, ciphertext(), null)).outcome).toBe('conflict');
    expect((await world.call('clinician_void_patient', doctor, patient.id, null, 'duplicate')).outcome).toBe('conflict');
  });

  it('takes no value in the clear, and no index that is not an HMAC of 32 bytes', async () => {
    const fields = [
      ...fieldsOf('patient').filter((field) => keyClassOf('patient', field)),
      ...fieldsOf('billing').filter((field) => keyClassOf('billing', field)),
    ];
    expect(fields.length).toBeGreaterThan(10);
    const set = (column: string, value: Buffer) =>
      service.admin(`UPDATE phi.patient SET ${column} = $2 WHERE id = $1`, [patient.id, value]);
    for (const field of fields) {
      await expect(set(field, Buffer.from('Zzyzx Canary'))).rejects.toMatchObject({ code: '23514' });
      await set(field, ciphertext());
    }
    for (const length of [31, 33]) await expect(set('mrn_bidx', Buffer.alloc(length))).rejects.toMatchObject({ code: '23514' });
    await set('mrn_bidx', digest());
  });

  it('given a value in the clear through a function is refused as invalid, and the trail has no part of it', async () => {
    const clear = Buffer.from('Zzyzx Canary');
    const calls = [
      await world.call('clinician_update_patient', doctor, patient.id, 1, clear, null, null),
      await world.call('billing_update_billing', biller, patient.id, 1, null, null, clear, null),
      await world.call('clinician_create_note', doctor, null, null, patient.id, randomUUID(), clear),
      await world.call('clinician_create_note', doctor, null, null, patient.id, randomUUID(), null),
      await world.call('billing_update_billing', biller, patient.id, 1, ciphertext(), null, null, null),
    ];
    expect(tally(calls)).toEqual({ invalid: 5 });
    expect(JSON.stringify(calls.map(({ rows, events }) => [rows, events]))).not.toMatch(/Zzyzx|5a7a797a78/);
  });
});

describe('billing', () => {
  it('finds every member of a family by insurance id, with one event for each', async () => {
    const other = await world.patient();
    await service.admin('UPDATE phi.patient SET insurance_bidx = $2 WHERE id = $1', [other.id, patient.insuranceIndex]);
    const found = await world.call('billing_search_patients', biller, patient.insuranceIndex);
    const ids = [patient.id, other.id].sort();
    expect(found.rows).toEqual(ids.map((id) => ({ outcome: 'ok', id })));
    expect(found.events.map((event) => [event['patient_id'], event['fields']])).toEqual(ids.map((id) => [id, ['insurance_id']]));
    const miss = await world.call('billing_search_patients', biller, digest());
    expect([miss.rows, miss.events.length, miss.events[0]?.['reason']]).toEqual([[{ outcome: 'ok', id: null }], 1, 'no_match']);
  });
});

describe('lists of one patient', () => {
  it('come newest first, the latest version of each, page by page to the end', async () => {
    const self = await world.principal('patient', patient.id);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(randomUUID());
      await world.call('clinician_create_note', doctor, null, null, patient.id, ids[n], ciphertext());
    }
    await world.call('clinician_amend_note', doctor, patient.id, ids[1], 1, ciphertext());
    for (const [name, actor] of [
      ['clinician_list_notes', doctor],
      ['self_list_notes', self],
    ] as const) {
      const pages = [await world.call(name, actor, patient.id, null, null, 2)];
      while (pages.at(-1)?.rows.length === 2) {
        const last = pages.at(-1)?.rows.at(-1);
        pages.push(await world.call(name, actor, patient.id, last?.['created_at'], last?.['id'], 2));
      }
      const listed = pages.flatMap(({ rows }) => rows);
      const order = await service.admin(
        'SELECT id FROM phi.visit_note WHERE patient_id = $1 AND version = 1 ORDER BY created_at DESC, id DESC',
        [patient.id],
      );
      expect(listed.map(({ id }) => id)).toEqual(order.map(({ id }) => id));
      expect(listed.map(({ id, version }) => [id, version])).toContainEqual([ids[1], 2]);
      expect(pages.map(({ events }) => events.length)).toEqual([1, 1, 1]);
    }
  });

  it('that are empty are one row without an id, and one event', async () => {
    const empty = await world.call('clinician_list_sessions', doctor, patient.id, null, null, 10);
    expect([empty.rows.length, empty.outcome, empty.row['id'], empty.events.map((event) => event['reason'])]).toEqual([
      1,
      'ok',
      null,
      ['no_match'],
    ]);
  });
});

describe('recordings and documents', () => {
  it('have keys that follow from ids, and no session points into another patient’s appointment', async () => {
    const [other, session, document] = [await world.patient(doctor), randomUUID(), randomUUID()];
    const appointment = randomUUID();
    await world.call('clinician_create_appointment', doctor, null, null, other.id, appointment, ...TIMES, null);
    const crossed = await world.call('clinician_create_session', doctor, null, null, patient.id, session, appointment, ...TIMES, 'v');
    expect([crossed.outcome, eventKinds([crossed])]).toEqual(['invalid', ['C failed value_refused']]);
    await world.call('clinician_create_session', doctor, null, null, patient.id, session, null, ...TIMES, 'v.1');
    expect((await world.call('clinician_grant_recording', doctor, session)).row).toEqual({
      ...{ outcome: 'ok', id: session, object_key: `recordings/${session}`, object_version: 'v.1' },
    });
    const made = await world.call(
      'clinician_create_document',
      doctor,
      null,
      null,
      patient.id,
      document,
      ciphertext(),
      'image/png',
      5,
      digest(),
    );
    expect(made.row).toEqual({ outcome: 'ok', id: document, object_key: `documents/${document}` });
    const hostile = await world.call(
      'clinician_create_document',
      doctor,
      null,
      null,
      patient.id,
      randomUUID(),
      ciphertext(),
      'text/html',
      5,
      digest(),
    );
    expect(hostile.outcome).toBe('invalid');
  });

  it('that were not recorded are not there, as for somebody else’s', async () => {
    const session = randomUUID();
    await world.call('clinician_create_session', doctor, null, null, patient.id, session, null, TIMES[0], null, null);
    const grant = await world.call('clinician_grant_recording', doctor, session);
    expect([grant.rows, grant.events[0]?.['reason']]).toEqual([
      [{ outcome: 'not_found', id: null, object_key: null, object_version: null }],
      'not_recorded',
    ]);
  });
});
