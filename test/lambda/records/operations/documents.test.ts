import { CodedError } from '../../../../lambda/shared/outcome';
import { albEvent } from '../../../support/alb-event';
import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, shortEvent } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let of: string;
const NOW = Date.now();
beforeAll(async () => {
  api = await startRecordsApi({ now: () => NOW });
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}/documents`;
}, 60_000);
afterAll(() => api.stop());

const { title } = VALUES;
const EXPIRES = new Date(NOW + 60_000).toISOString();
const ANNOUNCED = { title, content_type: 'application/pdf', size_bytes: 5_368_709_120, sha256: '0f'.repeat(32) };
const urlOf = (signed: unknown) => new URL((signed as { readonly url: string }).url);

describe('POST /v1/patients/{id}/documents', () => {
  it('registers a document and gives an address to put exactly those bytes at, once, within 60 seconds', async () => {
    const made = await api.send(scene.clinician, 'POST', of, { body: ANNOUNCED });
    const id = String(made.body['id']);
    const headers = {
      'content-type': 'application/pdf',
      'content-length': '5368709120',
      'if-none-match': '*',
      'x-amz-checksum-sha256': Buffer.from('0f'.repeat(32), 'hex').toString('base64'),
    };
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.any(String) as string, upload: { method: 'PUT', url: expect.any(String) as string, headers, expires_at: EXPIRES } },
      actor: scene.clinician,
      events: [
        { what: 'phi.change C success document', record: id, patient: scene.patient, purpose: 'TREAT', fields: ['title', 'content'] },
      ],
    });
    const url = urlOf(made.body['upload']);
    expect(url.pathname).toBe(`/documents/${id}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'x-audit-id': made.events[0]?.['id'],
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'content-length;content-type;host;if-none-match;x-amz-checksum-sha256',
    });
  });

  it.each([
    ['a type that could be run', { content_type: 'text/html' }],
    ['no bytes', { size_bytes: 0 }],
    ['more bytes than one upload takes', { size_bytes: 5_368_709_121 }],
    ['half a byte', { size_bytes: 0.5 }],
    ['a digest in upper case', { sha256: '0F'.repeat(32) }],
    ['a short digest', { sha256: '0f'.repeat(31) }],
    ['no title', { title: '' }],
  ])('refuses %s', async (_, wrong) => {
    const refused = await api.send(scene.clinician, 'POST', of, { body: { ...ANNOUNCED, ...wrong } });
    expect([refused.status, refused.body['code'], refused.events.length]).toEqual([400, 'body_value', 1]);
  });
});

describe('POST /v1/documents/{id}/access', () => {
  it.each([
    ['clinician', 'TREAT'],
    ['self', 'PATRQT'],
  ] as const)('gives %s what is known of it, and an address for 60 seconds that names its grant', async (who, purpose) => {
    const granted = await api.send(scene[who], 'POST', `/v1/documents/${scene.document}/access`);
    expectAnswer(api, granted, {
      status: 200,
      body: {
        ...{ id: scene.document, patient_id: scene.patient, uploaded_by: scene.clinician.sub, title, content_type: 'image/png' },
        ...{ size_bytes: 9, sha256: 'ab'.repeat(32), created_at: expect.stringMatching(/Z$/) as string },
        download: { method: 'GET', url: expect.any(String) as string, headers: {}, expires_at: EXPIRES },
      },
      actor: scene[who],
      events: [
        {
          ...{ what: 'phi.disclosure.grant E success document', record: scene.document, patient: scene.patient, purpose },
          fields: ['title', 'content'],
        },
      ],
    });
    const url = urlOf(granted.body['download']);
    expect(url.pathname).toBe(`/documents/${scene.document}`);
    expect(url.searchParams.get('x-audit-id')).toBe(granted.events[0]?.['id']);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
  });

  it('gives a size beyond 32 bits as the number it is', async () => {
    const made = await api.send(scene.clinician, 'POST', of, { body: ANNOUNCED });
    const granted = await api.send(scene.clinician, 'POST', `/v1/documents/${String(made.body['id'])}/access`);
    expect(granted.body).toMatchObject(ANNOUNCED);
  });
});

describe('when no address can be signed', () => {
  it('the answer is 503, and the trail has the grant and the failure', async () => {
    const fail = () => Promise.reject(new CodedError('object_store_unavailable'));
    const service = api.compose({ objects: { presignGet: fail, presignPut: fail } });
    const requestId = '1d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33';
    const authorization = [`Bearer ${api.token(scene.clinician)}`];
    const event = albEvent({ httpMethod: 'POST', path: `/v1/documents/${scene.document}/access` }, { authorization });
    const response = await service(event, { awsRequestId: requestId });
    expect([response.statusCode, JSON.parse(response.body)]).toEqual([503, expect.objectContaining({ code: 'object_store_unavailable' })]);
    const rows = await api.sql.admin('SELECT * FROM audit.event WHERE request_id = $1 ORDER BY seq', [requestId]);
    expect(rows.map(shortEvent)).toMatchObject([
      { what: 'phi.disclosure.grant E success document', record: scene.document, patient: scene.patient },
      { what: 'phi.disclosure.grant E failed document', record: scene.document, reason: 'object_store_unavailable' },
    ]);
  });
});
