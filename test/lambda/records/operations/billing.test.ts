import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let path: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  path = `/v1/patients/${scene.patient}/billing`;
}, 60_000);
afterAll(() => api.stop());

const { name, billing_address, payment_history } = VALUES;
const FIELDS = ['name', 'insurance_id', 'billing_address', 'payment_history'];
const about = () => ({ record: scene.patient, patient: scene.patient });

describe('GET /v1/patients/{id}/billing', () => {
  it.each([
    ['billing', 'HPAYMT'],
    ['self', 'PATRQT'],
  ] as const)('gives %s name, insurance and payments, and nothing clinical', async (who, purpose) => {
    expectAnswer(api, await api.send(scene[who], 'GET', path), {
      status: 200,
      body: { id: scene.patient, version: 2, status: 'active', name, insurance_id: scene.insuranceId, billing_address, payment_history },
      etag: '"2"',
      actor: scene[who],
      events: [{ ...about(), what: 'phi.access R success billing', purpose, fields: FIELDS }],
    });
  });
});

describe('PATCH /v1/patients/{id}/billing', () => {
  const change = (version: number, body: object) => api.send(scene.billing, 'PATCH', path, { body, headers: { 'if-match': `"${version}"` } });

  it('changes what is given of the version that was seen, and leaves the rest', async () => {
    const payments = [...payment_history, { paid_on: '2031-02-03', amount_cents: -99, currency: 'EUR', method: 'bank_transfer' }];
    expectAnswer(api, await change(2, { payment_history: payments }), {
      status: 200,
      body: { id: scene.patient, version: 3 },
      etag: '"3"',
      actor: scene.billing,
      events: [{ ...about(), what: 'phi.change U success billing', purpose: 'HPAYMT', fields: ['payment_history'] }],
    });
    const { body } = await api.send(scene.billing, 'GET', path);
    expect(body).toMatchObject({ version: 3, insurance_id: scene.insuranceId, billing_address, payment_history: payments });
  });

  it('moves the index with the insurance id, so that the old one finds nothing', async () => {
    expect((await change(3, { insurance_id: 'INS-MOVED-1' })).status).toBe(200);
    const found = [scene.insuranceId, 'ins moved 1'].map((insurance_id) =>
      api.send(scene.billing, 'POST', '/v1/patients/search', { body: { insurance_id } }),
    );
    expect((await Promise.all(found)).map(({ body }) => body['items'])).toEqual([[], [{ id: scene.patient }]]);
  });

  it('is one version with the clinical side, so neither overwrites what it has not seen', async () => {
    const clinical = await api.send(scene.clinician, 'PATCH', `/v1/patients/${scene.patient}`, {
      body: { medical_history: 'Another history' },
      headers: { 'if-match': '"4"' },
    });
    expect(clinical.body).toEqual({ id: scene.patient, version: 5 });
    const event = { ...about(), what: 'phi.change U failed billing', purpose: 'HPAYMT', reason: 'version_stale' };
    expectRefused(api, await change(4, { billing_address }), { status: 409, code: 'version_stale', actor: scene.billing, event });
  });

  it.each([
    ['a name', { name: 'Somebody Else' }, 'body_unknown_key'],
    ['a payment in parts of a cent', { payment_history: [{ ...payment_history[0], amount_cents: 0.5 }] }, 'body_value'],
    ['a payment by other means', { payment_history: [{ ...payment_history[0], method: 'barter' }] }, 'body_value'],
    ['a further key in a payment', { payment_history: [{ ...payment_history[0], card: '4111' }] }, 'body_unknown_key'],
    ['nothing', {}, 'body_value'],
  ])('refuses %s', async (_, body, code) => {
    const event = { ...about(), what: 'phi.change U failed billing', purpose: 'HPAYMT', reason: code };
    expectRefused(api, await change(5, body), { status: 400, code, actor: scene.billing, event });
  });

  it('is closed once the record is marked as entered in error', async () => {
    await api.send(scene.clinician, 'DELETE', `/v1/patients/${scene.patient}`, { body: { reason: 'test_data' } });
    const event = { ...about(), what: 'phi.change U failed billing', purpose: 'HPAYMT', reason: 'not_active' };
    expectRefused(api, await change(6, { billing_address }), { status: 409, code: 'conflict', actor: scene.billing, event });
  });
});
