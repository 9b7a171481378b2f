import { randomUUID } from 'node:crypto';
import type { RecordsParts } from '../../lambda/records/compose';
import type { Database } from '../../lambda/records/ports';
import { albEvent, bytesPost, jsonPost, type AlbEvent } from '../support/alb-event';
import { startCluster } from '../support/database';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { migratedIn, startSqlService } from '../support/sql-service';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { logAsInProduction, makeServerLog } from '../support/server-log';
import { accessClaims, signToken } from '../support/token-issuer';

/** A value for every field of the policy table, each long enough to be nothing else, and two that try to be a line of their own. */
const FORGED = 'canary\n{"event":"request","code":"ok"}\r\u001b[2Jcanary';
const CANARIES = ['anary', '1984-02-29', '900-12-3456', 'MRN-900001', 'T07:08:09.123', '\u001b', FORGED];
const ALL = `${JSON.stringify(VALUES)} ${FORGED}`;

const serverLog = makeServerLog();
const printed: string[] = [];
const seen: string[] = [];
const writers: jest.SpyInstance[] = [];
let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi({}, () => startSqlService(() => migratedIn(startCluster(serverLog.file))));
  // Statements are logged as well: what pgaudit logs in production holds nothing that this does not.
  await logAsInProduction(api.sql, 'records_api', { log_statement: 'all' });
  await api.sql.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'records_api'`);
  scene = await arrangeRecords(api);
  for (const stream of [process.stdout, process.stderr]) {
    writers.push(jest.spyOn(stream, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0));
  }
}, 60_000);
afterAll(async () => {
  writers.forEach((writer) => writer.mockRestore());
  await api.stop();
  serverLog.remove();
});

const of = (): string => `/v1/patients/${scene.patient}`;
const bearer = (who: 'clinician' | 'admin' | 'outsider' = 'clinician') => ({ authorization: [`Bearer ${api.token(scene[who])}`] });
const signed = (claims: object, header: object = {}) => ({
  authorization: [`Bearer ${signToken(api.key, accessClaims({ ...claims }), header)}`],
});
const fault = (): Error => Object.assign(new Error(ALL, { cause: new Error(ALL) }), { detail: ALL, code: ALL, parameters: [VALUES] });
const throws = (): never => {
  throw fault();
};
const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const rejects = (): Promise<never> => Promise.reject(fault());
/** The real database, but for one function. */
const but = (name: string, instead: Database['call']): Database => ({
  call: (called, values) => (called === name ? instead(called, values) : api.database.call(called, values)),
});

const { name, date_of_birth, address, mrn, ssn, medical_history, diagnoses, prescriptions } = VALUES;
const PATCH = { httpMethod: 'PATCH' };
const record = { name, date_of_birth, address, mrn, ssn, medical_history, diagnoses, prescriptions };
const post = (path: string, body: unknown, headers: Readonly<Record<string, readonly string[]>> = {}, overrides = {}): AlbEvent =>
  jsonPost(typeof body === 'string' ? body : JSON.stringify(body), { ...bearer(), ...headers }, { path, ...overrides });
const get = (path: string, headers: Readonly<Record<string, readonly string[]>> = {}, overrides = {}): AlbEvent =>
  albEvent({ path, ...overrides }, { ...bearer(), ...headers });

type Replaced = Partial<Readonly<Record<keyof RecordsParts, () => unknown>>>;
type Path = readonly [title: string, code: string, make: () => unknown, replaced?: Replaced];

/** Every way a request can end in an error, each with values of a patient in all that the error could be told with. */
const PATHS: readonly Path[] = [
  ['an unknown key in camelCase', 'body_unknown_key', () => post('/v1/patients', { ...record, dateOfBirth: date_of_birth })],
  ['an unknown key that is a value', 'body_unknown_key', () => post('/v1/patients', { ...record, [medical_history]: FORGED })],
  ['a value nested where none belongs', 'body_value', () => post('/v1/patients', { ...record, name: { first: [name, FORGED] } })],
  ['JSON in a text in a list', 'body_value', () => post('/v1/patients', { ...record, diagnoses: [JSON.stringify(record)] })],
  ['a text that is too long', 'body_value', () => post('/v1/patients', { ...record, name: ALL.repeat(9) })],
  ['a body cut short', 'body_not_json', () => post('/v1/patients', JSON.stringify(record).slice(0, -2))],
  ['a body with a key given twice', 'body_duplicate_key', () => post('/v1/patients', `{"name":${JSON.stringify(ALL)},"name":""}`)],
  [
    'a body of bytes that are no text',
    'body_encoding',
    () => ({ ...bytesPost(Buffer.from(`${ALL}\xff`, 'latin1'), bearer()), path: '/v1/patients' }),
  ],
  ['a path', 'path_malformed', () => get(`/v1/patients/${name}`)],
  ['a path that is well formed', 'not_found', () => get(`/v1/patients/${mrn}`)],
  ['a query', 'query_malformed', () => get('/v1/patients', {}, { multiValueQueryStringParameters: { cursor: [ALL] } })],
  ['a query that is well formed', 'query_unknown_key', () => get('/v1/patients', {}, { multiValueQueryStringParameters: { ssn: [ssn] } })],
  ['a cursor', 'cursor_malformed', () => get('/v1/patients', {}, { multiValueQueryStringParameters: { cursor: [mrn] } })],
  ['a header with lines of its own', 'header_malformed', () => get('/v1/me', { 'x-patient': [FORGED] })],
  ['an entity tag', 'if_match_malformed', () => post(of(), { medical_history }, { 'if-match': [medical_history] }, PATCH)],
  ['an idempotency key', 'idempotency_key_malformed', () => post('/v1/patients', record, { 'idempotency-key': [ssn] })],
  ['an address of the client', 'client_address_missing', () => get('/v1/me', { 'x-forwarded-for': [JSON.stringify(VALUES)] })],
  ['a token', 'token_malformed', () => get('/v1/me', { authorization: [`Bearer ${Buffer.from(ALL).toString('base64url')}`] })],
  ['the claims of a token', 'token_subject', () => get('/v1/me', signed({ sub: ALL, ...record }))],
  ['the key id of a token', 'token_key_unknown', () => get('/v1/me', signed({}, { kid: ALL }))],
  ['a role that may not', 'forbidden', () => post('/v1/patients', record, bearer('admin'))],
  ['a record that is not the caller’s', 'not_found', () => post(`${of()}/notes`, { body: ALL }, bearer('outsider'))],
  ['an older version', 'version_stale', () => post(of(), { medical_history: ALL }, { 'if-match': ['"9"'] }, PATCH)],
  ['an mrn that is taken', 'conflict', () => post('/v1/patients', { ...record, mrn: scene.mrn })],
  [
    'times the wrong way round',
    'value_refused',
    () => post(`${of()}/appointments`, { starts_at: VALUES.ends_at, ends_at: VALUES.starts_at, reason: ALL }),
  ],
  [
    'an appointment of nobody',
    'value_refused',
    () => post(`${of()}/sessions`, { started_at: VALUES.starts_at, appointment_id: randomUUID() }),
  ],
  ['a clock that throws', 'internal_error', () => get(of()), { now: () => throws }],
  ['a key set that cannot be read', 'keys_unavailable', () => get(of()), { tokenKeys: () => ({ read: throws }) }],
  ['a key set that is refused', 'keys_unavailable', () => get(of()), { tokenKeys: () => ({ read: () => Promise.resolve(ALL) }) }],
  ['a key provider that throws', 'key_unavailable', () => post('/v1/patients', record), { dataKeys: () => ({ unwrap: throws }) }],
  ['a key provider that rejects', 'key_unavailable', () => get(of()), { dataKeys: () => ({ unwrap: rejects }) }],
  ['a key provider that answers else', 'key_invalid', () => get(of()), { dataKeys: () => ({ unwrap: () => bytesOf(ALL) }) }],
  ['a MAC provider that throws', 'key_unavailable', () => post('/v1/patients/search', { ssn }), { indexKeys: () => ({ mac: throws }) }],
  ['a MAC provider that rejects', 'key_unavailable', () => post('/v1/patients', record), { indexKeys: () => ({ mac: rejects }) }],
  [
    'an object store that throws',
    'object_store_unavailable',
    () => post(`/v1/documents/${scene.document}/access`, ''),
    { objects: () => ({ presignGet: throws, presignPut: throws }) },
  ],
  [
    'an object store that rejects',
    'object_store_unavailable',
    () => post(`${of()}/documents`, { title: ALL.slice(0, 400), content_type: 'image/png', size_bytes: 9, sha256: 'ab'.repeat(32) }),
    { objects: () => ({ presignGet: rejects, presignPut: rejects }) },
  ],
  ['a statement that throws', 'internal_error', () => get(of()), { database: () => but('clinician_read_patient', throws) }],
  [
    'a statement that rejects',
    'internal_error',
    () => post(`${of()}/notes`, { body: ALL }),
    { database: () => but('clinician_create_note', rejects) },
  ],
  [
    'a statement that answers something else',
    'internal_error',
    () => get(of()),
    { database: () => but('clinician_read_patient', () => Promise.resolve([{ outcome: 'ok', id: ALL, ...record }])) },
  ],
  [
    'a row whose values are not what was stored',
    'integrity_failure',
    () => get(of()),
    { database: () => but('clinician_read_patient', () => Promise.resolve([{ outcome: 'ok', id: scene.patient, name: bytesOf(ALL) }])) },
  ],
  ['a list of keys that cannot be read', 'key_list_unavailable', () => get(of()), { database: () => but('read_data_keys', rejects) }],
  ['a trail that cannot be written', 'audit_unavailable', () => get('/v1/none'), { database: () => but('record_denial', rejects) }],
];

interface Trace {
  readonly code: unknown;
  readonly trace: string;
  readonly lines: number;
}

/** What an answer, the log lines of the request and everything it left in the trail say, as one text. */
async function traceOf(event: unknown, replaced: Replaced = {}): Promise<Trace> {
  const parts = Object.fromEntries(Object.entries(replaced).map(([part, make]) => [part, make()])) as Partial<RecordsParts>;
  api.log.lines.splice(0);
  const requestId = randomUUID();
  const response = await api.compose(parts)(event, { awsRequestId: requestId });
  const rows = await api.sql.admin('SELECT to_jsonb(e) AS event FROM audit.event AS e WHERE request_id = $1', [requestId]);
  const { code } = JSON.parse(response.body) as { readonly code?: unknown };
  return { code, trace: [JSON.stringify(response), ...api.log.lines, JSON.stringify(rows)].join('\n'), lines: api.log.lines.length };
}

function expectNoCanary(text: string): void {
  for (const canary of CANARIES) {
    expect(text).not.toContain(canary);
    // Two letters of base64 or hexadecimal occur everywhere.
    if (canary.length < 4) continue;
    expect(text).not.toContain(Buffer.from(canary).toString('base64'));
    expect(text).not.toContain(Buffer.from(canary).toString('hex'));
  }
}

describe('nothing of a patient is in the answer, the log or the trail after', () => {
  it.each(PATHS.map((path) => [path[0], path[1], path] as const))('%s (%s)', async (_, code, [, , make, replaced]) => {
    const traced = await traceOf(make(), replaced);
    expect(traced.code).toBe(code);
    expectNoCanary(traced.trace);
    for (const line of api.log.parsed()) expect(['request', 'keys_unreadable', 'audit_unavailable']).toContain(line['event']);
    expect(traced.lines).toBe(['keys_unavailable', 'audit_unavailable'].includes(code) ? 2 : 1);
    seen.push(code);
  });

  it('a table that is locked for longer than the login waits', async () => {
    const holder = await api.sql.connect('postgres');
    await holder.query('BEGIN; LOCK TABLE phi.visit_note');
    const traced = await traceOf(post(`${of()}/notes`, { body: ALL }));
    await holder.query('ROLLBACK');
    expect(traced.code).toBe('database_unavailable');
    expectNoCanary(traced.trace);
  });

  it('a backend that is killed while it works', async () => {
    const holder = await api.sql.connect('postgres');
    await holder.query('BEGIN; LOCK TABLE phi.visit_note');
    const pending = traceOf(post(`${of()}/notes`, { body: ALL }));
    for (let killed = 0; killed === 0; ) {
      const rows = await api.sql.admin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'records_api' AND wait_event_type = 'Lock'`,
      );
      killed = rows.length;
    }
    await holder.query('ROLLBACK');
    const traced = await pending;
    expect(traced.code).toBe('database_unavailable');
    expectNoCanary(traced.trace);
  });

  it('all of this', () => {
    expect(seen).toHaveLength(PATHS.length);
    expect(printed).toEqual([]);
  });
});

it("PostgreSQL's own log holds no value either, although it logged every statement", async () => {
  expect((await api.send(scene.clinician, 'POST', `${of()}/notes`, { body: { body: FORGED } })).status).toBe(201);
  const log = await serverLog.read(api.sql);
  expect(log).toMatch(/execute <unnamed>: SELECT \* FROM api\.clinician_create_note/);
  expectNoCanary(log);
  // A message may quote the value that it is about, so no value may reach a statement that complains of it.
  const complaints = log.split('\n').flatMap((line) => / (?:ERROR|FATAL|PANIC): {2}(.*?)(?: at character \d+)?$/.exec(line)?.[1] ?? []);
  expect(new Set(complaints)).toEqual(
    new Set(['canceling statement due to lock timeout', 'terminating connection due to administrator command']),
  );
});
