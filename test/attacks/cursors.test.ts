import type { RouteName } from '../../lambda/records/routes';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { namedBy, routeOf, sendRoute } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { expectWitnessed } from '../support/records-witness';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let other: RecordsScene;
let aheadMs = 0;
beforeAll(async () => {
  api = await startRecordsApi({ now: () => Date.now() + aheadMs });
  [scene, other] = [await arrangeRecords(api), await arrangeRecords(api)];
  // The clinician treats both, and each list has at least two.
  await api.send(scene.admin, 'PUT', `/v1/care-teams/${other.patient}/${scene.clinician.sub}`);
  for (const name of ['note.create', 'appointment.create', 'session.create'] as const) await sendRoute(api, scene.clinician, name, namedBy(scene));
  await sendRoute(api, scene.admin, 'disclosure.create', namedBy(scene));
}, 60_000);
beforeEach(() => {
  aheadMs = 0;
});
afterAll(() => api.stop());

/** Every list with a cursor, and somebody else who may read the same list. */
const LISTS: readonly (readonly [RouteName, () => Actor, () => Actor])[] = [
  ['patient.list', () => scene.clinician, () => scene.outsider],
  ['note.list', () => scene.clinician, () => scene.self],
  ['appointment.list', () => scene.clinician, () => scene.self],
  ['session.list', () => scene.self, () => scene.clinician],
  ['access_report.read', () => scene.self, () => scene.admin],
  ['disclosure.list', () => scene.admin, () => other.admin],
  ['audit.search', () => scene.admin, () => other.admin],
];

/** A page of one; a search carries its cursor in the body, so that it stays out of the load balancer's log. */
function list(actor: Actor, name: RouteName, cursor?: string, of: RecordsScene = scene): Promise<Answer> {
  const given: Readonly<Record<string, string>> = cursor === undefined ? {} : { cursor };
  const asked = name === 'audit.search' ? { body: { patient: of.patient, limit: 1, ...given } } : { query: { limit: '1', ...given } };
  return sendRoute(api, actor, name, namedBy(of), asked);
}

async function cursorOf(actor: Actor, name: RouteName): Promise<string> {
  const { status, body } = await list(actor, name);
  if (status !== 200 || typeof body['next'] !== 'string') throw new Error(`${name} has no second page.`);
  return body['next'];
}

function expectRefusal(answer: Answer, ...codes: readonly string[]): void {
  expect(answer.status).toBe(400);
  expect(codes).toContain(answer.body['code']);
  expect(answer.body).not.toHaveProperty('items');
  expect(answer.events.map(({ outcome, reason }) => [outcome, reason])).toEqual([['failed', answer.body['code']]]);
  expectWitnessed(api, answer);
}

describe.each(LISTS)('a cursor of %s', (name, actor, somebodyElse) => {
  it('goes on with the list it is of, more than once, and says nothing by itself', async () => {
    const cursor = await cursorOf(actor(), name);
    const [once, twice] = [await list(actor(), name, cursor), await list(actor(), name, cursor)];
    expect([once.status, twice.status]).toEqual([200, 200]);
    if (name !== 'access_report.read' && name !== 'audit.search') expect(once.body['items']).toEqual(twice.body['items']);
    const content = Buffer.from(cursor, 'base64url').toString('latin1');
    for (const inside of [VALUES.starts_at, scene.patient, scene.note, scene.appointment]) expect(content).not.toContain(inside);
  });

  it('is refused with any bit flipped', async () => {
    const bytes = Buffer.from(await cursorOf(actor(), name), 'base64url');
    const places = Array.from({ length: 12 }, (_, index) => Math.floor((index * (bytes.length - 1)) / 11));
    for (const place of places) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << place % 8), place);
      expectRefusal(await list(actor(), name, flipped.toString('base64url')), 'cursor_malformed', 'cursor_mismatch');
    }
  });

  it("is refused from somebody else's hands", async () => {
    expectRefusal(await list(somebodyElse(), name, await cursorOf(actor(), name)), 'cursor_mismatch');
  });

  it('is refused by every other list', async () => {
    const cursor = await cursorOf(actor(), name);
    const others = LISTS.filter(([one]) => one !== name && routeOf(one).roles.includes(actor().role));
    expect(others.length).toBeGreaterThan(1);
    for (const [one] of others) expectRefusal(await list(actor(), one, cursor), 'cursor_mismatch');
  });

  it('is refused from ten minutes on, and not before', async () => {
    const cursor = await cursorOf(actor(), name);
    aheadMs = 9 * 60_000;
    expect((await list(actor(), name, cursor)).status).toBe(200);
    aheadMs = 10 * 60_000;
    expectRefusal(await list(actor(), name, cursor), 'cursor_expired');
  });

  it('is refused when it comes from a clock that is far ahead', async () => {
    aheadMs = 20_000;
    const cursor = await cursorOf(actor(), name);
    aheadMs = 0;
    expectRefusal(await list(actor(), name, cursor), 'cursor_not_yet_valid');
  });

  it('is refused cut short, drawn out, and in any other spelling', async () => {
    const cursor = await cursorOf(actor(), name);
    const wrong = [cursor.slice(0, -1), cursor.slice(0, 40), cursor.slice(4), `${cursor}A`, `${cursor}AAAA`, 'A', '~~~', '....', 'A'.repeat(1_000)];
    for (const one of wrong) expectRefusal(await list(actor(), name, one), 'cursor_malformed', 'cursor_mismatch');
    for (const one of [`${cursor}=`, '', 'A'.repeat(1_025), '\u0000', "' OR 1=1"]) {
      const answer = await list(actor(), name, one);
      expect([answer.status, answer.events.length]).toEqual([400, 1]);
    }
  });
});

describe('a cursor of one patient', () => {
  it.each(['note.list', 'appointment.list', 'session.list'] as const)('is refused for another of the same clinician: %s', async (name) => {
    const cursor = await cursorOf(scene.clinician, name);
    expect((await list(scene.clinician, name, undefined, other)).status).toBe(200);
    expectRefusal(await list(scene.clinician, name, cursor, other), 'cursor_mismatch');
  });

  it.each(['disclosure.list', 'access_report.read', 'audit.search'] as const)('is refused for another of the same administrator: %s', async (name) => {
    expectRefusal(await list(scene.admin, name, await cursorOf(scene.admin, name), other), 'cursor_mismatch');
  });
});

describe('a cursor of a search', () => {
  it('is refused with any other filter, with one more and with one less', async () => {
    const first = { patient: scene.patient, type: 'phi.change' };
    const search = (body: object) => sendRoute(api, scene.admin, 'audit.search', namedBy(scene), { body: { limit: 1, ...body } });
    const cursor = (await search(first)).body['next'];
    expect((await search({ ...first, cursor })).status).toBe(200);
    const others = [
      {},
      { patient: scene.patient },
      { type: 'phi.change' },
      { ...first, type: 'phi.access' },
      { ...first, patient: other.patient },
      { ...first, actor: scene.clinician.sub },
      { ...first, from: VALUES.starts_at },
      { ...first, to: VALUES.starts_at },
    ];
    for (const body of others) expectRefusal(await search({ ...body, cursor }), 'cursor_mismatch');
  });
});
