import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let of: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}/appointments`;
}, 60_000);
afterAll(() => api.stop());

const { starts_at, ends_at, reason } = VALUES;
const TREAT = { purpose: 'TREAT' };
const FIELDS = ['starts_at', 'ends_at', 'reason'];
const about = () => ({ record: scene.appointment, patient: scene.patient });
const booked = () => ({
  ...{ id: scene.appointment, version: 1, patient_id: scene.patient, status: 'booked', clinician_id: scene.clinician.sub },
  ...{ starts_at, ends_at, reason },
});

describe('GET /v1/patients/{id}/appointments', () => {
  it.each([
    ['clinician', 'TREAT'],
    ['self', 'PATRQT'],
  ] as const)('gives %s times and reason as they were booked', async (who, purpose) => {
    expectAnswer(api, await api.send(scene[who], 'GET', of), {
      status: 200,
      body: { items: [booked()], next: null },
      actor: scene[who],
      events: [{ what: 'phi.access R success appointment', patient: scene.patient, purpose, fields: FIELDS }],
    });
  });
});

describe('POST /v1/patients/{id}/appointments', () => {
  it('books one without a reason, in the whole second or in part of one', async () => {
    const times = { starts_at: '1999-12-31T23:59:59Z', ends_at: '1999-12-31T23:59:59.5Z' };
    const made = await api.send(scene.clinician, 'POST', of, { body: times });
    const id = String(made.body['id']);
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.any(String) as string, version: 1 },
      etag: '"1"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.change C success appointment', record: id, patient: scene.patient, fields: FIELDS }],
    });
    const listed = await api.send(scene.clinician, 'GET', of);
    const canonical = { starts_at: '1999-12-31T23:59:59.000Z', ends_at: '1999-12-31T23:59:59.500Z' };
    expect(listed.body['items']).toEqual([booked(), { ...booked(), id, ...canonical, reason: null }]);
  });

  it.each([
    ['an end before the start', { ends_at: '2031-05-06T07:08:09.122Z' }, 'value_refused'],
    ['no time at all', { ends_at: starts_at }, 'value_refused'],
    ['a local time', { ends_at: '2031-05-06T09:08:09' }, 'body_value'],
    ['another zone', { ends_at: '2031-05-06T09:08:09+02:00' }, 'body_value'],
    ['microseconds', { ends_at: '2031-05-06T09:08:09.123456Z' }, 'body_value'],
    ['a time without seconds', { ends_at: '2031-05-06T09:08Z' }, 'body_value'],
    ['the thirtieth of February', { ends_at: '2031-02-30T09:08:09Z' }, 'body_value'],
    ['the year 9999', { ends_at: '9999-05-06T09:08:09Z' }, 'body_value'],
  ])('refuses %s', async (_, wrong, code) => {
    const refused = await api.send(scene.clinician, 'POST', of, { body: { starts_at, ...wrong } });
    expect([refused.status, refused.body['code'], refused.events.map((event) => [event['outcome'], event['reason']])]).toEqual([
      ...[400, code],
      [['failed', code]],
    ]);
  });
});

describe('PATCH /v1/patients/{id}/appointments/{appointment}', () => {
  const change = (body: object, version = '"1"') =>
    api.send(scene.clinician, 'PATCH', `${of}/${scene.appointment}`, { body, headers: { 'if-match': version } });

  it('moves the end of the version that was seen, and leaves the rest', async () => {
    const later = '2031-05-06T09:00:00.000Z';
    expectAnswer(api, await change({ ends_at: later }), {
      status: 200,
      body: { id: scene.appointment, version: 2 },
      etag: '"2"',
      actor: scene.clinician,
      events: [{ ...TREAT, ...about(), what: 'phi.change U success appointment', fields: ['ends_at'] }],
    });
    const listed = await api.send(scene.clinician, 'GET', of, { query: { limit: '1' } });
    expect(listed.body['items']).toEqual([{ ...booked(), version: 2, ends_at: later }]);
  });

  it('refuses the version before, and an end that comes before the start', async () => {
    const failed = (why: string) => ({ ...TREAT, ...about(), what: 'phi.change U failed appointment', reason: why });
    const actor = scene.clinician;
    expectRefused(api, await change({ reason }), { status: 409, code: 'version_stale', actor, event: failed('version_stale') });
    const backwards = await change({ ends_at: '2030-05-06T09:00:00Z' }, '"2"');
    expectRefused(api, backwards, { status: 400, code: 'value_refused', actor, event: failed('value_refused') });
  });
});

describe('DELETE /v1/patients/{id}/appointments/{appointment}', () => {
  const cancel = (headers: Readonly<Record<string, string>> = {}) =>
    api.send(scene.clinician, 'DELETE', `${of}/${scene.appointment}`, { body: { reason: 'patient_request' }, headers });

  it('refuses an older version where one is named', async () => {
    expect((await cancel({ 'if-match': '"1"' })).body['code']).toBe('version_stale');
  });

  it('cancels with a reason, once; the appointment stays on record', async () => {
    expectAnswer(api, await cancel(), {
      status: 200,
      body: { id: scene.appointment, version: 3 },
      etag: '"3"',
      actor: scene.clinician,
      events: [{ ...TREAT, ...about(), what: 'phi.change D success appointment', reason: 'patient_request' }],
    });
    const listed = await api.send(scene.self, 'GET', of, { query: { limit: '1' } });
    expect(listed.body['items']).toEqual([{ ...booked(), version: 3, status: 'cancelled', ends_at: '2031-05-06T09:00:00.000Z' }]);
    expectRefused(api, await cancel(), {
      status: 409,
      code: 'conflict',
      actor: scene.clinician,
      event: { ...TREAT, ...about(), what: 'phi.change D failed appointment', reason: 'not_active' },
    });
  });
});
