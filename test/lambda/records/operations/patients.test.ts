import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { unusedMrn } from '../../../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let path: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  path = `/v1/patients/${scene.patient}`;
}, 60_000);
afterAll(() => api.stop());

const { name, date_of_birth, address, medical_history, diagnoses, prescriptions } = VALUES;
const READ_FIELDS = ['name', 'date_of_birth', 'address', 'mrn', 'medical_history', 'diagnoses', 'prescriptions'];
const TREAT = { purpose: 'TREAT' };

describe('POST /v1/patients', () => {
  it('makes a record of which every value but the ssn reads back as it was given', async () => {
    const [mrn, ssn] = [unusedMrn(), '900-77-0001'];
    const given = { name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions };
    const made = await api.send(scene.clinician, 'POST', '/v1/patients', { body: { ...given, ssn } });
    const id = String(made.body['id']);
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, version: 1 },
      etag: '"1"',
      actor: scene.clinician,
      events: [
        {
          ...TREAT,
          what: 'phi.change C success patient',
          record: id,
          patient: id,
          fields: ['name', 'date_of_birth', 'address', 'mrn', 'ssn', 'medical_history', 'diagnoses', 'prescriptions'],
        },
      ],
    });
    const read = await api.send(scene.clinician, 'GET', `/v1/patients/${id}`);
    expectAnswer(api, read, {
      status: 200,
      body: { id, version: 1, status: 'active', ...given },
      etag: '"1"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.access R success patient', record: id, patient: id, fields: READ_FIELDS }],
    });
  });

  it('needs name, date of birth and mrn; what is left out reads as null and is not in the trail', async () => {
    const given = { name, date_of_birth, mrn: unusedMrn() };
    for (const left of ['name', 'date_of_birth', 'mrn']) {
      const body = Object.fromEntries(Object.entries(given).filter(([field]) => field !== left));
      const refused = await api.send(scene.clinician, 'POST', '/v1/patients', { body });
      const event = { ...TREAT, what: 'phi.change C failed patient', reason: 'body_value' };
      expectRefused(api, refused, { status: 400, code: 'body_value', actor: scene.clinician, event });
    }
    const made = await api.send(scene.clinician, 'POST', '/v1/patients', { body: given });
    expect(made.events.map(({ fields }) => fields)).toEqual([['name', 'date_of_birth', 'mrn']]);
    const read = await api.send(scene.clinician, 'GET', `/v1/patients/${String(made.body['id'])}`);
    const nothing = { address: null, medical_history: null, diagnoses: null, prescriptions: null };
    expect(read.body).toEqual({ id: made.body['id'], version: 1, status: 'active', ...given, ...nothing });
  });

  it('puts the creator into the care team, and nobody else', async () => {
    const made = await api.send(scene.outsider, 'POST', '/v1/patients', { body: { name, date_of_birth, mrn: unusedMrn() } });
    const read = `/v1/patients/${String(made.body['id'])}`;
    expect([(await api.send(scene.outsider, 'GET', read)).status, (await api.send(scene.clinician, 'GET', read)).status]).toEqual([200, 404]);
  });

  it.each([
    ['a day that no calendar has', { date_of_birth: '1985-02-29' }],
    ['a day with a time', { date_of_birth: '1985-02-28T00:00:00Z' }],
    ['an empty name', { name: '' }],
    ['a name of 201 characters', { name: 'n'.repeat(201) }],
    ['a null', { address: null }],
    ['an ssn of eight digits', { ssn: '900-12-345' }],
    ['an mrn with a star', { mrn: 'MRN*' }],
    ['a country that is no code', { address: { ...address, country: 'usa' } }],
    ['101 diagnoses', { diagnoses: Array.from({ length: 101 }, () => ({ ...diagnoses[0], description: 'd' })) }],
    ['a diagnosis without its day', { diagnoses: [{ code: 'Z00.0', description: 'd' }] }],
    ['a history that is no text', { medical_history: ['text'] }],
  ])('refuses %s', async (_, wrong) => {
    const body = { name, date_of_birth, mrn: unusedMrn(), ...wrong };
    const refused = await api.send(scene.clinician, 'POST', '/v1/patients', { body });
    const event = { ...TREAT, what: 'phi.change C failed patient', reason: 'body_value' };
    expectRefused(api, refused, { status: 400, code: 'body_value', actor: scene.clinician, event });
  });
});

describe('GET /v1/patients/{id}', () => {
  it('gives the patient the own record, but the ssn', async () => {
    const read = await api.send(scene.self, 'GET', path);
    const values = { name, date_of_birth, address, mrn: scene.mrn, medical_history, diagnoses, prescriptions };
    expectAnswer(api, read, {
      status: 200,
      body: { id: scene.patient, version: 2, status: 'active', ...values },
      etag: '"2"',
      actor: scene.self,
      events: [
        { what: 'phi.access R success patient', record: scene.patient, patient: scene.patient, purpose: 'PATRQT', fields: READ_FIELDS },
      ],
    });
  });

  it('gives billing the name, and nothing clinical', async () => {
    expectAnswer(api, await api.send(scene.billing, 'GET', path), {
      status: 200,
      body: { id: scene.patient, version: 2, status: 'active', name },
      etag: '"2"',
      actor: scene.billing,
      events: [{ what: 'phi.access R success patient', record: scene.patient, patient: scene.patient, purpose: 'HPAYMT', fields: ['name'] }],
    });
  });
});

describe('PATCH /v1/patients/{id}', () => {
  it('changes what is given of the version that was seen, and leaves the rest', async () => {
    const body = { diagnoses: [], prescriptions: [{ ...prescriptions[0], dosage: '2 daily' }] };
    const changed = await api.send(scene.clinician, 'PATCH', path, { body, headers: { 'if-match': '"2"' } });
    expectAnswer(api, changed, {
      status: 200,
      body: { id: scene.patient, version: 3 },
      etag: '"3"',
      actor: scene.clinician,
      events: [
        {
          ...TREAT,
          what: 'phi.change U success patient',
          record: scene.patient,
          patient: scene.patient,
          fields: ['diagnoses', 'prescriptions'],
        },
      ],
    });
    const read = await api.send(scene.clinician, 'GET', path);
    expect(read.body).toMatchObject({ version: 3, medical_history, ...body });
    expect(read.headers['etag']).toEqual(['"3"']);
  });

  it('refuses an older version and changes nothing', async () => {
    const { raw } = await api.send(scene.clinician, 'GET', path);
    const refused = await api.send(scene.clinician, 'PATCH', path, { body: { diagnoses }, headers: { 'if-match': '"2"' } });
    expectRefused(api, refused, {
      status: 409,
      code: 'version_stale',
      actor: scene.clinician,
      event: { ...TREAT, what: 'phi.change U failed patient', record: scene.patient, patient: scene.patient, reason: 'version_stale' },
    });
    expect((await api.send(scene.clinician, 'GET', path)).raw).toBe(raw);
  });

  it('refuses to change nothing', async () => {
    const refused = await api.send(scene.clinician, 'PATCH', path, { body: {}, headers: { 'if-match': '"3"' } });
    expect([refused.status, refused.body['code']]).toEqual([400, 'body_value']);
  });
});

describe('POST /v1/patients/search', () => {
  const search = (actor: RecordsScene['clinician'], body: object) => api.send(actor, 'POST', '/v1/patients/search', { body });

  it.each([
    ['as it was written', (value: string) => value],
    ['without dashes', (value: string) => value.replaceAll('-', '')],
    ['with blanks', (value: string) => ` ${value.replaceAll('-', ' ')} `],
    ['in lower case', (value: string) => value.toLowerCase()],
    ['with other dashes', (value: string) => value.replaceAll('-', '\u2013')],
    ['in full width', (value: string) => value.replace(/[0-9A-Z]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0))],
    ['with a soft hyphen pasted in', (value: string) => value.replace('-', '\u00ad-')],
  ])('finds one record by mrn, ssn and insurance id %s', async (_, spell) => {
    const found = { items: [{ id: scene.patient }], next: null };
    for (const [actor, field, value, resource, purpose] of [
      [scene.clinician, 'mrn', scene.mrn, 'patient', 'TREAT'],
      [scene.clinician, 'ssn', scene.ssn, 'patient', 'TREAT'],
      [scene.billing, 'insurance_id', scene.insuranceId, 'billing', 'HPAYMT'],
    ] as const) {
      expectAnswer(api, await search(actor, { [field]: spell(value) }), {
        status: 200,
        body: found,
        actor,
        events: [{ what: `phi.search E success ${resource}`, record: scene.patient, patient: scene.patient, purpose, fields: [field] }],
      });
    }
  });

  it('finds nothing by half a value', async () => {
    expectAnswer(api, await search(scene.clinician, { mrn: scene.mrn.slice(0, -1) }), {
      status: 200,
      body: { items: [], next: null },
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.search E success patient', fields: ['mrn'], reason: 'no_match' }],
    });
  });

  it('gives billing every member of a family, each an event of its own', async () => {
    const [one, two] = [await arrangeRecords(api), await arrangeRecords(api)];
    for (const { billing, patient } of [one, two]) {
      const body = { insurance_id: 'INS-FAMILY' };
      await api.send(billing, 'PATCH', `/v1/patients/${patient}/billing`, { body, headers: { 'if-match': '"2"' } });
    }
    const found = await search(scene.billing, { insurance_id: 'ins family' });
    const ids = [one.patient, two.patient].sort();
    expectAnswer(api, found, {
      status: 200,
      body: { items: ids.map((id) => ({ id })), next: null },
      actor: scene.billing,
      events: ids.map((id) => ({
        ...{ what: 'phi.search E success billing', record: id, patient: id, purpose: 'HPAYMT', fields: ['insurance_id'] },
      })),
    });
  });

  it.each([[{}], [{ mrn: 'MRN-1', ssn: '900-12-3456' }], [{ mrn: '***' }], [{ ssn: 900123456 }]])('refuses %j', async (body) => {
    const refused = await search(scene.clinician, body);
    expect([refused.status, refused.body['code']]).toEqual([400, 'body_value']);
  });
});

describe('DELETE /v1/patients/{id}', () => {
  it('refuses an older version and an unknown reason', async () => {
    const stale = await api.send(scene.clinician, 'DELETE', path, { body: { reason: 'duplicate' }, headers: { 'if-match': '"1"' } });
    const unknown = await api.send(scene.clinician, 'DELETE', path, { body: { reason: 'because' } });
    expect([stale.body['code'], unknown.body['code']]).toEqual(['version_stale', 'body_value']);
  });

  it('marks the record with a reason and erases nothing; then it changes no more', async () => {
    const gone = await api.send(scene.clinician, 'DELETE', path, { body: { reason: 'duplicate' } });
    expectAnswer(api, gone, {
      status: 200,
      body: { id: scene.patient, version: 4 },
      etag: '"4"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.change D success patient', record: scene.patient, patient: scene.patient, reason: 'duplicate' }],
    });
    const read = await api.send(scene.clinician, 'GET', path);
    expect(read.body).toMatchObject({ version: 4, status: 'entered_in_error', name, mrn: scene.mrn });
    const late = await api.send(scene.clinician, 'PATCH', path, { body: { diagnoses }, headers: { 'if-match': '"4"' } });
    expectRefused(api, late, {
      status: 409,
      code: 'conflict',
      actor: scene.clinician,
      event: { ...TREAT, what: 'phi.change U failed patient', record: scene.patient, patient: scene.patient, reason: 'not_active' },
    });
  });
});
