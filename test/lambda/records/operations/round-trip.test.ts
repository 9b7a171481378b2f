import fc from 'fast-check';
import { ANY_VALUE, anyText, anyTimes } from '../../../support/arbitrary-values';
import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { namedBy, sendRoute, unusedMrn, type Named } from '../../../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';

type Json = Readonly<Record<string, unknown>>;

const RUNS = { numRuns: 30 };
let api: RecordsApi;
let scene: RecordsScene;
let named: Named;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  named = namedBy(scene);
}, 60_000);
afterAll(() => api.stop());

const newest = ({ body }: { readonly body: Json }) => (body['items'] as readonly Json[])[0];

/** What a record has that was not given reads as null. */
const withNulls = (given: Json, fields: readonly string[]): Json => ({ ...Object.fromEntries(fields.map((field) => [field, null])), ...given });

describe('any value that a body may hold is read back as it was given', () => {
  it('of a new record', async () => {
    const { name, date_of_birth, ...rest } = ANY_VALUE.patient;
    const body = fc.record({ name, date_of_birth, ...rest }, { requiredKeys: ['name', 'date_of_birth'] });
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const mrn = unusedMrn();
        const made = await api.send(scene.clinician, 'POST', '/v1/patients', { body: { ...given, mrn } });
        expect([made.status, made.body]).toEqual([201, { id: made.body['id'], version: 1 }]);
        const read = await api.send(scene.clinician, 'GET', `/v1/patients/${String(made.body['id'])}`);
        const whole = withNulls(given, ['address', 'medical_history', 'diagnoses', 'prescriptions']);
        expect(read.body).toEqual({ ...whole, mrn, id: made.body['id'], version: 1, status: 'active' });
      }),
      RUNS,
    );
  });

  it('of a change, field by field, and what is left out stays', async () => {
    const { medical_history, diagnoses, prescriptions } = ANY_VALUE.patient;
    const body = fc.record({ medical_history, diagnoses, prescriptions }, { requiredKeys: [] }).filter((given) => Object.keys(given).length > 0);
    let known = (await sendRoute(api, scene.clinician, 'patient.read', named)).body;
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const headers = { 'if-match': `"${Number(known['version'])}"` };
        expect((await sendRoute(api, scene.clinician, 'patient.update', named, { body: given, headers })).status).toBe(200);
        const read = await sendRoute(api, scene.self, 'patient.read', named);
        expect(read.body).toEqual({ ...known, ...given, version: Number(known['version']) + 1 });
        known = read.body;
      }),
      RUNS,
    );
  });

  it('of billing', async () => {
    let known = (await sendRoute(api, scene.billing, 'billing.read', named)).body;
    const body = fc.record(ANY_VALUE.billing, { requiredKeys: [] }).filter((given) => Object.keys(given).length > 0);
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const headers = { 'if-match': `"${Number(known['version'])}"` };
        expect((await sendRoute(api, scene.billing, 'billing.update', named, { body: given, headers })).status).toBe(200);
        const read = await sendRoute(api, scene.self, 'billing.read', named);
        expect(read.body).toEqual({ ...known, ...given, version: Number(known['version']) + 1 });
        known = read.body;
      }),
      RUNS,
    );
  });

  it('of a note and of its amendment', async () => {
    await fc.assert(
      fc.asyncProperty(ANY_VALUE.note.body, ANY_VALUE.note.body, async (first, second) => {
        const made = await sendRoute(api, scene.clinician, 'note.create', named, { body: { body: first } });
        const note = { ...named, note: String(made.body['id']) };
        expect((await sendRoute(api, scene.clinician, 'note.read', note)).body['body']).toBe(first);
        expect((await sendRoute(api, scene.clinician, 'note.amend', note, { body: { body: second } })).status).toBe(201);
        expect((await sendRoute(api, scene.self, 'note.read', note)).body).toMatchObject({ version: 2, body: second });
      }),
      RUNS,
    );
  });

  it('of an appointment and of a session, to the millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTimes().filter(([from, to]) => from < to),
        ANY_VALUE.appointment.reason,
        ANY_VALUE.session.recording_version,
        async ([from, to], reason, recording_version) => {
          const { body: patient } = await sendRoute(api, scene.clinician, 'patient.create', named);
          const own = { ...named, patient: String(patient['id']) };
          const booked = { starts_at: from, ends_at: to, reason };
          await sendRoute(api, scene.clinician, 'appointment.create', own, { body: booked });
          expect(newest(await sendRoute(api, scene.clinician, 'appointment.list', own))).toMatchObject(booked);
          const held = { started_at: from, ended_at: to };
          const made = await sendRoute(api, scene.clinician, 'session.create', own, { body: { ...held, recording_version } });
          expect(newest(await sendRoute(api, scene.clinician, 'session.list', own))).toMatchObject({ ...held, recorded: true });
          const session = { ...own, session: String(made.body['id']) };
          const { body } = await sendRoute(api, scene.clinician, 'recording.access', session);
          const { url } = body['download'] as { readonly url: string };
          expect(new URL(url).searchParams.get('versionId')).toBe(recording_version);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('of a document', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(ANY_VALUE.document), async (given) => {
        const made = await sendRoute(api, scene.clinician, 'document.create', named, { body: given });
        const read = await sendRoute(api, scene.self, 'document.access', { ...named, document: String(made.body['id']) });
        expect(read.body).toMatchObject(given);
      }),
      RUNS,
    );
  });

  it('of a disclosure and of an emergency', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(ANY_VALUE.disclosure), anyText(2_000), async (given, reason_text) => {
        const { body: patient } = await sendRoute(api, scene.clinician, 'patient.create', named);
        const own = { ...named, patient: String(patient['id']) };
        await sendRoute(api, scene.admin, 'disclosure.create', own, { body: given });
        expect(newest(await sendRoute(api, scene.admin, 'disclosure.list', own))).toMatchObject(given);
        const body = { patient_id: own.patient, reason_code: 'disaster', reason_text };
        const opened = await sendRoute(api, scene.outsider, 'emergency.open', own, { body });
        const grant = { ...own, grant: String(opened.body['id']) };
        expect((await sendRoute(api, scene.clinician, 'emergency.review', grant)).body['reason_text']).toBe(reason_text);
      }),
      { numRuns: 15 },
    );
  });
});

describe('the largest values', () => {
  it('fit: whatever fields a record has, filled to their limits in several changes, are one answer', async () => {
    const full = (list: readonly Json[], n: number) => Array.from({ length: n }, () => list[0]);
    const changes = [
      { medical_history: '\u4e2d'.repeat(20_000) },
      { diagnoses: full([{ code: 'c'.repeat(20), description: 'd'.repeat(500), recorded_on: '2031-01-02' }], 100) },
      { prescriptions: full([{ medication: 'm'.repeat(200), dosage: 'd'.repeat(200), prescribed_on: '2031-01-02' }], 100) },
    ];
    const other = await arrangeRecords(api);
    for (const [index, body] of changes.entries()) {
      const headers = { 'if-match': `"${index + 2}"` };
      expect((await sendRoute(api, other.clinician, 'patient.update', namedBy(other), { body, headers })).status).toBe(200);
    }
    const read = await sendRoute(api, other.clinician, 'patient.read', namedBy(other));
    expect(read.body).toMatchObject({ ...changes[0], ...changes[1], ...changes[2], name: VALUES.name });
    expect(Buffer.byteLength(JSON.stringify(read.raw))).toBeLessThan(1_000_000);
  });
});
