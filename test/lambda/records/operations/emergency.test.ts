import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';
import type { Actor } from '../../../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let requester: Actor;
beforeAll(async () => {
  api = await startRecordsApi();
}, 60_000);
beforeEach(async () => {
  scene = await arrangeRecords(api);
  requester = scene.outsider;
});
afterAll(() => api.stop());

const { reason_text } = VALUES;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
const open = (body: object) => api.send(requester, 'POST', '/v1/emergency-access', { body: { reason_code: 'imminent_danger', reason_text, ...body } });
const review = (actor: Actor, grant: unknown, body: object = {}) =>
  api.send(actor, 'POST', `/v1/emergency-access/${String(grant)}/review`, { body });

describe('POST /v1/emergency-access', () => {
  it.each([
    ['id', () => ({ patient_id: scene.patient })],
    ['exact mrn', () => ({ mrn: scene.mrn.toLowerCase() })],
  ])('opens one record to a clinician outside the care team, by %s, for 60 minutes', async (_, which) => {
    const before = Date.now();
    const opened = await open(which());
    expectAnswer(api, opened, {
      status: 201,
      body: { id: UUID, patient_id: scene.patient, expires_at: TIME },
      actor: requester,
      events: [
        {
          ...{ what: 'emergency.override E success emergency_grant', record: String(opened.body['id']), patient: scene.patient },
          ...{ purpose: 'BTG', emergency: true, fields: ['reason_text'], reason: 'imminent_danger' },
        },
      ],
    });
    const minutes = (Date.parse(String(opened.body['expires_at'])) - before) / 60_000;
    expect(minutes).toBeGreaterThan(59.9);
    expect(minutes).toBeLessThan(60.5);
  });

  it('marks whatever is read under the grant as break-glass', async () => {
    await open({ patient_id: scene.patient });
    const of = `/v1/patients/${scene.patient}`;
    const reads = [
      await api.send(requester, 'GET', of),
      await api.send(requester, 'GET', `${of}/notes`),
      await api.send(requester, 'GET', `${of}/appointments`),
      await api.send(requester, 'GET', `${of}/sessions`),
      await api.send(requester, 'GET', `/v1/notes/${scene.note}`),
      await api.send(requester, 'POST', `/v1/documents/${scene.document}/access`),
      await api.send(requester, 'POST', `/v1/sessions/${scene.session}/recording-access`),
      await api.send(requester, 'POST', '/v1/patients/search', { body: { mrn: scene.mrn } }),
      await api.send(requester, 'POST', `${of}/notes`, { body: { body: 'Seen in an emergency.' } }),
    ];
    expect(reads.map(({ status }) => status)).toEqual([...Array<number>(8).fill(200), 201]);
    expect(reads.flatMap(({ events }) => events.map(({ purpose, emergency }) => [purpose, emergency]))).toEqual(Array(9).fill(['BTG', true]));
  });

  it('shows the patient in search, and not in the list of the care team', async () => {
    await open({ patient_id: scene.patient });
    const found = await api.send(requester, 'POST', '/v1/patients/search', { body: { ssn: scene.ssn } });
    expect(found.body).toEqual({ items: [{ id: scene.patient }], next: null });
    expect((await api.send(requester, 'GET', '/v1/patients')).body).toEqual({ items: [], next: null });
  });

  it('gives none to whoever is in the care team already', async () => {
    const body = { patient_id: scene.patient, reason_code: 'disaster', reason_text };
    const refused = await api.send(scene.clinician, 'POST', '/v1/emergency-access', { body });
    const event = { what: 'emergency.override E failed emergency_grant', patient: scene.patient, purpose: 'TREAT', reason: 'in_care_team' };
    expectRefused(api, refused, { status: 409, code: 'conflict', actor: scene.clinician, event });
  });

  it.each([
    ['neither id nor mrn', () => ({})],
    ['both id and mrn', () => ({ patient_id: scene.patient, mrn: scene.mrn })],
    ['an unknown reason', () => ({ patient_id: scene.patient, reason_code: 'curiosity' })],
    ['no text', () => ({ patient_id: scene.patient, reason_text: '' })],
  ])('refuses %s', async (_, body) => {
    const refused = await open(body());
    const event = { what: 'emergency.override E failed emergency_grant', purpose: 'TREAT', reason: 'body_value' };
    expectRefused(api, refused, { status: 400, code: 'body_value', actor: requester, event });
  });
});

describe('POST /v1/emergency-access/{id}/review', () => {
  const grantOf = (who: Actor) => ({
    ...{ id: UUID, sub: who.sub, patient_id: scene.patient, reason_code: 'imminent_danger', granted_at: TIME, expires_at: TIME },
    ...{ reviewed_by: null, reviewed_at: null, review_outcome: null },
  });

  it('shows another clinician the text, which is a reading of its own', async () => {
    const { body } = await open({ patient_id: scene.patient });
    const grant = String(body['id']);
    expectAnswer(api, await review(scene.clinician, grant), {
      status: 200,
      body: { ...grantOf(requester), id: grant, reason_text },
      actor: scene.clinician,
      events: [
        {
          ...{ what: 'emergency.review R success emergency_grant', record: grant, patient: scene.patient, purpose: 'TREAT' },
          fields: ['reason_text'],
        },
      ],
    });
  });

  it('shows an administrator code and circumstances, and not the text', async () => {
    const { body } = await open({ patient_id: scene.patient });
    const grant = String(body['id']);
    expectAnswer(api, await review(scene.admin, grant), {
      status: 200,
      body: { ...grantOf(requester), id: grant },
      actor: scene.admin,
      events: [{ what: 'emergency.review R success emergency_grant', record: grant, patient: scene.patient, purpose: 'HOPERAT' }],
    });
  });

  it.each(['admin', 'clinician'] as const)('takes one judgement, here of %s, with who and when', async (who) => {
    const { body } = await open({ patient_id: scene.patient });
    const judged = await review(scene[who], body['id'], { outcome: 'justified' });
    expect([judged.status, judged.body]).toEqual([
      200,
      expect.objectContaining({ reviewed_by: scene[who].sub, reviewed_at: TIME, review_outcome: 'justified' }),
    ]);
    expect(judged.events).toMatchObject([{ event_type: 'emergency.review', action: 'E', outcome: 'success', reason: 'justified' }]);
    const again = await review(scene.admin, body['id'], { outcome: 'unjustified' });
    const event = {
      ...{ what: 'emergency.review E failed emergency_grant', record: String(body['id']), patient: scene.patient },
      ...{ purpose: 'HOPERAT', reason: 'already_reviewed' },
    };
    expectRefused(api, again, { status: 409, code: 'conflict', actor: scene.admin, event });
    expect((await api.send(requester, 'GET', `/v1/patients/${scene.patient}`)).status).toBe(200);
  });

  it('ends a grant that was not justified, at once', async () => {
    const { body } = await open({ patient_id: scene.patient });
    await review(scene.admin, body['id'], { outcome: 'unjustified' });
    const read = await api.send(requester, 'GET', `/v1/patients/${scene.patient}`);
    expect([read.status, read.events.map(({ reason }) => reason)]).toEqual([404, ['not_related']]);
  });

  it('refuses the requester, who would judge an own case', async () => {
    const { body } = await open({ patient_id: scene.patient });
    const grant = String(body['id']);
    for (const outcome of [{}, { outcome: 'justified' }]) {
      const event = {
        ...{ what: `emergency.review ${'outcome' in outcome ? 'E' : 'R'} denied emergency_grant`, record: grant, patient: scene.patient },
        ...{ purpose: 'TREAT', reason: 'own_grant' },
      };
      expectRefused(api, await review(requester, grant, outcome), { status: 403, code: 'forbidden', actor: requester, event });
    }
  });

  it('refuses an outcome that there is not', async () => {
    const refused = await review(scene.admin, scene.grant, { outcome: 'fine' });
    expect([refused.status, refused.body['code']]).toEqual([400, 'body_value']);
  });
});
