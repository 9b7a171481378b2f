import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '../../lambda/records/contract';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { ALL_ROUTES, namedBy, namedNothing, routeOf, sendRoute, type Named } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { expectRefused, expectWitnessed, visible } from '../support/records-witness';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let own: RecordsScene;
let foreign: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  [own, foreign] = [await arrangeRecords(api), await arrangeRecords(api)];
}, 60_000);
afterAll(() => api.stop());

/** Routes whose path names a record of a patient, by the roles that are bound to their own patients. */
const BOUND = ALL_ROUTES.filter(({ path }) => /\{(patient|note|session|document)\}/.test(path)).flatMap(({ name, roles }) =>
  roles.filter((role) => role === 'clinician' || role === 'patient').map((role) => [name, role] as const),
);

/** Whoever has a role in the scene of the own patient. */
const insider = (role: Role): Actor => (role === 'patient' ? own.self : own.clinician);

const reasonsOf = ({ events }: Answer) => events.map(({ outcome, reason }) => [outcome, reason].join(' '));

describe("another patient's id in a path", () => {
  it('is tried on every route that takes one', () => {
    expect([BOUND.length, BOUND.filter(([, role]) => role === 'patient').length]).toEqual([25, 9]);
  });

  it.each(BOUND)('is answered as one that does not exist, and only the trail knows better: %s as %s', async (name, role) => {
    const nothing = namedNothing();
    const [theirs, absent] = [await sendRoute(api, insider(role), name, namedBy(foreign)), await sendRoute(api, insider(role), name, nothing)];
    expect(visible(theirs)).toEqual(visible(absent));
    expect([theirs.status, theirs.body['code']]).toEqual([404, 'not_found']);
    expect([reasonsOf(theirs), reasonsOf(absent)]).toEqual([['denied not_related'], ['denied absent']]);
    expect(theirs.events[0]?.['patient_id']).toBe(foreign.patient);
    const wanted = routeOf(name).path.includes('{patient}') ? nothing.patient : null;
    // Of a thing that does not exist nobody knows whose it would be.
    expect(absent.events[0]?.['patient_id']).toBe(/\{(note|appointment)\}/.test(routeOf(name).path) ? null : wanted);
    [theirs, absent].forEach((answer) => expectWitnessed(api, answer));
  });

  it.each([
    ['note.amend', 'note'],
    ['appointment.update', 'appointment'],
    ['appointment.cancel', 'appointment'],
  ] as const)("does not become the own one's by standing under it: %s", async (name, thing) => {
    const both = await api.world.principal('clinician');
    for (const { admin, patient } of [own, foreign]) await api.send(admin, 'PUT', `/v1/care-teams/${patient}/${both.sub}`);
    const mixed: Named = { ...namedBy(own), [thing]: foreign[thing] };
    for (const actor of [own.clinician, both]) {
      const refused = await sendRoute(api, actor, name, mixed);
      const { type, action } = routeOf(name).audit;
      const event = {
        ...{ what: `${type} ${action} denied ${thing}`, record: foreign[thing], patient: foreign.patient, purpose: 'TREAT', reason: 'not_related' },
      };
      expectRefused(api, refused, { status: 404, code: 'not_found', actor, event });
    }
    expect((await sendRoute(api, both, name, namedBy(foreign))).status).toBeLessThan(300);
  });
});

describe("another patient's id in a body", () => {
  it('of a session is refused as an appointment that does not exist', async () => {
    const session = (appointment_id: string) =>
      sendRoute(api, own.clinician, 'session.create', namedBy(own), { body: { appointment_id, started_at: VALUES.starts_at } });
    const [theirs, absent] = [await session(foreign.appointment), await session(randomUUID())];
    expect(visible(theirs)).toEqual(visible(absent));
    expect([theirs.status, theirs.body['code'], reasonsOf(theirs)]).toEqual([400, 'value_refused', ['failed value_refused']]);
    expect((await session(own.appointment)).status).toBe(201);
  });

  it('of a principal gives no second person the record', async () => {
    const body = { role: 'patient', patient_id: foreign.patient, disabled: false };
    const refused = await sendRoute(api, own.admin, 'principal.put', namedNothing(), { body });
    expect([refused.status, reasonsOf(refused)]).toEqual([409, ['failed duplicate']]);
  });
});

describe('a care team', () => {
  it('that a clinician leaves in the middle of a session is closed at the next request, cursors and grants included', async () => {
    const scene = await arrangeRecords(api);
    const { clinician, admin, patient } = scene;
    const of = `/v1/patients/${patient}`;
    await api.send(clinician, 'POST', `${of}/notes`, { body: { body: 'Second note.' } });
    const page = await api.send(clinician, 'GET', `${of}/notes`, { query: { limit: '1' } });
    expect(page.status).toBe(200);
    expect((await api.send(admin, 'DELETE', `/v1/care-teams/${patient}/${clinician.sub}`)).status).toBe(200);
    const answers = [await api.send(clinician, 'GET', `${of}/notes`, { query: { limit: '1', cursor: String(page.body['next']) } })];
    for (const [name, role] of BOUND) if (role === 'clinician') answers.push(await sendRoute(api, clinician, name, namedBy(scene)));
    expect([...new Set(answers.map((answer) => [answer.status, ...reasonsOf(answer)].join()))]).toEqual(['404,denied not_related']);
    const search = await sendRoute(api, clinician, 'patient.search', namedBy(scene));
    expect(search.body['items']).toEqual([]);
    const listed = await api.send(clinician, 'GET', '/v1/patients');
    expect(listed.raw).not.toContain(patient);
  });
});

describe('an emergency grant', () => {
  const attempt = (scene: RecordsScene, actor: Actor, of: Named = namedBy(scene)) =>
    Promise.all(
      BOUND.filter(([, role]) => role === 'clinician').map(async ([name]) => {
        const answer = await sendRoute(api, actor, name, of);
        return [answer.status, ...reasonsOf(answer)].join();
      }),
    );
  const opened = async (scene: RecordsScene, actor: Actor) => {
    const { body, status } = await sendRoute(api, actor, 'emergency.open', namedBy(scene));
    expect(status).toBe(201);
    return String(body['id']);
  };

  it('opens nothing any more once it has expired', async () => {
    const grant = await opened(foreign, own.outsider);
    expect((await sendRoute(api, own.outsider, 'patient.read', namedBy(foreign))).status).toBe(200);
    await api.sql.admin(`UPDATE authz.emergency_grant SET expires_at = now() - interval '1 millisecond' WHERE id = $1`, [grant]);
    expect([...new Set(await attempt(foreign, own.outsider))]).toEqual(['404,denied not_related']);
  });

  it('opens no other patient', async () => {
    const clinician = await api.world.principal('clinician');
    await opened(own, clinician);
    expect([...new Set(await attempt(foreign, clinician))]).toEqual(['404,denied not_related']);
  });

  it('opens nothing to another clinician, whoever knows its id', async () => {
    const [holder, another] = [await api.world.principal('clinician'), await api.world.principal('clinician')];
    const grant = await opened(foreign, holder);
    await sendRoute(api, another, 'emergency.review', { ...namedBy(foreign), grant });
    expect([...new Set(await attempt(foreign, another))]).toEqual(['404,denied not_related']);
  });

  it('makes nobody a member of the care team', async () => {
    const clinician = await api.world.principal('clinician');
    await opened(foreign, clinician);
    const rows = await api.sql.admin('SELECT FROM authz.care_team WHERE sub = $1', [clinician.sub]);
    expect(rows).toEqual([]);
  });
});

describe('a role that lacks a route', () => {
  const LACKING = ALL_ROUTES.flatMap(({ name, roles }) => ROLES.filter((role) => !roles.includes(role)).map((role) => [name, role] as const));

  it.each(LACKING)('is refused with 403 and exactly one row, whatever the ids: %s as %s', async (name, role) => {
    const actor = { admin: own.admin, clinician: own.clinician, billing: own.billing, patient: own.self }[role];
    for (const named of [namedBy(own), namedBy(foreign), namedNothing()]) {
      const refused = await sendRoute(api, actor, name, named);
      expect([refused.status, refused.body['code'], reasonsOf(refused)]).toEqual([403, 'forbidden', ['denied forbidden']]);
      const { type, action, resource } = routeOf(name).audit;
      expect(refused.events).toMatchObject([{ event_type: type, action, resource_type: resource, actor_id: actor.sub, actor_role: role }]);
      expectWitnessed(api, refused);
    }
  });

  it('is told nothing by a body that is wrong as well', async () => {
    const wrong = await sendRoute(api, own.self, 'patient.create', namedBy(own), { body: { nonsense: true } });
    expect([wrong.status, wrong.body['code']]).toEqual([403, 'forbidden']);
  });
});
