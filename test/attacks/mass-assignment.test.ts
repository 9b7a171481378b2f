import { randomUUID } from 'node:crypto';
import type { Role } from '../../lambda/records/contract';
import type { RouteName } from '../../lambda/records/routes';
import { jsonPost } from '../support/alb-event';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { callerOf, namedBy, optionsOf, pathOf, routeOf, ROUTES_BY_ROLE, sendRoute, type Named } from '../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';

let api: RecordsApi;
let scene: RecordsScene;
let named: Named;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  named = namedBy(scene);
}, 60_000);
afterAll(() => api.stop());

const WITH_BODY = ROUTES_BY_ROLE.filter(([name]) => routeOf(name).body === 'json');
const WITHOUT_BODY = ROUTES_BY_ROLE.filter(([name]) => routeOf(name).body === 'none');

/** Keys by which a caller might become more, reach somebody else, or set what the service sets. */
const KEYS = [
  ...['role', 'roles', 'is_admin', 'sub', 'patient_id', 'patientId', 'version', 'status', 'id', 'disabled', 'created'],
  ...['author_id', 'clinician_id', 'uploaded_by', 'recorded_by', 'created_at', 'written_at', 'recorded', 'object_key'],
  ...['mrn_bidx', 'ssn_bidx', 'insurance_bidx', 'granted_at', 'expires_at', 'reviewed_by', 'review_outcome', 'purpose_of_use'],
  ...['toString', 'hasOwnProperty', '__proto__', 'constructor', 'prototype', 'NAME', 'name ', ''],
];

/** Ways to filter, sort, widen or page what other services know. */
const QUERY_KEYS = ['patient_id', 'sub', 'role', 'sort', 'fields', 'include', 'mrn', 'ssn', 'filter', 'limit', 'cursor', 'format'];

/** Keys that a route takes on purpose. */
const TAKEN: Readonly<Partial<Record<RouteName, readonly string[]>>> = {
  'emergency.open': ['patient_id'],
  'principal.put': ['role', 'patient_id', 'disabled'],
};

/** A good body with one more key, written as text, because an object literal would not hold some of the keys. */
function withKey(name: RouteName, role: Role, key: string): string {
  const body = JSON.stringify(optionsOf(routeOf(name), named, role).body);
  const more = `${JSON.stringify(key)}:${JSON.stringify(randomUUID())}`;
  return body === '{}' ? `{${more}}` : `${body.slice(0, -1)},${more}}`;
}

async function sendText(name: RouteName, role: Role, text: string) {
  const route = routeOf(name);
  const actor = callerOf(scene, role, name);
  const headers = { authorization: [`Bearer ${api.token(actor)}`], ...(route.ifMatch === 'required' ? { 'if-match': ['"1"'] } : {}) };
  return api.sendEvent(jsonPost(text, headers, { httpMethod: route.method, path: pathOf(route, named) }));
}

/** Keys that reach a prototype are refused by the parser, whatever the route. */
const codeOf = (key: string) => (['__proto__', 'constructor', 'prototype'].includes(key) ? 'body_forbidden_key' : 'body_unknown_key');

const rowOf = (event: Readonly<Record<string, unknown>>) => [event['outcome'], event['reason']].join(' ');

async function tables(): Promise<unknown> {
  const names = ['phi.patient', 'phi.visit_note', 'phi.appointment', 'phi.video_session', 'phi.document', 'authz.principal', 'authz.care_team'];
  const more = ['authz.emergency_grant', 'audit.disclosure', 'audit.breach_assessment', 'api.idempotency'];
  return Promise.all([...names, ...more].map((name) => api.sql.admin(`SELECT t::text AS t FROM ${name} AS t ORDER BY 1`)));
}

describe('a key that a route does not know', () => {
  it.each(WITH_BODY)('ends the request with 400 and one audit row, and nothing is stored: %s as %s', async (name, role) => {
    const before = await tables();
    const keys = KEYS.filter((one) => TAKEN[name]?.includes(one) !== true);
    const answers = await Promise.all(keys.map((key) => sendText(name, role, withKey(name, role, key))));
    const seen = answers.map(({ status, body, events }, index) => [keys[index], status, body['code'], events.map(rowOf)]);
    expect(seen).toEqual(keys.map((key) => [key, 400, codeOf(key), [`failed ${codeOf(key)}`]]));
    expect(await tables()).toEqual(before);
  });

  it.each([
    ['patient.create', 'address', { ...VALUES.address, id: 1 }],
    ['patient.create', 'diagnoses', [{ ...VALUES.diagnoses[0], author_id: 1 }]],
    ['patient.update', 'prescriptions', [{ ...VALUES.prescriptions[0], patient_id: 1 }]],
    ['billing.update', 'billing_address', { ...VALUES.billing_address, status: 1 }],
    ['billing.update', 'payment_history', [{ ...VALUES.payment_history[0], version: 1 }]],
  ] as const)('is found inside a value, too: %s %s', async (name, field, value) => {
    const role = name === 'billing.update' ? 'billing' : 'clinician';
    const body = { ...(optionsOf(routeOf(name), named, role).body as object), [field]: value };
    const { status, body: answer } = await sendRoute(api, callerOf(scene, role), name, named, { body });
    expect([status, answer['code']]).toEqual([400, 'body_unknown_key']);
  });

  it('would have been the only thing wrong with any of these requests', async () => {
    const others = new Set<string>();
    for (const [name, role] of WITH_BODY.filter(([one]) => one !== 'patient.void' && one !== 'appointment.cancel')) {
      const { status, body } = await sendRoute(api, callerOf(scene, role, name), name, named);
      if (status >= 300 && body['code'] !== 'version_stale') others.add(`${name} ${role} ${String(body['code'])}`);
    }
    expect([...others]).toEqual([]);
  });
});

describe('a route that takes no body', () => {
  it.each(WITHOUT_BODY)('refuses any: %s as %s', async (name, role) => {
    const { status, body, events } = await sendText(name, role, '{}');
    expect([status, body['code'], events.length]).toEqual([400, 'body_not_allowed', 1]);
  });
});

describe('a query key that a route does not know', () => {
  it.each(ROUTES_BY_ROLE)('ends the request with 400: %s as %s', async (name, role) => {
    const keys = QUERY_KEYS.filter((key) => !routeOf(name).query.includes(key));
    const actor = callerOf(scene, role, name);
    const answers = await Promise.all(keys.map((key) => sendRoute(api, actor, name, named, { query: { [key]: '1' } })));
    expect(answers.map(({ status, body }, index) => [keys[index], status, body['code']])).toEqual(
      keys.map((key) => [key, 400, 'query_unknown_key']),
    );
  });
});
