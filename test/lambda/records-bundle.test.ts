import { randomUUID } from 'node:crypto';
import { KEY_CONTEXT_APP, RECORDS_ENVIRONMENT, type RecordsEnvironment } from '../../lambda/records/contract';
import { KEY_CLASSES } from '../../lambda/records/ports';
import { iamPassword } from '../../lambda/shared/database';
import { albEvent, jsonPost } from '../support/alb-event';
import { startAwsEndpoint, type AwsEndpoint } from '../support/aws-endpoint';
import { keepBundles, type BundleProcesses } from '../support/bundle-process';
import { kmsAnswers } from '../support/kms-answers';
import { VALUES } from '../support/records-scene';
import { ownServer } from '../support/run-loan';
import { startSqlService, type SqlService } from '../support/sql-service';
import { SqlWorld, type Actor } from '../support/sql-world';
import { accessClaims, CLIENT_ID, jwksOf, makeKey, signToken, USER_POOL_ID } from '../support/token-issuer';

/**
 * The records API as Lambda loads it, end to end: its bundle in a process of its own, a real PostgreSQL over TLS, and the real SDK against
 * an endpoint of this machine. Two things about the process are the test's, by a program that runs before the bundle: its clock stands
 * still, so that the login token it signs can be known beforehand and made the password; and the authority of the test server is added to
 * those that the bundle trusts.
 */
const clock = Date.now();
const stoppedClock = `
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [${clock}] : given)); }
    static now() { return ${clock}; }
  };`;
const trusting = (authority: string): string => `
  const tls = require('node:tls');
  const make = tls.createSecureContext;
  tls.createSecureContext = (options) => make({ ...options, ca: [...options.ca, ${JSON.stringify(authority)}] });`;

const key = makeKey('current-key=');
const kms = kmsAnswers();
let bundles: BundleProcesses;
let sql: SqlService;
let aws: AwsEndpoint;
let clinician: Actor;
let environment: Record<string, string>;

beforeAll(async () => {
  bundles = keepBundles(['records']);
  sql = await startSqlService(ownServer);
  aws = await startAwsEndpoint(
    (call) =>
      kms.answer(call) ??
      (call.operation === 'AmazonSSM.GetParameter'
        ? { status: 200, body: JSON.stringify({ Parameter: { Value: jwksOf(key) } }) }
        : { status: 400, body: '{}' }),
  );
  for (const keyClass of KEY_CLASSES) {
    const keyId = randomUUID();
    const wrapped = kms.wrap({ app: KEY_CONTEXT_APP, env: 'test', class: keyClass, keyId });
    await sql.admin('INSERT INTO crypto.data_key (id, class, wrapped) VALUES ($1, $2, $3)', [keyId, keyClass, wrapped]);
  }
  clinician = await new SqlWorld(sql).principal('clinician');
  const address = { host: 'localhost', port: sql.cluster.port, database: sql.database, user: 'records_api' };
  const own: RecordsEnvironment = {
    ...(Object.fromEntries(RECORDS_ENVIRONMENT.map((name) => [name, name])) as RecordsEnvironment),
    USER_POOL_ID,
    USER_POOL_CLIENT_ID: CLIENT_ID,
    ENVIRONMENT_NAME: 'test',
    DATABASE_HOST: address.host,
    DATABASE_PORT: String(address.port),
    DATABASE_NAME: address.database,
    DATABASE_USER: address.user,
  };
  environment = { ...own, ...aws.environment };
  jest.useFakeTimers({ now: clock, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance'] });
  const token = await iamPassword(address, 'us-east-1')();
  jest.useRealTimers();
  await sql.admin(`ALTER ROLE records_api PASSWORD '${token}'`);
}, 60_000);
afterAll(async () => {
  await aws.close();
  await sql.stop();
  bundles.remove();
});

/** Sends events one after the other to one instance of the function; an event may use the id in the answer before it. */
async function send(events: readonly object[], preload = stoppedClock + trusting(sql.cluster.trust[0] ?? '')) {
  const lines = await bundles.run(
    'records',
    `(async () => {
      const answers = [];
      for (const event of ${JSON.stringify(events)}) {
        const before = answers.length === 0 ? '' : JSON.parse(answers.at(-1).body).id;
        const path = event.path.replace('{id}', before);
        answers.push(await bundle.handler({ ...event, path }, { awsRequestId: crypto.randomUUID() }));
      }
      return answers.map(({ statusCode, body }) => [statusCode, JSON.parse(body)]);
    })()`,
    environment,
    preload,
  );
  const parsed = lines.map((line) => JSON.parse(line) as unknown);
  return { answers: parsed.pop() as readonly (readonly [number, Readonly<Record<string, unknown>>])[], log: parsed };
}

const authorization = (): string[] => [
  `Bearer ${signToken(key, accessClaims({ sub: clinician.sub, iat: Math.floor(clock / 1_000) + 1, exp: Math.floor(clock / 1_000) + 900 }))}`,
];

describe('the bundle of the records API', () => {
  it('answers who the caller is: one request, one log line, one audit row', async () => {
    const { answers, log } = await send([albEvent({}, { authorization: authorization() })]);
    expect(answers).toEqual([[200, { sub: clinician.sub, role: 'clinician', patient_id: null }]]);
    expect(log).toEqual([expect.objectContaining({ event: 'request', route: 'me.read', status: 200, code: 'ok', auditEvents: 1 })]);
    const [{ auditId } = { auditId: '' }] = log as { auditId: string }[];
    await expect(sql.admin('SELECT event_type, outcome FROM audit.event WHERE id = $1', [auditId])).resolves.toEqual([
      { event_type: 'session', outcome: 'success' },
    ]);
  });

  it('encrypts a record under keys of KMS, reads it back decrypted, and stores no word of it in the clear', async () => {
    const { name, date_of_birth, mrn, medical_history } = VALUES;
    const headers = { authorization: authorization() };
    const { answers } = await send([
      jsonPost(JSON.stringify({ name, date_of_birth, mrn, medical_history }), headers, { path: '/v1/patients' }),
      albEvent({ path: '/v1/patients/{id}' }, headers),
    ]);
    expect(answers.map(([status]) => status)).toEqual([201, 200]);
    expect(answers[1]?.[1]).toMatchObject({ name, date_of_birth, mrn, medical_history, version: 1 });
    const [stored] = await sql.admin('SELECT * FROM phi.patient WHERE id = $1', [answers[1]?.[1]['id']]);
    expect(stored?.['name']).toBeInstanceOf(Buffer);
    expect(Object.values(stored ?? {}).join()).not.toContain(name);
  });

  it('asks AWS for its key set, its data keys and its MACs, and for nothing else', () => {
    expect(new Set(aws.calls.map(({ operation }) => operation))).toEqual(
      new Set(['AmazonSSM.GetParameter', 'TrentService.Decrypt', 'TrentService.GenerateMac']),
    );
  });

  it('sends nothing to a server whose certificate it cannot trace to a public authority', async () => {
    const { answers } = await send([albEvent({}, { authorization: authorization() })], stoppedClock);
    expect(answers).toEqual([[503, expect.objectContaining({ code: 'database_unavailable' }) as object]]);
  });
});
