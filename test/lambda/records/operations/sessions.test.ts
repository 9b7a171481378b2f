import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let of: string;
const NOW = Date.now();
beforeAll(async () => {
  api = await startRecordsApi({ now: () => NOW });
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}/sessions`;
}, 60_000);
afterAll(() => api.stop());

const { starts_at, ends_at } = VALUES;

describe('GET /v1/patients/{id}/sessions', () => {
  it.each([
    ['clinician', 'TREAT'],
    ['self', 'PATRQT'],
  ] as const)('tells %s when it was and whether it was recorded, and not which version the recording is', async (who, purpose) => {
    const session = {
      ...{ id: scene.session, patient_id: scene.patient, appointment_id: scene.appointment, clinician_id: scene.clinician.sub },
      ...{ started_at: starts_at, ended_at: ends_at, recorded: true },
    };
    expectAnswer(api, await api.send(scene[who], 'GET', of), {
      status: 200,
      body: { items: [session], next: null },
      actor: scene[who],
      events: [
        { what: 'phi.access R success session', patient: scene.patient, purpose, fields: ['started_at', 'ended_at', 'recorded'] },
      ],
    });
  });
});

describe('POST /v1/patients/{id}/sessions', () => {
  it('records one that belongs to no appointment, has not ended and was not recorded', async () => {
    const made = await api.send(scene.clinician, 'POST', of, { body: { started_at: '2030-01-01T00:00:00Z' } });
    const id = String(made.body['id']);
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.any(String) as string },
      actor: scene.clinician,
      events: [
        {
          ...{ what: 'phi.change C success session', record: id, patient: scene.patient, purpose: 'TREAT' },
          fields: ['started_at', 'ended_at', 'recording_version'],
        },
      ],
    });
    const listed = await api.send(scene.clinician, 'GET', of);
    expect(listed.body['items']).toEqual([
      expect.objectContaining({ id: scene.session }),
      {
        ...{ id, patient_id: scene.patient, appointment_id: null, clinician_id: scene.clinician.sub },
        ...{ started_at: '2030-01-01T00:00:00.000Z', ended_at: null, recorded: false },
      },
    ]);
    const watch = await api.send(scene.clinician, 'POST', `/v1/sessions/${id}/recording-access`);
    const event = { what: 'phi.disclosure.grant E denied session', record: id, patient: scene.patient, purpose: 'TREAT', reason: 'not_recorded' };
    expectRefused(api, watch, { status: 404, code: 'not_found', actor: scene.clinician, event });
  });

  it.each([
    ['an end before the start', { ended_at: '2030-01-01T00:00:00Z' }, 'value_refused'],
    ['a version with a slash', { recording_version: '../x' }, 'body_value'],
    ['a version of 1,025 characters', { recording_version: 'v'.repeat(1_025) }, 'body_value'],
    ['an appointment that is none', { appointment_id: 'none' }, 'body_value'],
  ])('refuses %s', async (_, wrong, code) => {
    const refused = await api.send(scene.clinician, 'POST', of, { body: { started_at: starts_at, ...wrong } });
    expect([refused.status, refused.body['code'], refused.events.length]).toEqual([400, code, 1]);
  });
});

describe('POST /v1/sessions/{id}/recording-access', () => {
  it.each([
    ['clinician', 'TREAT'],
    ['self', 'PATRQT'],
  ] as const)('gives %s an address for 60 seconds, of exactly that version, which names its grant', async (who, purpose) => {
    const granted = await api.send(scene[who], 'POST', `/v1/sessions/${scene.session}/recording-access`);
    expectAnswer(api, granted, {
      status: 200,
      body: {
        id: scene.session,
        download: { method: 'GET', url: expect.any(String) as string, headers: {}, expires_at: new Date(NOW + 60_000).toISOString() },
      },
      actor: scene[who],
      events: [
        {
          ...{ what: 'phi.disclosure.grant E success session', record: scene.session, patient: scene.patient, purpose },
          fields: ['recording_version'],
        },
      ],
    });
    const url = new URL((granted.body['download'] as { readonly url: string }).url);
    expect([url.origin, url.pathname]).toEqual(['https://documents-of-tests.s3.us-east-1.amazonaws.com', `/recordings/${scene.session}`]);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      versionId: 'v1',
      'x-audit-id': granted.events[0]?.['id'],
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
    });
  });
});
