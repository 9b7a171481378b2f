import fc from 'fast-check';
import { answerSchema } from '../../../lambda/records/answers';
import { ROLES, type Role } from '../../../lambda/records/contract';
import { decideAccess } from '../../../lambda/records/decide-access';
import type { Request } from '../../../lambda/records/edge';
import type { ReadHeader } from '../../../lambda/records/headers';
import { fieldsOf, keyClassOf, readableFields, RESOURCES, searchableFields, writableFields, type Resource, type WriteMoment } from '../../../lambda/records/policy';
import { KEY_CLASSES } from '../../../lambda/records/ports';
import { readCall } from '../../../lambda/records/read-call';
import { cipherOf, project } from '../../../lambda/records/record-values';
import { REFUSALS } from '../../../lambda/records/refusals';
import type { RouteName } from '../../../lambda/records/routes';
import { idOf, ringOf } from '../../support/crypto-keys';
import { WRITES } from '../../support/observed-cells';
import { ALL_ROUTES, namedNothing, optionsOf, type NamedRoute } from '../../support/records-requests';

const RUNS = { numRuns: 1_500 };

const anyRoute = fc.constantFrom(...ALL_ROUTES);
const anyRole = fc.constantFrom(...ROLES);
const FIELDS = [...new Set(RESOURCES.flatMap((resource) => fieldsOf(resource) as readonly string[]))];

/** Keys that a body may hold for a role, by the policy table where the route writes or searches, else by name. */
function bodyKeys({ name }: NamedRoute, role: Role): readonly string[] {
  const written = new Map<RouteName, readonly [Resource, WriteMoment]>([['note.amend', ['note', 'creation']]]);
  for (const resource of RESOURCES) {
    for (const moment of ['creation', 'change'] as const) {
      const route = WRITES[resource][moment];
      if (route !== undefined) written.set(route, [resource, moment]);
    }
  }
  const [resource, moment] = written.get(name) ?? [];
  if (name === 'patient.search') return searchableFields(role, role === 'billing' ? 'billing' : 'patient');
  if (name === 'emergency.open') return [...writableFields(role, 'emergency', 'creation'), 'mrn'];
  if (name === 'emergency.review') return ['outcome'];
  if (resource && moment) return writableFields(role, resource, moment);
  const others: Partial<Record<RouteName, readonly string[]>> = {
    'patient.void': ['reason'],
    'appointment.cancel': ['reason'],
    'audit.search': ['actor', 'patient', 'type', 'from', 'to', 'cursor', 'limit'],
    'breach.assess': ['discovered_at', 'from', 'to', 'actor', 'patients', 'key_exposure'],
    'principal.put': ['role', 'patient_id', 'disabled'],
  };
  return others[name] ?? [];
}

/** Requests that are nearly right: a good body and good headers with something of it changed, added or gone. */
const anyRequest = fc
  .record({
    route: anyRoute,
    // Other roles do not come this far: the decision by role is before the reading.
    chosen: fc.nat(),
    added: fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string({ maxLength: 8 })), fc.jsonValue(), { maxKeys: 2 }),
    removed: fc.array(fc.constantFrom(...FIELDS), { maxLength: 2 }),
    body: fc.constantFrom('good', 'none', 'added', 'added'),
    query: fc.dictionary(fc.constantFrom('cursor', 'limit', 'format', 'sort', 'toString'), fc.string(), { maxKeys: 1 }),
    ifMatch: fc.oneof(fc.constant(undefined), fc.constantFrom('"1"', '"999999999"', '*', '"0"', 'W/"1"', '"1", "2"'), fc.string()),
    key: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.uuid(), fc.string()),
  })
  .map(({ route, chosen, added, removed, body, query, ifMatch, key }) => {
    const role = route.roles[chosen % route.roles.length] ?? 'admin';
    const good = (optionsOf(route, namedNothing(), role).body ?? {}) as Readonly<Record<string, unknown>>;
    const kept = Object.fromEntries(Object.entries(good).filter(([name]) => !removed.includes(name)));
    const bodies = { good, none: undefined, added: { ...kept, ...added } };
    const headers = new Map<ReadHeader, string>();
    if (ifMatch !== undefined) headers.set('if-match', ifMatch);
    if (key !== undefined) headers.set('idempotency-key', key);
    const request: Request = {
      ...{ method: route.method, path: '/', query: new Map(Object.entries(query)), headers, clientIp: '203.0.113.7' },
      body: bodies[body],
    };
    return { route, role, request };
  });

describe('the decision by role', () => {
  it('admits exactly the roles that a route names, whatever calls itself a role, and never throws', () => {
    const anything = fc.oneof(anyRole, fc.string(), fc.anything(), fc.constantFrom('Admin', 'admin ', '__proto__', 'length', '0'));
    fc.assert(
      fc.property(anyRoute, anything, (route, role) => {
        const isNamed = route.roles.some((one) => one === role);
        expect(decideAccess(role as Role, route)).toEqual(isNamed ? { kind: 'permit' } : { kind: 'deny', code: 'forbidden' });
      }),
      RUNS,
    );
  });
});

describe('the reading of a request', () => {
  it('never throws, and admits no key, version or idempotency key that policy and route do not', () => {
    let read = 0;
    fc.assert(
      fc.property(anyRequest, ({ route, role, request }) => {
        const outcome = readCall(request, route, role);
        if (outcome.kind === 'refused') {
          expect(REFUSALS[outcome.code]).toBe(400);
          expect(Object.keys(outcome)).toEqual(['kind', 'code']);
          return;
        }
        read += 1;
        const { body, version, idempotencyKey } = outcome;
        expect(Object.keys(body).filter((key) => !bodyKeys(route, role).includes(key))).toEqual([]);
        expect([...request.query.keys()].filter((key) => !route.query.includes(key))).toEqual([]);
        if (version !== undefined) expect([route.ifMatch === 'none', request.headers.get('if-match')]).toEqual([false, `"${version}"`]);
        if (route.ifMatch === 'required') expect(version).toBeGreaterThan(0);
        if (idempotencyKey !== undefined) expect([route.idempotent, request.headers.get('idempotency-key')]).toEqual([true, idempotencyKey]);
      }),
      RUNS,
    );
    // A property that refuses everything would hold, too; some seventy of a run are read, and fewer than fifteen by no chance.
    expect(read).toBeGreaterThan(15);
  });

  it('never throws at any JSON for a body, and reads none of it as something else', () => {
    fc.assert(
      fc.property(anyRoute, anyRole, fc.dictionary(fc.string(), fc.jsonValue()), (route, role, body) => {
        const headers = new Map<ReadHeader, string>(route.ifMatch === 'required' ? [['if-match', '"1"']] : []);
        const outcome = readCall({ method: route.method, path: '/', query: new Map(), headers, clientIp: '203.0.113.7', body }, route, role);
        if (outcome.kind === 'read') expect(outcome.body).toEqual(body);
      }),
      RUNS,
    );
  });
});

describe('the building of a record', () => {
  const keys = ringOf({ identity: [1], clinical: [2], billing: [3] });
  const ids = { recordId: idOf(7), patientId: idOf(8) };
  const anyResource = fc.constantFrom(...RESOURCES);
  const anyJunk = fc.dictionary(
    fc.oneof(fc.constantFrom(...FIELDS, 'mrn_bidx', 'ssn_bidx', 'outcome', '__proto__', 'toJSON'), fc.string()),
    fc.oneof(fc.string(), fc.integer(), fc.uint8Array({ maxLength: 80 }), fc.constant(null)),
  );

  it('takes the named fields of a row and nothing else, whatever else is in it', () => {
    fc.assert(
      fc.property(anyResource, anyRole, anyJunk, (resource, role, junk) => {
        const fields = readableFields(role, resource);
        const cipher = cipherOf(keys, resource, ids);
        const good = Object.fromEntries(
          fields.map((field) => {
            const keyClass = keyClassOf(resource, field);
            return [field, keyClass ? cipher.encrypt({ column: field, keyClass }, '"canary"') : null];
          }),
        );
        const built = project(keys, resource, fields, { ...junk, ...good }, ids);
        expect(built).toEqual(project(keys, resource, fields, good, ids));
        expect(built.kind === 'record' && Object.keys(built.record)).toEqual(fields);
      }),
      { numRuns: 300 },
    );
  });

  it('ends without a record, and without throwing, where a value does not belong', () => {
    const encrypted = RESOURCES.flatMap((resource) => fieldsOf(resource).flatMap((field) => (keyClassOf(resource, field) ? [[resource, field] as const] : [])));
    fc.assert(
      fc.property(fc.constantFrom(...encrypted), fc.oneof(fc.uint8Array({ maxLength: 120 }), fc.string(), fc.integer()), ([resource, field], value) => {
        const fields = fieldsOf(resource).filter((one) => one === field);
        expect(project(keys, resource, fields, { [field]: value }, ids)).toEqual({ kind: 'refused', code: 'integrity_failure' });
      }),
      RUNS,
    );
  });

  it('opens no value in another row, column, patient or class', () => {
    const places = KEY_CLASSES.map((keyClass) => cipherOf(keys, 'patient', ids).encrypt({ column: 'name', keyClass }, 'canary'));
    const moved = [
      project(keys, 'patient', ['name'], { name: places[1] }, ids),
      project(keys, 'patient', ['address'], { address: places[0] }, ids),
      project(keys, 'note', ['body'], { body: places[1] }, ids),
      project(keys, 'patient', ['name'], { name: places[0] }, { ...ids, recordId: idOf(9) }),
    ];
    expect(moved).toEqual(Array(4).fill({ kind: 'refused', code: 'integrity_failure' }));
    expect(project(keys, 'patient', ['name'], { name: places[0] }, ids)).toEqual({ kind: 'record', record: { name: 'canary' } });
  });
});

describe('the second look at an answer', () => {
  it.each(ALL_ROUTES.flatMap(({ name, roles }) => roles.map((role) => [name, role] as const)))('lets no field more through: %s for %s', (name, role) => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...FIELDS, 'mrn_bidx', '__proto__'), fc.string()), fc.jsonValue(), (field, value) => {
        const one = { [field]: value };
        expect([one, { items: [one], next: null }].map((answer) => answerSchema(name, role).safeParse(answer).success)).toEqual([false, false]);
      }),
      { numRuns: 40 },
    );
  });
});
