import { REFUSALS, type RefusalCode } from '../../lambda/records/refusals';
import { albEvent } from '../support/alb-event';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import type { Actor } from '../support/sql-world';
import { accessClaims, CLIENT_ID, encodeParts, hmacToken, ISSUER, jwksOf, makeKey, signToken, withKid } from '../support/token-issuer';

const key = makeKey('current-key=');
const impostor = makeKey('current-key=');
const now = Math.floor(Date.now() / 1_000);

let api: RecordsApi;
let admin: Actor;
let clinician: Actor;
let patient: string;
beforeAll(async () => {
  api = await startRecordsApi({ tokenKeys: { read: () => Promise.resolve(jwksOf(key)) } });
  [admin, clinician] = [await api.world.principal('admin'), await api.world.principal('clinician')];
  patient = (await api.world.patient(clinician)).id;
}, 60_000);
afterAll(() => api.stop());
beforeEach(() => void api.log.lines.splice(0));

type Claims = Readonly<Record<string, unknown>>;

/** The claims of an administrator, who exists: what is refused here would be the keys to the house. */
const claims = (overrides: Claims = {}): Claims => accessClaims({ sub: admin.sub, 'cognito:groups': ['admin'], ...overrides });
const signed = (overrides: Claims = {}, header: object = {}): string => `Bearer ${signToken(key, claims(overrides), header)}`;
const ask = (...authorization: readonly string[]): Promise<Answer> => api.sendEvent(albEvent({}, { authorization }));

/** One audit row, and in it nobody: claims that did not verify are not evidence against their subject. */
function expectRefused({ status, body, headers, events }: Answer, code: RefusalCode): void {
  expect([status, body['code']]).toEqual([REFUSALS[code], code]);
  expect(headers['www-authenticate']).toEqual(status === 401 ? ['Bearer'] : undefined);
  expect(events).toEqual([
    expect.objectContaining({ actor_id: null, actor_role: null, purpose: null, patient_id: null, reason: code, ip: '203.0.113.7' }),
  ]);
  expect(api.log.parsed().at(-1)).toMatchObject({ event: 'request', code, auditId: events[0]?.['id'] });
  expect(api.log.lines.at(-1)).not.toContain('"sub"');
}

it('lets the token in that all others here are made from', async () => {
  const { status, body, events } = await ask(signed());
  expect([status, body]).toEqual([200, { sub: admin.sub, role: 'admin', patient_id: null }]);
  expect(events).toEqual([expect.objectContaining({ actor_id: admin.sub, actor_role: 'admin', outcome: 'success' })]);
});

describe('a token whose signature proves nothing', () => {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const der = key.publicKey.export({ type: 'spki', format: 'der' });
  const hs256 = { alg: 'HS256', kid: key.kid };
  const withSignatureOf = (token: string) => `${encodeParts({ alg: 'RS256', kid: key.kid }, claims())}.${token.split('.')[2]}`;

  it.each<[string, RefusalCode, () => string]>([
    ['algorithm none', 'token_malformed', () => `${encodeParts({ alg: 'none', kid: key.kid }, claims())}.`],
    ['algorithm none with a signature', 'token_algorithm', () => `${encodeParts({ alg: 'none', kid: key.kid }, claims())}.e30`],
    ['HS256 under the public key in PEM', 'token_algorithm', () => hmacToken(pem, claims(), hs256)],
    ['HS256 under the public key in DER', 'token_algorithm', () => hmacToken(der, claims(), hs256)],
    ['HS256 under the modulus', 'token_algorithm', () => hmacToken(Buffer.from(key.jwk['n'] ?? '', 'base64url'), claims(), hs256)],
    ['RS256 by another key under the known id', 'token_signature', () => signToken(impostor, claims())],
    ['the signature of another token', 'token_signature', () => withSignatureOf(signToken(key))],
    ['an unknown key id', 'token_key_unknown', () => signToken(impostor, claims(), { kid: 'unknown' })],
    ['a path for a key id', 'token_key_unknown', () => signToken(impostor, claims(), { kid: '../../../../dev/null' })],
    ['SQL for a key id', 'token_key_unknown', () => signToken(impostor, claims(), { kid: "x' UNION SELECT 'key" })],
    ['a key of its own', 'token_header', () => signToken(impostor, claims(), { jwk: impostor.jwk })],
    ['an address of its own key set', 'token_header', () => signToken(impostor, claims(), { jku: 'https://evil.example.com/jwks.json' })],
    ['an address of a certificate', 'token_header', () => signToken(impostor, claims(), { x5u: 'https://evil.example.com/cert.pem' })],
    ['a certificate of its own', 'token_header', () => signToken(impostor, claims(), { x5c: ['MIIB'] })],
    ['a critical extension, well signed', 'token_header', () => signToken(key, claims(), { crit: ['b64'], b64: false })],
  ])('is refused: %s', async (_, code, make) => {
    expectRefused(await ask(`Bearer ${make()}`), code);
  });
});

describe('a well signed token', () => {
  it.each<[string, RefusalCode, Claims]>([
    ['expired', 'token_expired', { iat: now - 901, exp: now - 1 }],
    ['valid only later', 'token_not_yet_valid', { nbf: now + 600 }],
    ['without an expiry', 'token_expiry_missing', { exp: undefined }],
    ['valid for 30 days', 'token_lifetime', { exp: now + 30 * 86_400 }],
    ['of another pool', 'token_issuer', { iss: ISSUER.replace(/_.*$/, '_Other0001') }],
    ['of another client', 'token_client', { client_id: 'another0client' }],
    ['that is an ID token', 'token_use', { token_use: 'id', aud: CLIENT_ID, client_id: undefined }],
    ['like a refresh token', 'token_use', { token_use: 'refresh' }],
    ['in two groups', 'token_group', { 'cognito:groups': ['admin', 'clinician'] }],
    ['in no group', 'token_group', { 'cognito:groups': undefined }],
    ['in the group Admin', 'token_group', { 'cognito:groups': ['Admin'] }],
    ['in a group given as text', 'token_group', { 'cognito:groups': 'admin' }],
    ['whose subject is a name', 'token_subject', { sub: 'avery.canary' }],
    ['whose subject is SQL', 'token_subject', { sub: "' OR '1'='1" }],
  ])('%s is refused', async (_, code, overrides) => {
    expectRefused(await ask(signed(overrides)), code);
  });

  it('of 20 KB is refused', async () => {
    expectRefused(await ask(signed({ padding: 'x'.repeat(20_000) })), 'token_too_large');
  });

  it('under the scheme in lower case is refused', async () => {
    expectRefused(await ask(signed().replace('Bearer', 'bearer')), 'token_scheme');
  });

  it('beside a second one is refused, and so is none at all', async () => {
    expectRefused(await ask(signed(), signed()), 'header_repeated');
    expectRefused(await ask(), 'token_missing');
  });
});

describe('what a token claims beyond subject, group and time', () => {
  const forged = () => ({ patient_id: patient, 'custom:patient_id': patient, role: 'admin', 'custom:role': 'admin', scope: 'admin' });

  it('makes nobody the patient of a record', async () => {
    const self = await api.world.principal('patient');
    const authorization = [signed({ ...forged(), sub: self.sub, 'cognito:groups': ['patient'] })];
    const [me, record] = await Promise.all(
      ['/v1/me', `/v1/patients/${patient}`].map((path) => api.sendEvent(albEvent({ path }, { authorization }))),
    );
    expect(me?.body).toEqual({ sub: self.sub, role: 'patient', patient_id: null });
    expect(record).toMatchObject({ status: 404, events: [{ actor_id: self.sub, reason: 'not_related', outcome: 'denied' }] });
  });

  it('makes nobody an administrator', async () => {
    const authorization = [signed({ ...forged(), sub: clinician.sub, 'cognito:groups': ['clinician'] })];
    const answer = await api.sendEvent(albEvent({ path: `/v1/patients/${patient}/disclosures` }, { authorization }));
    expect(answer).toMatchObject({ status: 403, events: [{ actor_id: clinician.sub, actor_role: 'clinician', reason: 'forbidden' }] });
  });
});

describe('a token that holds, of somebody who may no longer', () => {
  const listAs = ({ sub }: Actor) => {
    const bearer = `Bearer ${signToken(key, claims({ sub, 'cognito:groups': ['clinician'] }))}`;
    return api.sendEvent(albEvent({ path: `/v1/patients/${patient}/notes` }, { authorization: [bearer] }));
  };
  const treating = async (): Promise<Actor> => {
    const actor = await api.world.principal('clinician');
    await api.sql.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [patient, actor.sub]);
    return actor;
  };

  it.each<[string, string, (actor: Actor) => Promise<unknown>]>([
    [
      'is disabled',
      'principal_disabled',
      ({ sub }) => api.sql.admin('UPDATE authz.principal SET disabled_at = now() WHERE sub = $1', [sub]),
    ],
    [
      'was signed out since',
      'token_revoked',
      ({ sub }) => api.sql.as('session_revoker', 'SELECT authz.revoke_sessions($1, gen_random_uuid(), $2)', [sub, 'containment']),
    ],
    ['has another role', 'role_mismatch', ({ sub }) => api.sql.admin(`UPDATE authz.principal SET role = 'billing' WHERE sub = $1`, [sub])],
    ['is nobody any more', 'principal_unknown', ({ sub }) => api.sql.admin('DELETE FROM authz.principal WHERE sub = $1', [sub])],
  ])('is refused from the next request on when the principal %s', async (_, reason, withdraw) => {
    const actor = await treating();
    expect((await listAs(actor)).status).toBe(200);
    await withdraw(actor);
    const answer = await listAs(actor);
    expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
    expect(answer.events).toEqual([expect.objectContaining({ actor_id: actor.sub, outcome: 'denied', reason, fields: null })]);
  });
});

describe('the key set', () => {
  const rotated = withKid(impostor, 'rotated-key=');
  const bearerOf = (by: typeof key) => albEvent({}, { authorization: [`Bearer ${signToken(by, claims())}`] });
  const instance = (read: () => Promise<string | undefined>, startMs = Date.now()) => {
    const reads = jest.fn(read);
    let nowMs = startMs;
    const service = api.compose({ tokenKeys: { read: reads }, now: () => nowMs });
    const statusOf = async (event: unknown, laterMs = 0) => {
      nowMs = startMs + laterMs;
      const { statusCode, body } = await service(event, {});
      return [statusCode, (JSON.parse(body) as { code?: string }).code];
    };
    return { reads, statusOf };
  };

  it('that gains a key is read again once, and the key is known', async () => {
    let published = jwksOf(key);
    const { reads, statusOf } = instance(() => Promise.resolve(published));
    await expect(statusOf(bearerOf(key))).resolves.toEqual([200, undefined]);
    published = jwksOf(key, rotated);
    await expect(statusOf(bearerOf(rotated))).resolves.toEqual([200, undefined]);
    await expect(statusOf(bearerOf(rotated))).resolves.toEqual([200, undefined]);
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('that loses a key lets nobody in with it after ten minutes at most', async () => {
    let published = jwksOf(key, rotated);
    const { statusOf } = instance(() => Promise.resolve(published));
    await expect(statusOf(bearerOf(key))).resolves.toEqual([200, undefined]);
    published = jwksOf(rotated);
    await expect(statusOf(bearerOf(key), 10 * 60_000 + 1)).resolves.toEqual([401, 'token_key_unknown']);
  });

  it('that cannot be read closes the service and leaves a row, and opens it again once it can', async () => {
    let isDown = true;
    const { statusOf } = instance(() => (isDown ? Promise.reject(new Error('outage')) : Promise.resolve(jwksOf(key))));
    const before = await api.world.countEvents();
    await expect(statusOf(bearerOf(key))).resolves.toEqual([503, 'keys_unavailable']);
    const rows = await api.sql.admin('SELECT actor_id, outcome, reason FROM audit.event ORDER BY seq OFFSET $1', [before]);
    expect(rows).toEqual([{ actor_id: null, outcome: 'failed', reason: 'keys_unavailable' }]);
    expect(api.log.parsed().map(({ event }) => event)).toEqual(['keys_unreadable', 'request']);
    isDown = false;
    await expect(statusOf(bearerOf(key))).resolves.toEqual([200, undefined]);
  });

  const secret = { kty: 'oct', k: 'c2VjcmV0', kid: key.kid, alg: 'HS256', use: 'sig' };
  it.each([
    [
      'fails before it promises anything',
      () => {
        throw new Error('no credentials');
      },
    ],
    ['is empty', () => Promise.resolve('{"keys":[]}')],
    ['holds a secret key', () => Promise.resolve(JSON.stringify({ keys: [secret] }))],
  ])('that %s closes the service too, and says so', async (_, read) => {
    const { statusOf } = instance(read);
    await expect(statusOf(bearerOf(key))).resolves.toEqual([503, 'keys_unavailable']);
    expect(api.log.parsed().map(({ event }) => event)).toEqual(['keys_unreadable', 'request']);
  });
});
