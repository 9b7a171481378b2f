import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
let of: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}/notes`;
}, 60_000);
afterAll(() => api.stop());

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const TREAT = { purpose: 'TREAT' };
const note = (version: number, body: string, author = scene.clinician.sub) => ({
  ...{ id: scene.note, version, patient_id: scene.patient, author_id: author, created_at: TIME, written_at: TIME, body },
});

describe('POST /v1/patients/{id}/notes', () => {
  it('writes a note that reads back as it was given, under its author', async () => {
    const body = 'First line.\nSecond line, with \u00fc, \u4e2d and \ud83e\ude7a.';
    const made = await api.send(scene.clinician, 'POST', of, { body: { body } });
    const id = String(made.body['id']);
    expectAnswer(api, made, {
      status: 201,
      body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, version: 1 },
      etag: '"1"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.change C success note', record: id, patient: scene.patient, fields: ['body'] }],
    });
    expectAnswer(api, await api.send(scene.clinician, 'GET', `/v1/notes/${id}`), {
      status: 200,
      body: { ...note(1, body), id },
      etag: '"1"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.access R success note', record: id, patient: scene.patient, fields: ['body'] }],
    });
  });

  it.each([[{}], [{ body: '' }], [{ body: 'x'.repeat(20_001) }], [{ body: null }]])('refuses a body that is none', async (body) => {
    const refused = await api.send(scene.clinician, 'POST', of, { body });
    const event = { ...TREAT, what: 'phi.change C failed note', record: scene.patient, patient: scene.patient, reason: 'body_value' };
    expectRefused(api, refused, { status: 400, code: 'body_value', actor: scene.clinician, event });
  });
});

describe('POST /v1/patients/{id}/notes/{note}/versions', () => {
  const amend = (version: string, path = `${of}/${scene.note}/versions`) =>
    api.send(scene.clinician, 'POST', path, { body: { body: 'Amended.' }, headers: { 'if-match': version } });

  it('adds a version on top of the one that was seen', async () => {
    expectAnswer(api, await amend('"1"'), {
      status: 201,
      body: { id: scene.note, version: 2 },
      etag: '"2"',
      actor: scene.clinician,
      events: [{ ...TREAT, what: 'phi.change U success note', record: scene.note, patient: scene.patient, fields: ['body'] }],
    });
    const read = await api.send(scene.self, 'GET', `/v1/notes/${scene.note}`);
    expectAnswer(api, read, {
      status: 200,
      body: note(2, 'Amended.'),
      etag: '"2"',
      actor: scene.self,
      events: [{ what: 'phi.access R success note', record: scene.note, patient: scene.patient, purpose: 'PATRQT', fields: ['body'] }],
    });
  });

  it('keeps the version before it', async () => {
    const kept = await api.sql.admin('SELECT version FROM phi.visit_note WHERE id = $1 ORDER BY version', [scene.note]);
    expect(kept).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('names its own author, and keeps the time the note was made', async () => {
    const colleague = await api.world.principal('clinician');
    await api.send(scene.admin, 'PUT', `/v1/care-teams/${scene.patient}/${colleague.sub}`);
    const before = await api.send(scene.clinician, 'GET', `/v1/notes/${scene.note}`);
    const amended = await api.send(colleague, 'POST', `${of}/${scene.note}/versions`, { body: { body: 'By another.' }, headers: { 'if-match': '"2"' } });
    expect(amended.body).toEqual({ id: scene.note, version: 3 });
    const after = await api.send(scene.clinician, 'GET', `/v1/notes/${scene.note}`);
    expect(after.body).toEqual({ ...note(3, 'By another.', colleague.sub), created_at: before.body['created_at'] });
  });

  it.each(['"1"', '"4"'])('refuses %s when the note is at version 3', async (version) => {
    const event = { ...TREAT, what: 'phi.change U failed note', record: scene.note, patient: scene.patient, reason: 'version_stale' };
    expectRefused(api, await amend(version), { status: 409, code: 'version_stale', actor: scene.clinician, event });
  });
});

describe('GET /v1/patients/{id}/notes', () => {
  it.each([
    ['clinician', 'TREAT'],
    ['self', 'PATRQT'],
  ] as const)('lists for %s the latest version of each note, newest first', async (who, purpose) => {
    const listed = await api.send(scene[who], 'GET', of);
    const items = listed.body['items'] as readonly Readonly<Record<string, unknown>>[];
    expect(items.map(({ id, version }) => [id === scene.note, version])).toEqual([
      [false, 1],
      [true, 3],
    ]);
    expectAnswer(api, listed, {
      status: 200,
      body: { items: [expect.anything(), expect.objectContaining({ id: scene.note, body: 'By another.' })], next: null },
      actor: scene[who],
      events: [{ what: 'phi.access R success note', patient: scene.patient, purpose, fields: ['body'] }],
    });
  });

  it('says of a patient without notes that there are none', async () => {
    const made = await api.send(scene.clinician, 'POST', '/v1/patients', {
      body: { name: VALUES.name, date_of_birth: VALUES.date_of_birth, mrn: 'MRN-NO-NOTES' },
    });
    const patient = String(made.body['id']);
    const listed = await api.send(scene.clinician, 'GET', `/v1/patients/${patient}/notes`);
    expect([listed.status, listed.body]).toEqual([200, { items: [], next: null }]);
    expect(listed.events.map(({ reason, patient_id }) => [reason, patient_id])).toEqual([['no_match', patient]]);
  });
});
