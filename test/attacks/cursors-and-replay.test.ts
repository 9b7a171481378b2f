import { randomUUID } from 'node:crypto';
import type { RouteName } from '../../lambda/records/routes';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { ALL_ROUTES, callerOf, namedBy, optionsOf, routeOf, ROUTES_BY_ROLE, sendRoute, type Named } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { expectRefused, expectWitnessed } from '../support/records-witness';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let named: Named;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  named = namedBy(scene);
}, 60_000);
afterAll(() => api.stop());

/** The creations, each with its table and another good body. */
const CREATIONS: readonly (readonly [RouteName, string, Readonly<Record<string, unknown>>])[] = [
  ['patient.create', 'phi.patient', { name: 'Somebody Else' }],
  ['note.create', 'phi.visit_note', { body: 'Another note.' }],
  ['appointment.create', 'phi.appointment', { reason: 'Another reason' }],
  ['session.create', 'phi.video_session', { recording_version: 'v9' }],
  ['document.create', 'phi.document', { size_bytes: 2 }],
  ['emergency.open', 'authz.emergency_grant', { reason_text: 'Another text' }],
  ['disclosure.create', 'audit.disclosure', { recipient: 'Another recipient' }],
  ['breach.assess', 'audit.breach_assessment', { key_exposure: 'exposed' }],
];

const roleOf = (name: RouteName) => routeOf(name).roles[0] ?? 'patient';
const bodyOf = (name: RouteName) => optionsOf(routeOf(name), named, roleOf(name)).body as Readonly<Record<string, unknown>>;
const create = (name: RouteName, key: string, body: object, actor: Actor = callerOf(scene, roleOf(name), name), of: Named = named) =>
  sendRoute(api, actor, name, of, { body, headers: { 'idempotency-key': key } });
const told = ({ status, body, events }: Answer) => [status, body['code'], events.map(({ outcome, reason }) => [outcome, reason].join(' '))];

async function countOf(table: string): Promise<number> {
  const [row] = await api.sql.admin<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? -1;
}

describe('an Idempotency-Key', () => {
  it('is taken by every creation', () => {
    expect(ALL_ROUTES.filter(({ idempotent }) => idempotent).map(({ name }) => name)).toEqual(CREATIONS.map(([name]) => name));
  });

  describe.each(CREATIONS)('of %s', (name, table, otherwise) => {
    it('sent again with the same body, in whatever order, makes nothing and answers with the first', async () => {
      const [key, body] = [randomUUID(), bodyOf(name)];
      const first = await create(name, key, body);
      const before = await countOf(table);
      const again = await create(name, key, Object.fromEntries(Object.entries(body).reverse()));
      expect([first.status, again.status, again.body['id'], await countOf(table)]).toEqual([201, 201, first.body['id'], before]);
      expect(again.headers).toEqual(first.headers);
      expect(again.events).toMatchObject([{ outcome: 'success', reason: 'replayed', resource_id: first.body['id'], fields: null }]);
      expectWitnessed(api, again);
    });

    it('sent again with another body is a conflict, and the first stays as it is', async () => {
      const [key, body] = [randomUUID(), bodyOf(name)];
      await create(name, key, body);
      const before = await countOf(table);
      const refused = await create(name, key, { ...body, ...otherwise });
      expect([told(refused), await countOf(table)]).toEqual([[409, 'conflict', ['failed key_reused']], before]);
      expectWitnessed(api, refused);
    });

    it('sent 20 times at once makes one, and all 20 are answered with it and are in the trail', async () => {
      const [key, body, before] = [randomUUID(), bodyOf(name), await countOf(table)];
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(name, key, body)));
      expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
      expect(new Set(answers.map((answer) => answer.body['id'])).size).toBe(1);
      expect(await countOf(table)).toBe(before + 1);
      const reasons = answers.flatMap(({ events }) => events.map(({ reason }) => String(reason)));
      expect([reasons.length, reasons.filter((reason) => reason === 'replayed').length]).toEqual([20, 19]);
    });

    it.each(['', 'key', '1', '9D1A6C52-7D4E-4B1A-9C60-2F1D0A9B7E33', `${randomUUID()}, ${randomUUID()}`, `{${randomUUID()}}`])(
      'that is no lower-case UUID is refused: "%s"',
      async (key) => {
        const before = await countOf(table);
        const refused = await create(name, key, bodyOf(name));
        expect(told(refused)).toEqual([400, 'idempotency_key_malformed', ['failed idempotency_key_malformed']]);
        expect(await countOf(table)).toBe(before);
      },
    );
  });

  it('is one principal\'s: the same of a colleague makes another record', async () => {
    const [key, colleague] = [randomUUID(), await api.world.principal('clinician')];
    await api.send(scene.admin, 'PUT', `/v1/care-teams/${scene.patient}/${colleague.sub}`);
    const [mine, theirs] = [await create('note.create', key, { body: 'Note.' }), await create('note.create', key, { body: 'Note.' }, colleague)];
    expect([mine.status, theirs.status, mine.body['id'] === theirs.body['id']]).toEqual([201, 201, false]);
  });

  it('does not carry over to another route or another patient', async () => {
    const [key, other] = [randomUUID(), await arrangeRecords(api)];
    await api.send(scene.admin, 'PUT', `/v1/care-teams/${other.patient}/${scene.clinician.sub}`);
    const body = { body: 'Note.' };
    expect((await create('note.create', key, body)).status).toBe(201);
    const refused = [
      await create('note.create', key, body, scene.clinician, namedBy(other)),
      await create('appointment.create', key, bodyOf('appointment.create')),
      await create('patient.create', key, bodyOf('patient.create')),
    ];
    expect(refused.map(told)).toEqual(Array(3).fill([409, 'conflict', ['failed key_reused']]));
  });

  it('of a creation that failed is as good as new', async () => {
    const key = randomUUID();
    const { starts_at, ends_at } = VALUES;
    const failed = await create('appointment.create', key, { starts_at: ends_at, ends_at: starts_at });
    const done = await create('appointment.create', key, { starts_at, ends_at });
    expect([failed.status, done.status]).toEqual([400, 201]);
  });

  it('answers with the version there is now, when the record has changed since', async () => {
    const [key, body] = [randomUUID(), bodyOf('note.create')];
    const { body: made } = await create('note.create', key, body);
    await sendRoute(api, scene.clinician, 'note.amend', { ...named, note: String(made['id']) });
    const again = await create('note.create', key, body);
    expect([again.body, again.headers['etag']]).toEqual([{ id: made['id'], version: 2 }, ['"2"']]);
  });

  it('answers nothing to whoever has left the care team since', async () => {
    const [key, body, other] = [randomUUID(), bodyOf('note.create'), await arrangeRecords(api)];
    const { patient, clinician: actor, admin } = other;
    await create('note.create', key, body, actor, namedBy(other));
    await api.send(admin, 'DELETE', `/v1/care-teams/${patient}/${actor.sub}`);
    const event = { what: 'phi.change C denied note', patient, purpose: 'TREAT', reason: 'not_related' };
    const again = await create('note.create', key, body, actor, namedBy(other));
    expectRefused(api, again, { status: 404, code: 'not_found', actor, event });
  });

  it('on a route that takes none is refused, so that nobody believes it was heeded', async () => {
    const routes = ROUTES_BY_ROLE.filter(([name]) => !routeOf(name).idempotent);
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(routes.map(([name, role]) => sendRoute(api, callerOf(scene, role, name), name, named, { headers })));
    const code = 'idempotency_key_not_allowed';
    expect(answers.map(told)).toEqual(routes.map(() => [400, code, [`failed ${code}`]]));
    expect(routes.length).toBeGreaterThan(35);
  });
});
