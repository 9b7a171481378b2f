import type { RouteName } from '../../lambda/records/routes';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { ALL_ROUTES, namedBy, namedNothing, optionsOf, pathOf, sendRoute, type Named } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';

let api: RecordsApi;
let scene: RecordsScene;
let answers: readonly string[];
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  await touchEverything();
  answers = await askAsAdmin();
}, 120_000);
afterAll(() => api.stop());

const PERSONAL_ROUTES: readonly RouteName[] = ['disclosure.list', 'disclosure.create'];

/** Everything about the patient is read, changed, missed and refused by everybody else, so that the trail is full of it. */
async function touchEverything(): Promise<void> {
  const { clinician, outsider, billing, self } = scene;
  for (const { name } of ALL_ROUTES.filter((route) => route.name !== 'patient.void')) {
    for (const actor of [clinician, outsider, billing, self]) await sendRoute(api, actor, name, namedBy(scene));
  }
  const of = `/v1/patients/${scene.patient}`;
  const wrong = [{ name: VALUES.name }, { [VALUES.name]: 1 }, { medical_history: [VALUES.medical_history] }, { ssn: scene.ssn }];
  for (const body of wrong) await api.send(clinician, 'PATCH', of, { body, headers: { 'if-match': '"1"' } });
}

/** Every route with every id in every place, each with the ways in which an answer could be made to say more. */
async function askAsAdmin(): Promise<readonly string[]> {
  const { admin } = scene;
  const good = namedBy(scene);
  const ids = [good.patient, good.note, good.appointment, good.session, good.document, good.grant, scene.clinician.sub];
  const everywhere = ids.map((id): Named => ({ ...good, patient: id, note: id, appointment: id, session: id, document: id, grant: id, assessment: id }));
  const raws: string[] = [];
  for (const route of ALL_ROUTES) {
    for (const named of [good, namedNothing(), ...everywhere]) {
      const { status, raw } = await api.send(admin, route.method, pathOf(route, named), optionsOf(route, named, 'admin'));
      if (!(PERSONAL_ROUTES.includes(route.name) && status < 300)) raws.push(raw);
    }
    const hostile = { body: { ssn: scene.ssn, name: VALUES.name, fields: ['name'], role: 'clinician' } };
    raws.push((await sendRoute(api, admin, route.name, good, hostile)).raw);
  }
  for (const query of [{}, { format: 'fhir' }] as readonly Readonly<Record<string, string>>[]) {
    let cursor: unknown = undefined;
    do {
      const body = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
      const page = await api.send(admin, 'POST', '/v1/audit-events/search', { body, query });
      raws.push(page.raw);
      cursor = page.body['next'];
    } while (typeof cursor === 'string');
  }
  return raws;
}

/** Every text inside a value, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('an administrator', () => {
  // What an administrator enters, and times, of which the trail has many; codes and countries are no one's.
  const personal = Object.entries(VALUES).filter(([field]) => !['recipient', 'starts_at', 'ends_at'].includes(field));
  const texts = personal.flatMap(([field, value]) =>
    textsOf(value)
      .filter((text) => text.length > 5)
      .map((text) => [field, text] as const),
  );

  it('is answered by every route, and the trail it reads is full of what others did', () => {
    expect(answers.length).toBeGreaterThan(300);
    const all = answers.join('\n');
    for (const word of ['phi.access', 'phi.change', 'phi.search', 'emergency.override', 'phi.disclosure.grant', 'diagnoses', scene.patient]) {
      expect(all).toContain(word);
    }
  });

  it.each(texts)('is given no %s by any route, with any id: %s', (_, text) => {
    expect(answers.some((raw) => raw.includes(text))).toBe(false);
  });

  it('is given no identifier of a person, in no spelling', () => {
    for (const identifier of [scene.mrn, scene.ssn, scene.insuranceId]) {
      for (const spelling of [identifier, identifier.replaceAll('-', ''), identifier.toLowerCase()]) {
        expect(answers.some((raw) => raw.includes(spelling))).toBe(false);
      }
    }
  });

  it('is given no time of an appointment or a session', () => {
    // The trail names fields; as a key one would have a value.
    expect(answers.some((raw) => /"(?:starts_at|started_at|ends_at|ended_at)":/.test(raw))).toBe(false);
  });

  it('is given no address of an object', () => {
    expect(answers.some((raw) => /https:\/\/[a-z-]+\.s3|X-Amz-|documents\/|recordings\//.test(raw))).toBe(false);
  });

  it('reads the recipients that administrators enter, and of a disclosure nothing else about the person', async () => {
    const { body } = await sendRoute(api, scene.admin, 'disclosure.list', namedBy(scene));
    const [first = {}] = body['items'] as readonly Readonly<Record<string, unknown>>[];
    expect(Object.keys(first)).toEqual(['id', 'patient_id', 'recorded_at', 'recorded_by', 'disclosed_at', 'recipient', 'data_classes', 'purpose']);
  });

  it('cannot become a member of a care team, and a new role asks for a new token', async () => {
    const { admin, patient } = scene;
    expect((await api.send(admin, 'PUT', `/v1/care-teams/${patient}/${admin.sub}`)).status).toBe(409);
    const read = await api.send({ ...admin, role: 'clinician' }, 'GET', `/v1/patients/${patient}`);
    expect([read.status, read.events.map(({ reason }) => reason)]).toEqual([403, ['role_mismatch']]);
  });

  it('reads nothing of a person in an error of ours', async () => {
    await api.sql.admin('UPDATE phi.patient SET name = medical_history WHERE id = $1', [scene.patient]);
    const broken = await api.send(scene.clinician, 'GET', `/v1/patients/${scene.patient}`);
    expect([broken.status, broken.body['code']]).toEqual([500, 'integrity_failure']);
    const found = await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body: { type: 'integrity.failure' } });
    expect((found.body['items'] as readonly unknown[]).length).toBe(1);
    expect(found.raw).not.toContain('Canary');
  });
});
