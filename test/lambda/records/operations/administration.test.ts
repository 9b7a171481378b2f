import { randomUUID } from 'node:crypto';
import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';
import type { Actor } from '../../../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(() => api.stop());

const ADMIN = { purpose: 'HOPERAT' };

describe('GET /v1/me', () => {
  it.each([
    ['admin', 'HOPERAT'],
    ['clinician', 'TREAT'],
    ['billing', 'HPAYMT'],
    ['self', 'PATRQT'],
  ] as const)('tells %s who that is, and a patient which record is the own', async (who, purpose) => {
    const actor = scene[who];
    const own = who === 'self' ? scene.patient : null;
    expectAnswer(api, await api.send(actor, 'GET', '/v1/me'), {
      status: 200,
      body: { sub: actor.sub, role: actor.role, patient_id: own },
      actor,
      events: [{ what: 'session R success principal', record: actor.sub, patient: own, purpose }],
    });
  });
});

describe('PUT and DELETE /v1/care-teams/{patient}/{sub}', () => {
  const team = (method: string, member: string, patient = scene.patient) => api.send(scene.admin, method, `/v1/care-teams/${patient}/${member}`);

  it('let a clinician in and out again, from the next request on', async () => {
    const { outsider, admin, patient } = scene;
    const body = { patient_id: patient, sub: outsider.sub };
    const event = { ...ADMIN, record: outsider.sub, patient };
    const read = async () => (await api.send(outsider, 'GET', `/v1/patients/${patient}`)).status;
    const put = { status: 200, body, actor: admin };
    expectAnswer(api, await team('PUT', outsider.sub), { ...put, events: [{ ...event, what: 'authz.change C success care_team' }] });
    expect(await read()).toBe(200);
    const again = { ...event, what: 'authz.change C success care_team', reason: 'unchanged' };
    expectAnswer(api, await team('PUT', outsider.sub), { ...put, events: [again] });
    expectAnswer(api, await team('DELETE', outsider.sub), { ...put, events: [{ ...event, what: 'authz.change D success care_team' }] });
    expect(await read()).toBe(404);
    const gone = { ...event, what: 'authz.change D denied care_team', reason: 'absent' };
    expectRefused(api, await team('DELETE', outsider.sub), { status: 404, code: 'not_found', actor: admin, event: gone });
  });

  it('take clinicians only, who exist, for patients who exist', async () => {
    const [nobody, unknown] = [randomUUID(), randomUUID()];
    const put = { ...ADMIN, what: 'authz.change C denied care_team', patient: scene.patient };
    const notOne = { ...put, what: 'authz.change C failed care_team', record: scene.billing.sub, reason: 'not_clinician' };
    const actor = scene.admin;
    expectRefused(api, await team('PUT', scene.billing.sub), { status: 409, code: 'conflict', actor, event: notOne });
    const stranger = { ...put, record: nobody, reason: 'principal_unknown' };
    expectRefused(api, await team('PUT', nobody), { status: 404, code: 'not_found', actor, event: stranger });
    const absent = { ...put, record: scene.outsider.sub, patient: unknown, reason: 'absent' };
    expectRefused(api, await team('PUT', scene.outsider.sub, unknown), { status: 404, code: 'not_found', actor, event: absent });
  });
});

describe('PUT /v1/principals/{sub}', () => {
  const put = (sub: string, body: object) => api.send(scene.admin, 'PUT', `/v1/principals/${sub}`, { body });

  it('makes a principal, who can call from the next request on, and says whether it made one', async () => {
    const somebody: Actor = { sub: randomUUID(), role: 'clinician', issuedAt: new Date() };
    const me = async () => (await api.send(somebody, 'GET', '/v1/me')).status;
    expect(await me()).toBe(403);
    const body = { role: 'clinician', disabled: false };
    const event = { ...ADMIN, what: 'authz.change C success principal', record: somebody.sub };
    const created = { body: { sub: somebody.sub, created: true }, actor: scene.admin };
    expectAnswer(api, await put(somebody.sub, body), { status: 201, ...created, events: [event] });
    expect(await me()).toBe(200);
    expectAnswer(api, await put(somebody.sub, body), {
      status: 200,
      body: { sub: somebody.sub, created: false },
      actor: scene.admin,
      events: [{ ...event, what: 'authz.change U success principal' }],
    });
    expect(await me()).toBe(200);
  });

  it('disables one, and a token issued before that stays worthless when the principal is enabled again', async () => {
    const somebody = await api.world.principal('billing');
    const read = async (actor: Actor) => (await api.send(actor, 'GET', '/v1/me')).events[0]?.['reason'];
    expect(await read(somebody)).toBeNull();
    await put(somebody.sub, { role: 'billing', disabled: true });
    expect(await read(somebody)).toBe('principal_disabled');
    await put(somebody.sub, { role: 'billing', disabled: false });
    expect(await read(somebody)).toBe('token_revoked');
    // A token carries whole seconds, so the first one that counts is of the second after.
    expect(await read({ ...somebody, issuedAt: new Date(Date.now() + 1_000) })).toBeNull();
  });

  it('links a patient to a record, one to each', async () => {
    const [somebody, another] = [randomUUID(), randomUUID()];
    const other = await arrangeRecords(api);
    const linked = await put(somebody, { role: 'patient', patient_id: other.patient, disabled: false });
    const event = { ...ADMIN, what: 'authz.change U failed principal', record: somebody, patient: other.patient, reason: 'duplicate' };
    expectRefused(api, linked, { status: 409, code: 'conflict', actor: scene.admin, event });
    const absent = randomUUID();
    const missing = { ...ADMIN, what: 'authz.change U denied principal', record: another, patient: absent, reason: 'absent' };
    const refused = await put(another, { role: 'patient', patient_id: absent, disabled: false });
    expectRefused(api, refused, { status: 404, code: 'not_found', actor: scene.admin, event: missing });
  });

  it('refuses a link for anybody but a patient', async () => {
    const sub = randomUUID();
    const refused = await put(sub, { role: 'clinician', patient_id: scene.patient, disabled: false });
    const event = { ...ADMIN, what: 'authz.change U failed principal', record: sub, patient: scene.patient, reason: 'value_refused' };
    expectRefused(api, refused, { status: 400, code: 'value_refused', actor: scene.admin, event });
  });

  it('refuses an administrator who would set an own role or lock the own door', async () => {
    const { admin } = scene;
    const event = { ...ADMIN, what: 'authz.change U denied principal', record: admin.sub, reason: 'own_principal' };
    const refused = await put(admin.sub, { role: 'clinician', disabled: false });
    expectRefused(api, refused, { status: 403, code: 'forbidden', actor: admin, event });
    expect((await api.send(admin, 'GET', '/v1/me')).body['role']).toBe('admin');
  });

  it.each([[{ role: 'clinician' }], [{ disabled: false }], [{ role: 'root', disabled: false }], [{ role: 'admin', disabled: 'no' }]])(
    'refuses %j',
    async (body) => {
      const refused = await put(randomUUID(), body);
      expect([refused.status, refused.body['code'], refused.events.length]).toEqual([400, 'body_value', 1]);
    },
  );
});
