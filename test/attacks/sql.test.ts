import { HOSTILE_TEXTS, HOSTILE_VALUES, leavesOf, type Leaf } from '../support/hostile-texts';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let reviewer: Actor;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  reviewer = await api.world.principal('clinician');
}, 60_000);
afterAll(() => api.stop());

const of = (): string => `/v1/patients/${scene.patient}`;
const send = (actor: Actor, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  api.send(actor, method, path, body === undefined ? { headers } : { body, headers });

const addressOf = (text: string) => ({ line1: text, line2: text, city: text, state: text, postal_code: text.slice(0, 20), country: 'US' });
const recordOf = (text: string) => ({
  name: text,
  address: addressOf(text),
  medical_history: text,
  diagnoses: [{ code: text.slice(0, 20), description: text, recorded_on: '2031-01-02' }],
  prescriptions: [{ medication: text, dosage: text, prescribed_on: '2031-01-02' }],
});

describe.each(HOSTILE_TEXTS.map((text) => [JSON.stringify(text), text] as const))('%s', (_, text) => {
  it('comes back as it was sent from every field of a record', async () => {
    const written = { ...recordOf(text), date_of_birth: VALUES.date_of_birth, mrn: `SQL${HOSTILE_TEXTS.indexOf(text)}` };
    const made = await send(scene.clinician, 'POST', '/v1/patients', written);
    expect(made.status).toBe(201);
    const read = await send(scene.clinician, 'GET', `/v1/patients/${String(made.body['id'])}`);
    expect(read.body).toMatchObject(written);
  });

  it('comes back as it was sent from billing, notes, appointments, documents, grants and disclosures', async () => {
    const address = { billing_address: addressOf(text) };
    await send(scene.billing, 'PATCH', `${of()}/billing`, address, await versionOf('patient', scene.patient));
    await expect(send(scene.billing, 'GET', `${of()}/billing`)).resolves.toMatchObject({ body: address });

    const note = await send(scene.clinician, 'POST', `${of()}/notes`, { body: text });
    await expect(send(scene.self, 'GET', `/v1/notes/${String(note.body['id'])}`)).resolves.toMatchObject({ body: { body: text } });

    const { starts_at, ends_at } = VALUES;
    const moved = { starts_at, ends_at, reason: text };
    const version = await versionOf('appointment', scene.appointment);
    await send(scene.clinician, 'PATCH', `${of()}/appointments/${scene.appointment}`, moved, version);
    const appointments = await send(scene.self, 'GET', `${of()}/appointments`);
    expect(appointments.body['items']).toContainEqual(expect.objectContaining({ id: scene.appointment, reason: text }));

    const announced = { title: text, content_type: 'text/plain', size_bytes: 1, sha256: 'cd'.repeat(32) };
    const document = await send(scene.clinician, 'POST', `${of()}/documents`, announced);
    const access = await send(scene.self, 'POST', `/v1/documents/${String(document.body['id'])}/access`);
    expect(access.body).toMatchObject({ title: text });

    const opened = { patient_id: scene.patient, reason_code: 'disaster', reason_text: text };
    const grant = await send(scene.outsider, 'POST', '/v1/emergency-access', opened);
    const review = await send(reviewer, 'POST', `/v1/emergency-access/${String(grant.body['id'])}/review`, {});
    expect(review.body).toMatchObject({ reason_text: text });

    const disclosed = { disclosed_at: starts_at, recipient: text, data_classes: ['clinical'], purpose: 'judicial' };
    const disclosure = await send(scene.admin, 'POST', `${of()}/disclosures`, disclosed);
    const disclosures = await send(scene.admin, 'GET', `${of()}/disclosures`);
    expect(disclosures.body['items']).toContainEqual(expect.objectContaining({ id: disclosure.body['id'], recipient: text }));
  });
});

async function versionOf(table: 'patient' | 'appointment', id: string): Promise<Readonly<Record<string, string>>> {
  const [row] = await api.sql.admin<{ version: number }>(`SELECT version FROM phi.${table} WHERE id = $1`, [id]);
  return { 'if-match': `"${row?.version}"` };
}

const TIMES = { starts_at: VALUES.starts_at, ends_at: VALUES.ends_at };
const ID = '00000000-0000-4000-8000-000000000001';

/** One body for every route that takes one, with every field it may have. */
const BODIES: readonly (readonly [string, keyof RecordsScene, string, (scene: RecordsScene) => string, unknown])[] = [
  [
    'patient.create',
    'clinician',
    'POST',
    () => '/v1/patients',
    { name: 'a', date_of_birth: '1984-02-29', mrn: 'M1', ssn: '900-00-0001', address: addressOf('a'), diagnoses: recordOf('a').diagnoses },
  ],
  ['patient.search', 'clinician', 'POST', () => '/v1/patients/search', { mrn: 'M1' }],
  ['patient.update', 'clinician', 'PATCH', (at) => `/v1/patients/${at.patient}`, { medical_history: 'a', diagnoses: [] }],
  ['patient.void', 'clinician', 'DELETE', () => `/v1/patients/${ID}`, { reason: 'other' }],
  ['billing.search', 'billing', 'POST', () => '/v1/patients/search', { insurance_id: 'I1' }],
  [
    'billing.update',
    'billing',
    'PATCH',
    (at) => `/v1/patients/${at.patient}/billing`,
    { insurance_id: 'I1', payment_history: VALUES.payment_history },
  ],
  ['note.create', 'clinician', 'POST', (at) => `/v1/patients/${at.patient}/notes`, { body: 'a' }],
  ['note.amend', 'clinician', 'POST', (at) => `/v1/patients/${at.patient}/notes/${at.note}/versions`, { body: 'a' }],
  ['appointment.create', 'clinician', 'POST', (at) => `/v1/patients/${at.patient}/appointments`, { ...TIMES, reason: 'a' }],
  ['appointment.cancel', 'clinician', 'DELETE', (at) => `/v1/patients/${at.patient}/appointments/${ID}`, { reason: 'other' }],
  [
    'session.create',
    'clinician',
    'POST',
    (at) => `/v1/patients/${at.patient}/sessions`,
    { appointment_id: ID, started_at: TIMES.starts_at, ended_at: TIMES.ends_at, recording_version: 'v1' },
  ],
  [
    'document.create',
    'clinician',
    'POST',
    (at) => `/v1/patients/${at.patient}/documents`,
    { title: 'a', content_type: 'image/png', size_bytes: 9, sha256: 'ab'.repeat(32) },
  ],
  ['emergency.open', 'outsider', 'POST', () => '/v1/emergency-access', { mrn: 'M1', reason_code: 'disaster', reason_text: 'a' }],
  ['emergency.review', 'admin', 'POST', () => `/v1/emergency-access/${ID}/review`, { outcome: 'justified' }],
  [
    'disclosure.create',
    'admin',
    'POST',
    (at) => `/v1/patients/${at.patient}/disclosures`,
    { disclosed_at: TIMES.starts_at, recipient: 'a', data_classes: ['clinical', 'billing'], purpose: 'judicial' },
  ],
  [
    'audit.search',
    'admin',
    'POST',
    () => '/v1/audit-events/search',
    { actor: ID, patient: ID, type: 'session', from: TIMES.starts_at, to: TIMES.ends_at, cursor: 'a', limit: 5 },
  ],
  [
    'breach.assess',
    'admin',
    'POST',
    () => '/v1/breach-assessments',
    { discovered_at: TIMES.starts_at, from: '2020-01-01T00:00:00Z', to: TIMES.ends_at, actor: ID, patients: [ID], key_exposure: 'none' },
  ],
  ['principal.put', 'admin', 'PUT', () => `/v1/principals/${ID}`, { role: 'patient', patient_id: ID, disabled: true }],
];

describe.each(BODIES)('a body of %s', (name, who, method, path, body) => {
  it('with anything in the place of any of its values is stored or refused, with one row, and never a fault of ours', async () => {
    const actor = scene[who] as Actor;
    const changes = name === 'patient.update' || name === 'billing.update' || name === 'note.amend';
    const outcomes: string[] = [];
    const attempt = async ({ at, with: place }: Leaf, value: unknown): Promise<void> => {
      const { status, events } = await send(actor, method, path(scene), place(value), changes ? { 'if-match': '"999999"' } : {});
      const ends = [200, 201, 400, 404, 409].includes(status) && events.length === 1;
      if (!ends) outcomes.push(`${at} ${JSON.stringify(value)}: ${status}, ${events.length} rows`);
    };
    for (const leaf of leavesOf(body)) await Promise.all(HOSTILE_VALUES.map((value) => attempt(leaf, value)));
    expect(outcomes).toEqual([]);
  }, 30_000);
});

describe('a path or a query', () => {
  it('with anything in the place of an id or a value is refused', async () => {
    for (const text of HOSTILE_TEXTS) {
      const encoded = [text, encodeURIComponent(text)];
      for (const one of encoded) {
        expect([400, 404]).toContain((await send(scene.clinician, 'GET', `/v1/patients/${one}`)).status);
        const query = { cursor: one };
        expect((await api.send(scene.clinician, 'GET', `${of()}/notes`, { query })).status).toBe(400);
      }
    }
  });
});
