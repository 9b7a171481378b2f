import { randomUUID } from 'node:crypto';
import type { RecordsParts } from '../../lambda/records/compose';
import { auditEventId } from '../../lambda/shared/audit-id';
import { CodedError } from '../../lambda/shared/outcome';
import { newUuid, parseUuid } from '../../lambda/shared/uuid';
import { albEvent } from '../support/alb-event';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { arrangeRecords, type RecordsScene } from '../support/records-scene';
import type { Row } from '../support/sql-service';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let other: RecordsScene;
let reviewer: Actor;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  other = await arrangeRecords(api);
  reviewer = await api.world.principal('clinician');
}, 60_000);
afterAll(() => api.stop());
beforeEach(() => void api.log.lines.splice(0));

/** An encrypted column, the row it is tampered with in, and a request that shows it. */
interface Place {
  readonly at: string;
  readonly id: (of: RecordsScene) => string;
  readonly who: (of: RecordsScene) => Actor;
  readonly method: 'GET' | 'POST';
  readonly path: (of: RecordsScene) => string;
  readonly body?: unknown;
}

const record = ({ patient }: RecordsScene): string => patient;
const ofPatient = (column: string): Place => ({
  at: `phi.patient ${column}`,
  id: record,
  who: ({ clinician }) => clinician,
  method: 'GET',
  path: ({ patient }) => `/v1/patients/${patient}`,
});
const ofBilling = (column: string): Place => ({
  ...ofPatient(column),
  who: ({ billing }) => billing,
  path: ({ patient }) => `/v1/patients/${patient}/billing`,
});
const NAME = ofPatient('name');

const NOTE: Place = {
  at: 'phi.visit_note body',
  id: ({ note }) => note,
  who: ({ self }) => self,
  method: 'GET',
  path: ({ note }) => `/v1/notes/${note}`,
};

const PLACES: readonly Place[] = [
  ...['name', 'date_of_birth', 'address', 'mrn', 'medical_history', 'diagnoses', 'prescriptions'].map(ofPatient),
  ...['insurance_id', 'billing_address', 'payment_history'].map(ofBilling),
  NOTE,
  { ...NOTE, who: ({ clinician }) => clinician, path: ({ patient }) => `/v1/patients/${patient}/notes` },
  {
    ...{ at: 'phi.appointment reason', id: ({ appointment }) => appointment, who: ({ clinician }) => clinician },
    ...{ method: 'GET', path: ({ patient }) => `/v1/patients/${patient}/appointments` },
  },
  {
    ...{ at: 'phi.document title', id: ({ document }) => document, who: ({ self }) => self },
    ...{ method: 'POST', path: ({ document }) => `/v1/documents/${document}/access` },
  },
  {
    ...{ at: 'authz.emergency_grant reason_text', id: ({ grant }) => grant, who: () => reviewer },
    ...{ method: 'POST', path: ({ grant }) => `/v1/emergency-access/${grant}/review`, body: {} },
  },
];

async function stored({ at, id }: Place, of: RecordsScene): Promise<Buffer> {
  const [table, column] = at.split(' ');
  const [row] = await api.sql.admin<{ value: Buffer }>(`SELECT ${column} AS value FROM ${table} WHERE id = $1`, [id(of)]);
  if (!row) throw new Error(`There is no row for ${at}.`);
  return row.value;
}

async function store({ at, id }: Place, of: RecordsScene, value: Buffer): Promise<void> {
  const [table, column] = at.split(' ');
  await api.sql.admin(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id(of), value]);
}

/** Puts a value in the place, asks, and puts the old one back. */
async function askWith(place: Place, value: Buffer) {
  const before = await stored(place, scene);
  await store(place, scene, value);
  try {
    return await api.send(place.who(scene), place.method, place.path(scene), place.body === undefined ? {} : { body: place.body });
  } finally {
    await store(place, scene, before);
  }
}

/** The whole answer says that there is none; the trail says who asked and what was found; the log says it where an alarm counts. */
function expectIntegrityFailure({ status, body, events }: Awaited<ReturnType<typeof askWith>>, patient = scene.patient): void {
  const requestId = events[0]?.['request_id'];
  const code = 'integrity_failure';
  expect([status, body]).toEqual([500, { type: 'about:blank', title: 'Internal Server Error', status: 500, code, requestId }]);
  const [access, failure, ...rest] = events;
  expect(rest).toEqual([]);
  expect(access).toMatchObject({ outcome: 'success', patient_id: patient });
  expect(failure).toMatchObject({ event_type: 'integrity.failure', outcome: 'failed', reason: code, actor_id: access?.['actor_id'] });
  expect(failure?.['id']).toBe(secondId(access));
  expect(api.log.parsed()).toEqual([expect.objectContaining({ code, status: 500, auditId: access?.['id'], auditEvents: 2 })]);
}

function secondId(first: Row | undefined): string | undefined {
  const id = parseUuid(first?.['id']);
  return id && auditEventId(id, 2);
}

const changed = (value: Buffer, at: number, to: (byte: number) => number): Buffer => {
  const copy = Buffer.from(value);
  copy.writeUInt8(to(copy.readUInt8(at)), at);
  return copy;
};
const flipped = (value: Buffer, at: number): Buffer => changed(value, at, (byte) => byte ^ 1);
const withKeyId = (value: Buffer, id: string): Buffer =>
  Buffer.concat([value.subarray(0, 1), Buffer.from(id.replaceAll('-', ''), 'hex'), value.subarray(17)]);

describe.each(PLACES.map((place) => [place.at, place.method, place] as const))('%s, asked for with %s', (_, __, place) => {
  it('ends the request when it is another record’s value, and when one bit of it was changed', async () => {
    expectIntegrityFailure(await askWith(place, await stored(place, other)));
    api.log.lines.splice(0);
    expectIntegrityFailure(await askWith(place, flipped(await stored(place, scene), 30)));
  });
});

describe('a value', () => {
  it.each<[string, Place, (value: Buffer) => Promise<Buffer> | Buffer]>([
    ['of another column of the same class', NAME, () => stored(ofPatient('address'), scene)],
    ['of a column of another class', NAME, () => stored(ofPatient('medical_history'), scene)],
    ['of another table', NOTE, () => stored(ofPatient('medical_history'), scene)],
    ['that lost its last byte', NAME, (value) => value.subarray(0, -1)],
    ['that lost its first byte', NAME, (value) => value.subarray(1)],
    ['that is longer by a byte', NAME, (value) => Buffer.concat([value, Buffer.alloc(1)])],
    ['of another version', NAME, (value) => changed(value, 0, () => 2)],
    ['with a bit changed in its nonce', NAME, (value) => flipped(value, 20)],
    ['with a bit changed in its tag', NAME, (value) => flipped(value, value.length - 1)],
    ['under a key that never was', NAME, (value) => withKeyId(value, randomUUID())],
    ['under the key of another class', NAME, async (value) => withKeyId(value, await keyOf('clinical'))],
    ['in the clear', NAME, () => Buffer.from('Avery Canary-Example, who was never encrypted at all')],
  ])('%s ends the request, and nothing else of the record is told', async (_, place, tamper) => {
    expectIntegrityFailure(await askWith(place, await tamper(await stored(place, scene))));
  });

  it('in a list of patients ends it after an event for each of them', async () => {
    const both = await api.world.principal('clinician');
    for (const { patient } of [scene, other]) {
      await api.sql.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [patient, both.sub]);
    }
    const list: Place = { ...NAME, who: () => both, path: () => '/v1/patients' };
    const { status, events } = await askWith(list, flipped(await stored(list, scene), 30));
    expect(status).toBe(500);
    expect(events.map((event) => [event['event_type'], event['outcome']])).toEqual([
      ['phi.search', 'success'],
      ['phi.search', 'success'],
      ['integrity.failure', 'failed'],
    ]);
  });
});

async function keyOf(keyClass: string): Promise<string> {
  const [row] = await api.sql.admin<{ id: string }>('SELECT id FROM crypto.data_key WHERE class = $1 ORDER BY created_at', [keyClass]);
  return row?.id ?? '';
}

/** Another instance of the function, whose clock the test sets. */
function instance(parts: Partial<RecordsParts> = {}) {
  const startMs = Date.now();
  let nowMs = startMs;
  const service = api.compose({ ...parts, now: () => nowMs });
  return async (actor: Actor, path: string, minutes = 0) => {
    nowMs = startMs + minutes * 60_000;
    const requestId = randomUUID();
    const response = await service(albEvent({ path }, { authorization: [`Bearer ${api.token(actor)}`] }), { awsRequestId: requestId });
    const events = await api.sql.admin('SELECT * FROM audit.event WHERE request_id = $1 ORDER BY seq', [requestId]);
    const { code } = JSON.parse(response.body) as { readonly code?: string };
    return { status: response.statusCode, code, events };
  };
}

describe('a key', () => {
  it('that is retired opens nothing, in an instance that learns of it', async () => {
    const [retired, added] = [await keyOf('identity'), newUuid()];
    const wrapped = await api.parts.dataKeys.generate({ keyId: added, keyClass: 'identity' });
    await api.sql.admin(`INSERT INTO crypto.data_key (id, class, wrapped) VALUES ($1, 'identity', $2)`, [added, wrapped]);
    await api.sql.admin('UPDATE crypto.data_key SET retired_at = now() WHERE id = $1', [retired]);
    const answer = await instance()(scene.clinician, NAME.path(scene));
    await api.sql.admin('UPDATE crypto.data_key SET retired_at = NULL WHERE id = $1', [retired]);
    expect([answer.status, answer.code]).toEqual([500, 'integrity_failure']);
    expect(answer.events.map((event) => event['event_type'])).toEqual(['phi.access', 'integrity.failure']);
  });

  it('whose provider is switched off goes on for less than five minutes, then nobody reads, and each attempt has its row', async () => {
    let isEnabled = true;
    const { dataKeys } = api.parts;
    const unwrap: typeof dataKeys.unwrap = (key) => (isEnabled ? dataKeys.unwrap(key) : Promise.reject(new CodedError('key_disabled')));
    const ask = instance({ dataKeys: { ...dataKeys, unwrap } });
    const path = NAME.path(scene);
    expect((await ask(scene.clinician, path)).status).toBe(200);
    isEnabled = false;
    expect((await ask(scene.clinician, path, 4)).status).toBe(200);
    const refused = await ask(scene.clinician, path, 5);
    expect([refused.status, refused.code]).toEqual([503, 'key_disabled']);
    expect(refused.events).toEqual([
      expect.objectContaining({ event_type: 'phi.access', outcome: 'failed', reason: 'key_disabled', patient_id: scene.patient }),
    ]);
    isEnabled = true;
    expect((await ask(scene.clinician, path, 6)).status).toBe(200);
  });
});
