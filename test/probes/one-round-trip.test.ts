import { postgresDatabase } from '../../lambda/records/adapters/postgres';
import { ROUTES, type RouteName } from '../../lambda/records/routes';
import { newUuid } from '../../lambda/shared/uuid';
import { albEvent } from '../support/alb-event';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy';
import { startRecordsApi, type RecordsApi, type RequestOptions } from '../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { startSqlService } from '../support/sql-service';
import type { Actor } from '../support/sql-world';

/**
 * One statement that checks, reads or writes, and audits: what makes promise 1 hold also makes a request one round trip: 164.312(b).
 * Counted on the wire.
 */
let proxy: PostgresProxy;
let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi({}, async () => {
    const sql = await startSqlService();
    proxy = await startPostgresProxy(sql.cluster);
    return { ...sql, cluster: { ...sql.cluster, port: proxy.port, trust: proxy.trust } };
  });
  // It also opens the keys of every class.
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(async () => {
  await api.stop();
  await proxy.close();
});

/** Round trips of one request, beside its status. */
async function tripsOf(send: () => Promise<{ readonly status?: number; readonly statusCode?: number }>) {
  const before = proxy.roundTrips();
  const { status, statusCode } = await send();
  return [status ?? statusCode, proxy.roundTrips() - before] as const;
}

type Who = 'clinician' | 'outsider' | 'billing' | 'admin' | 'self';
type Request = readonly [RouteName, Who, number, (scene: RecordsScene) => readonly [path: string, options?: RequestOptions]];
const of = ({ patient }: RecordsScene, rest = ''): string => `/v1/patients/${patient}${rest}`;
const match = { 'if-match': '"1"' };
const { name, date_of_birth, starts_at, ends_at, reason, title } = VALUES;

/** Every route in every role that may, with a request that succeeds. */
const REQUESTS: readonly Request[] = [
  ...(['clinician', 'billing', 'admin', 'self'] as const).map((who): Request => ['me.read', who, 200, () => ['/v1/me']]),
  ['patient.list', 'clinician', 200, () => ['/v1/patients']],
  ['patient.create', 'clinician', 201, () => ['/v1/patients', { body: { name, date_of_birth, mrn: 'MRN-700001', ssn: '900-70-0001' } }]],
  ['patient.search', 'clinician', 200, ({ mrn }) => ['/v1/patients/search', { body: { mrn } }]],
  ['patient.search', 'billing', 200, ({ insuranceId }) => ['/v1/patients/search', { body: { insurance_id: insuranceId } }]],
  ...(['clinician', 'billing', 'self'] as const).map((who): Request => ['patient.read', who, 200, (made) => [of(made)]]),
  ['patient.update', 'clinician', 200, (made) => [of(made), { headers: { 'if-match': '"2"' }, body: { medical_history: 'Changed.' } }]],
  ...(['billing', 'self'] as const).map((who): Request => ['billing.read', who, 200, (made) => [of(made, '/billing')]]),
  ['billing.update', 'billing', 200, (made) => [of(made, '/billing'), { headers: { 'if-match': '"3"' }, body: { insurance_id: 'INS-7' } }]],
  ...(['clinician', 'self'] as const).flatMap((who): Request[] => [
    ['note.list', who, 200, (made) => [of(made, '/notes')]],
    ['note.read', who, 200, ({ note }) => [`/v1/notes/${note}`]],
    ['appointment.list', who, 200, (made) => [of(made, '/appointments')]],
    ['session.list', who, 200, (made) => [of(made, '/sessions')]],
    ['recording.access', who, 200, ({ session }) => [`/v1/sessions/${session}/recording-access`]],
    ['document.access', who, 200, ({ document }) => [`/v1/documents/${document}/access`]],
  ]),
  ['note.create', 'clinician', 201, (made) => [of(made, '/notes'), { body: { body: VALUES.note } }]],
  ['note.amend', 'clinician', 201, (made) => [of(made, `/notes/${made.note}/versions`), { headers: match, body: { body: 'Amended.' } }]],
  ['appointment.create', 'clinician', 201, (made) => [of(made, '/appointments'), { body: { starts_at, ends_at, reason } }]],
  [
    'appointment.update',
    'clinician',
    200,
    (made) => [of(made, `/appointments/${made.appointment}`), { headers: match, body: { reason: 'Moved.' } }],
  ],
  [
    'appointment.cancel',
    'clinician',
    200,
    (made) => [of(made, `/appointments/${made.appointment}`), { body: { reason: 'other' } }],
  ],
  ['session.create', 'clinician', 201, (made) => [of(made, '/sessions'), { body: { started_at: starts_at } }]],
  [
    'document.create',
    'clinician',
    201,
    (made) => [of(made, '/documents'), { body: { title, content_type: 'image/png', size_bytes: 9, sha256: 'cd'.repeat(32) } }],
  ],
  [
    'emergency.open',
    'outsider',
    201,
    ({ mrn }) => ['/v1/emergency-access', { body: { mrn, reason_code: 'disaster', reason_text: VALUES.reason_text } }],
  ],
  ...(['clinician', 'admin'] as const).map(
    (who): Request => ['emergency.review', who, 200, ({ grant }) => [`/v1/emergency-access/${grant}/review`, { body: {} }]],
  ),
  ...(['self', 'admin'] as const).map((who): Request => ['access_report.read', who, 200, (made) => [of(made, '/access-report')]]),
  ['disclosure.list', 'admin', 200, (made) => [of(made, '/disclosures')]],
  [
    'disclosure.create',
    'admin',
    201,
    (made) => [
      of(made, '/disclosures'),
      { body: { disclosed_at: starts_at, recipient: VALUES.recipient, data_classes: ['clinical'], purpose: 'judicial' } },
    ],
  ],
  ['audit.search', 'admin', 200, () => ['/v1/audit-events/search', { body: {} }]],
  ['audit.search', 'admin', 200, () => ['/v1/audit-events/search', { body: {}, query: { format: 'fhir' } }]],
  [
    'breach.assess',
    'admin',
    201,
    () => ['/v1/breach-assessments', { body: { discovered_at: starts_at, from: starts_at, to: ends_at, key_exposure: 'none' } }],
  ],
  ['breach.read', 'admin', 200, ({ assessment }) => [`/v1/breach-assessments/${assessment}`]],
  ['care_team.put', 'admin', 200, (made) => [`/v1/care-teams/${made.patient}/${made.outsider.sub}`]],
  ['care_team.delete', 'admin', 200, (made) => [`/v1/care-teams/${made.patient}/${made.outsider.sub}`]],
  ['principal.put', 'admin', 200, (made) => [`/v1/principals/${made.outsider.sub}`, { body: { role: 'clinician', disabled: false } }]],
  ['patient.void', 'clinician', 200, (made) => [of(made), { body: { reason: 'test_data' } }]],
];

const methodOf = (route: RouteName) => ROUTES.find(({ name: known }) => known === route)?.method ?? '';
const send = (who: Who, route: RouteName, [path, options]: readonly [string, RequestOptions?]) =>
  api.send(scene[who], methodOf(route), path, options);

describe('a request that succeeds', () => {
  it('is tried on every route, in every role that may', () => {
    const roles = { clinician: 'clinician', outsider: 'clinician', billing: 'billing', admin: 'admin', self: 'patient' } as const;
    const tried = new Set(REQUESTS.map(([route, who]) => `${route} ${roles[who]}`));
    const open = ROUTES.flatMap(({ name: route, roles: may }) => may.map((role: string) => `${route} ${role}`));
    expect([...tried].sort()).toEqual([...open].sort());
  });

  it.each(REQUESTS)('is one round trip: %s as %s', async (route, who, status, requestOf) => {
    expect(await tripsOf(() => send(who, route, requestOf(scene)))).toEqual([status, 1]);
  });
});

describe('a refusal', () => {
  const bearer = (actor: Actor) => `Bearer ${api.token(actor)}`;
  it.each<readonly [string, number, () => Promise<{ readonly status: number }>]>([
    ['no token', 401, () => api.sendEvent(albEvent())],
    ['an event of something else', 400, () => api.sendEvent({})],
    ['an unknown path', 404, () => api.send(scene.clinician, 'GET', '/v1/none')],
    ['a role that may not', 403, () => api.send(scene.billing, 'GET', of(scene, '/notes'))],
    ["somebody else's record", 404, async () => api.send(await api.world.principal('clinician'), 'GET', of(scene, '/notes'))],
    ['a body that is malformed', 400, () => api.send(scene.clinician, 'POST', of(scene, '/notes'), { body: { text: 'x' } })],
    [
      'a version that is old',
      409,
      () => api.send(scene.billing, 'PATCH', of(scene, '/billing'), { headers: match, body: { insurance_id: 'INS-8' } }),
    ],
    ['two tokens', 400, () => api.sendEvent(albEvent({}, { authorization: [bearer(scene.clinician), bearer(scene.clinician)] }))],
  ])('of %s is one round trip', async (_, status, refused) => {
    expect(await tripsOf(refused)).toEqual([status, 1]);
  });
});

describe('more than one round trip', () => {
  it('is a request that finds no keys: one more for each class of its fields', async () => {
    const handle = api.compose();
    const event = albEvent({ path: of(scene) }, { authorization: [`Bearer ${api.token(scene.clinician)}`] });
    expect(await tripsOf(() => handle(event, {}))).toEqual([200, 3]);
    expect(await tripsOf(() => handle(event, {}))).toEqual([200, 1]);
  });

  it('is a read whose value does not decrypt: it was audited as a read and is audited as a failure', async () => {
    await api.sql.admin('UPDATE phi.patient SET name = address WHERE id = $1', [scene.patient]);
    expect(await tripsOf(() => api.send(scene.clinician, 'GET', of(scene)))).toEqual([500, 2]);
  });

  it('would be noticed: three statements count as three', async () => {
    const { cluster, database: records } = api.sql;
    const address = { host: 'localhost', port: proxy.port, database: records, user: 'records_api' };
    const database = postgresDatabase({ address, password: cluster.password, trust: proxy.trust, connections: 1 });
    const { sub } = scene.clinician;
    const me = () => database.call('me', [sub, new Date(), newUuid(), '203.0.113.9', newUuid(), 'clinician']);
    const trips = await tripsOf(async () => {
      for (let statement = 0; statement < 3; statement += 1) await me();
      return { status: 0 };
    });
    await database.end();
    expect(trips).toEqual([0, 3]);
  });
});
