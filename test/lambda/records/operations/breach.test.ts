import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';
import type { Actor } from '../../../support/sql-world';

let api: RecordsApi;
let one: RecordsScene;
let two: RecordsScene;
let intruder: Actor;
let from: string;
let to: string;
beforeAll(async () => {
  api = await startRecordsApi();
  [one, two] = [await arrangeRecords(api), await arrangeRecords(api)];
  intruder = await api.world.principal('billing');
  const [before] = await api.sql.admin<{ at: Date }>('SELECT clock_timestamp() AS at');
  for (const path of [`${one.patient}`, `${one.patient}/billing`, `${two.patient}`, `${two.patient}`]) {
    await api.send(intruder, 'GET', `/v1/patients/${path}`);
  }
  await api.send(intruder, 'GET', `/v1/patients/${one.patient}/notes`);
  await api.send(one.clinician, 'GET', `/v1/patients/${one.patient}/notes`);
  const [after] = await api.sql.admin<{ at: Date }>(`SELECT clock_timestamp() + interval '1 millisecond' AS at`);
  [from, to] = [before?.at.toISOString() ?? '', after?.at.toISOString() ?? ''];
}, 60_000);
afterAll(() => api.stop());

const DISCOVERED = '2031-05-06T07:08:09.123Z';
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;

async function assess(body: object): Promise<Readonly<Record<string, unknown>>> {
  const made = await api.send(one.admin, 'POST', '/v1/breach-assessments', {
    body: { discovered_at: DISCOVERED, from, to, key_exposure: 'none', ...body },
  });
  expect([made.status, made.body]).toEqual([201, { id: UUID }]);
  return (await api.send(one.admin, 'GET', `/v1/breach-assessments/${String(made.body['id'])}`)).body;
}

describe('a breach assessment', () => {
  it('counts persons, events and classes of one actor, and leaves out what was refused', async () => {
    const made = await api.send(one.admin, 'POST', '/v1/breach-assessments', {
      body: { discovered_at: DISCOVERED, from, to, actor: intruder.sub, key_exposure: 'unknown' },
    });
    const id = String(made.body['id']);
    const about = { record: id, purpose: 'HOPERAT' };
    const created = { ...about, what: 'breach C success breach_assessment' };
    expectAnswer(api, made, { status: 201, body: { id: UUID }, actor: one.admin, events: [created] });
    expectAnswer(api, await api.send(one.admin, 'GET', `/v1/breach-assessments/${id}`), {
      status: 200,
      body: {
        ...{ id, assessed_at: expect.any(String) as string, assessed_by: one.admin.sub, discovered_at: DISCOVERED },
        ...{ window_from: from, window_to: to, actor_id: intruder.sub, patients: null, key_exposure: 'unknown' },
        ...{ individuals: 2, events: 4, data_classes: ['billing', 'identity'] },
        fields: ['billing_address', 'insurance_id', 'name', 'payment_history'],
        ...{ first_event_at: expect.any(String) as string, last_event_at: expect.any(String) as string },
        ...{ notify_individuals_by: '2031-07-05T07:08:09.123Z', notify_secretary_by: '2032-03-01T00:00:00.000Z', notify_media: false },
      },
      actor: one.admin,
      events: [{ ...about, what: 'breach R success breach_assessment' }],
    });
  });

  it('counts for the patients that are named only', async () => {
    expect(await assess({ patients: [two.patient] })).toMatchObject({ individuals: 1, events: 2, patients: [two.patient], fields: ['name'] });
  });

  it('counts whoever was there when no actor is named', async () => {
    expect(await assess({})).toMatchObject({ individuals: 2, events: 5, data_classes: ['billing', 'clinical', 'identity'] });
  });

  it('of a window in which nothing happened counts nobody', async () => {
    expect(await assess({ from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z' })).toMatchObject({
      ...{ individuals: 0, events: 0, data_classes: [], fields: [], first_event_at: null, last_event_at: null },
    });
  });

  it.each([
    ['a window that ends before it begins', { from: '2031-01-02T00:00:00Z', to: '2031-01-01T00:00:00Z' }, 'value_refused'],
    ['no patients', { patients: [] }, 'body_value'],
    ['a patient that is no id', { patients: ['Avery'] }, 'body_value'],
    ['an exposure that is no code', { key_exposure: 'maybe' }, 'body_value'],
  ])('refuses %s', async (_, wrong, code) => {
    const body = { discovered_at: DISCOVERED, from, to, key_exposure: 'none', ...wrong };
    const refused = await api.send(one.admin, 'POST', '/v1/breach-assessments', { body });
    const event = { what: 'breach C failed breach_assessment', purpose: 'HOPERAT', reason: code };
    expectRefused(api, refused, { status: 400, code, actor: one.admin, event });
  });

  it('can be read whenever it was discovered, up to the last day that can be given', async () => {
    expect(await assess({ discovered_at: '2199-12-31T23:59:59.999Z' })).toMatchObject({ notify_individuals_by: '2200-03-01T23:59:59.999Z' });
  });

  it('that does not exist is not found', async () => {
    const id = '7d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33';
    const refused = await api.send(one.admin, 'GET', `/v1/breach-assessments/${id}`);
    const event = { what: 'breach R denied breach_assessment', record: id, purpose: 'HOPERAT', reason: 'absent' };
    expectRefused(api, refused, { status: 404, code: 'not_found', actor: one.admin, event });
  });
});
