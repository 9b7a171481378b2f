import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { unusedMrn } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { expectRefused, visible } from '../support/records-witness';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let prober: Actor;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
}, 60_000);
beforeEach(async () => {
  prober = await api.world.principal('clinician');
});
afterAll(() => api.stop());

const { name, date_of_birth, reason_text } = VALUES;
const search = (actor: Actor, body: object) => api.send(actor, 'POST', '/v1/patients/search', { body });
const create = (body: object) => api.send(prober, 'POST', '/v1/patients', { body: { name, date_of_birth, mrn: unusedMrn(), ...body } });

/** A window of every transaction that there was and will be. */
const EVER = ['0', '9223372036854775807'];

/** What the signals count of one actor within five minutes: refusals, and misses and collisions together. */
async function countsOf(actor: Actor): Promise<unknown> {
  const rows = await api.sql.as('audit_signals', 'SELECT * FROM audit.count_bursts($1, $2)', EVER);
  const count = (kind: string) => Number(rows.find((row) => row['actor_id'] === actor.sub && row['kind'] === kind)?.['after'] ?? 0);
  return { denied: count('denied'), probes: count('probe') };
}

const shapeOf = ({ events }: Answer) => events.map(({ resource_id, patient_id, outcome, reason, fields }) => ({ resource_id, patient_id, outcome, reason, fields: fields }));

describe('a search for somebody else', () => {
  it.each([
    ['mrn', () => scene.mrn, 'MRN-0000-1'],
    ['ssn', () => scene.ssn, '900-99-9999'],
  ] as const)('by %s is answered as a miss: status, body, size and headers', async (field, theirs, nobody) => {
    const [hit, miss] = [await search(prober, { [field]: theirs() }), await search(prober, { [field]: nobody })];
    expect(visible(hit)).toEqual(visible(miss));
    expect(hit.body).toEqual({ items: [], next: null });
    const one = { resource_id: null, patient_id: null, outcome: 'success', reason: 'no_match', fields: [field] };
    expect([shapeOf(hit), shapeOf(miss)]).toEqual([[one], [one]]);
    expect((await search(scene.clinician, { [field]: theirs() })).body['items']).toEqual([{ id: scene.patient }]);
  });

  it('counts as a miss of whoever searched, and of nobody else', async () => {
    for (let tried = 0; tried < 5; tried += 1) await search(prober, { ssn: `900-88-000${tried}` });
    await search(prober, { mrn: scene.mrn });
    expect(await countsOf(prober)).toEqual({ denied: 0, probes: 6 });
    expect(await countsOf(scene.clinician)).toEqual({ denied: 0, probes: 0 });
  });

  it('by insurance id is not for a clinician, and by ssn not for billing', async () => {
    const answers = [await search(prober, { insurance_id: scene.insuranceId }), await search(scene.billing, { ssn: scene.ssn })];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(Array(2).fill([400, 'body_unknown_key']));
  });
});

describe('a creation that collides', () => {
  it('is a conflict that does not say with what, and leaves no record and no row but the one', async () => {
    const before = await api.sql.admin('SELECT count(*) FROM phi.patient');
    const collisions = [
      await create({ mrn: scene.mrn }),
      await create({ mrn: scene.mrn.toLowerCase() }),
      await create({ ssn: scene.ssn }),
      await create({ mrn: scene.mrn, ssn: scene.ssn }),
      await create({ mrn: scene.mrn, ssn: '900-87-0001' }),
    ];
    for (const answer of collisions) {
      const event = { what: 'phi.change C failed patient', purpose: 'TREAT', reason: 'duplicate' };
      expectRefused(api, answer, { status: 409, code: 'conflict', actor: prober, event });
      expect(visible(answer)).toEqual(visible(collisions[0] as Answer));
    }
    expect(await api.sql.admin('SELECT count(*) FROM phi.patient')).toEqual(before);
    expect(await countsOf(prober)).toEqual({ denied: 0, probes: 5 });
  });

  it('looks like a conflict with a record of the own', async () => {
    const mine = unusedMrn();
    expect((await create({ mrn: mine })).status).toBe(201);
    expect(visible(await create({ mrn: mine }))).toEqual(visible(await create({ mrn: scene.mrn })));
  });

  it('of an insurance id is none: families share one', async () => {
    const other = await arrangeRecords(api);
    const changed = await api.send(other.billing, 'PATCH', `/v1/patients/${other.patient}/billing`, {
      body: { insurance_id: scene.insuranceId },
      headers: { 'if-match': '"2"' },
    });
    expect(changed.status).toBe(200);
  });
});

describe('an emergency', () => {
  const open = (body: object) => api.send(prober, 'POST', '/v1/emergency-access', { body: { reason_code: 'disaster', reason_text, ...body } });

  it('for an mrn of nobody is not found, opens nothing and is one denied row', async () => {
    const event = { what: 'emergency.override E denied emergency_grant', purpose: 'TREAT', reason: 'absent' };
    expectRefused(api, await open({ mrn: 'MRN-0000-2' }), { status: 404, code: 'not_found', actor: prober, event });
    expect(await api.sql.admin('SELECT FROM authz.emergency_grant WHERE sub = $1', [prober.sub])).toEqual([]);
    expect(await countsOf(prober)).toEqual({ denied: 1, probes: 0 });
  });

  it('for an id of nobody looks the same', async () => {
    const byId = await open({ patient_id: '7d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33' });
    expect(visible(byId)).toEqual(visible(await open({ mrn: 'MRN-0000-2' })));
  });

  it('for somebody is never a way to try mrns unseen: each hit is an emergency on record', async () => {
    const hit = await open({ mrn: scene.mrn });
    expect(hit.events).toMatchObject([{ event_type: 'emergency.override', emergency: true, patient_id: scene.patient }]);
    const rows = await api.sql.as('audit_signals', 'SELECT * FROM audit.count_overrides($1, $2)', EVER);
    expect(rows.find((row) => row['actor_id'] === prober.sub)).toMatchObject({ events: '1' });
  });
});

describe('records tried by id', () => {
  it('count as refusals of whoever tried, found or not', async () => {
    for (const id of [scene.patient, scene.note, '7d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33']) await api.send(prober, 'GET', `/v1/patients/${id}`);
    await api.send(prober, 'GET', `/v1/patients/${scene.patient}/billing`);
    expect(await countsOf(prober)).toEqual({ denied: 4, probes: 0 });
  });
});
