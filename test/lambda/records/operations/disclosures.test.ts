import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let of: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}/disclosures`;
}, 60_000);
afterAll(() => api.stop());

const { starts_at, recipient } = VALUES;
const ENTRY = { disclosed_at: '2030-06-30T12:00:00.000Z', recipient: 'Example County', data_classes: ['identity', 'billing'], purpose: 'public_health' };
const TIME = expect.stringMatching(/Z$/) as string;

describe('POST /v1/patients/{id}/disclosures', () => {
  it('enters date, recipient, classes and purpose, which read back as they were given', async () => {
    const made = await api.send(scene.admin, 'POST', of, { body: ENTRY });
    const id = String(made.body['id']);
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
      actor: scene.admin,
      events: [{ what: 'disclosure C success disclosure', record: id, patient: scene.patient, purpose: 'HOPERAT', fields: ['recipient'] }],
    });
    const common = { patient_id: scene.patient, recorded_at: TIME, recorded_by: scene.admin.sub };
    expectAnswer(api, await api.send(scene.admin, 'GET', of), {
      status: 200,
      body: {
        items: [
          { id: scene.disclosure, ...common, disclosed_at: starts_at, recipient, data_classes: ['clinical'], purpose: 'judicial' },
          { id, ...common, ...ENTRY },
        ],
        next: null,
      },
      actor: scene.admin,
      events: [{ what: 'disclosure R success disclosure', patient: scene.patient, purpose: 'HOPERAT', fields: ['recipient'] }],
    });
  });

  it('keeps the recipient as ciphertext', async () => {
    const rows = await api.sql.admin<{ recipient: Buffer }>('SELECT recipient FROM audit.disclosure');
    expect(rows.map((row) => row.recipient.includes('Example County') || row.recipient.includes(recipient))).toEqual([false, false]);
  });

  it.each([
    ['no class', { data_classes: [] }],
    ['a class that there is not', { data_classes: ['genetic'] }],
    ['four classes', { data_classes: ['identity', 'clinical', 'billing', 'identity'] }],
    ['a purpose that needs no accounting', { purpose: 'treatment' }],
    ['a recipient of 501 characters', { recipient: 'r'.repeat(501) }],
    ['a day without a time', { disclosed_at: '2030-06-30' }],
  ])('refuses %s', async (_, wrong) => {
    const refused = await api.send(scene.admin, 'POST', of, { body: { ...ENTRY, ...wrong } });
    const event = {
      ...{ what: 'disclosure C failed disclosure', record: scene.patient, patient: scene.patient, purpose: 'HOPERAT', reason: 'body_value' },
    };
    expectRefused(api, refused, { status: 400, code: 'body_value', actor: scene.admin, event });
  });

  it('needs a patient that there is', async () => {
    const nobody = '7d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33';
    const refused = await api.send(scene.admin, 'POST', `/v1/patients/${nobody}/disclosures`, { body: ENTRY });
    const event = { what: 'disclosure C denied disclosure', patient: nobody, purpose: 'HOPERAT', reason: 'absent' };
    expectRefused(api, refused, { status: 404, code: 'not_found', actor: scene.admin, event });
  });
});
