import { randomUUID } from 'node:crypto';
import { createSessionRevoker } from '../../../lambda/session-revoker/revoker';
import { instanceSessions } from '../../../lambda/shared/instance-session';
import { albEvent } from '../../support/alb-event';
import { collectLog } from '../../support/log-lines';
import { startRecordsApi, type RecordsApi } from '../../support/records-api';
import type { Actor } from '../../support/sql-world';

let api: RecordsApi;
let patient: string;
beforeAll(async () => {
  api = await startRecordsApi();
  patient = (await api.world.patient()).id;
}, 60_000);
afterAll(() => api.stop());

function start(port = api.sql.cluster.port) {
  const { sink, parsed } = collectLog();
  const address = { host: 'localhost', port, database: api.sql.database, user: 'session_revoker' };
  const withSession = instanceSessions(address, api.sql.cluster.password, { trust: api.sql.cluster.trust, sleep: () => Promise.resolve() });
  return { handler: createSessionRevoker({ withSession, sink }), parsed };
}

/** Invokes once; returns the answer, the one line, and the events of its request. */
async function invoke(event: unknown) {
  const { handler, parsed } = start();
  const answer = await handler(event).catch((error: Error) => ({ error: error.name }));
  const [line, ...others] = parsed();
  expect(others).toEqual([]);
  const events = await api.sql.admin('SELECT event_type, action, outcome, resource_id, reason FROM audit.event WHERE request_id = $1', [
    line?.['requestId'],
  ]);
  return { answer, line, events };
}

/** A clinician with a patient, and the means to ask for that patient's notes with a token of this moment, or with an older one again. */
async function clinician() {
  const actor: Actor = await api.world.principal('clinician');
  await api.sql.admin('INSERT INTO authz.care_team (patient_id, sub) VALUES ($1, $2)', [patient, actor.sub]);
  const signIn = (iat = Math.floor(Date.now() / 1_000)) => `Bearer ${api.token(actor, { iat })}`;
  const ask = async (bearer: string) => {
    const { status, events } = await api.sendEvent(albEvent({ path: `/v1/patients/${patient}/notes` }, { authorization: [bearer] }));
    return [status, events[0]?.['reason']];
  };
  return { sub: actor.sub, signIn, ask };
}

const later = () => Math.floor(Date.now() / 1_000) + 2;

describe('the session revoker', () => {
  it('ends at the next request what a valid token was good for before, and leaves a new sign-in alone', async () => {
    const { sub, signIn, ask } = await clinician();
    const token = signIn();
    expect((await ask(token))[0]).toBe(200);
    const { answer, line, events } = await invoke({ action: 'revoke', sub });
    expect(answer).toEqual({ outcome: 'ok' });
    expect(line).toMatchObject({ event: 'session_revoker', action: 'revoke', sub, outcome: 'ok' });
    expect(events).toEqual([{ event_type: 'authz.change', action: 'U', outcome: 'success', resource_id: sub, reason: 'sessions_revoked' }]);
    expect(await ask(token)).toEqual([403, 'token_revoked']);
    expect((await ask(signIn(later())))[0]).toBe(200);
  });

  it('keeps a disabled user out, new token or old, until the door is opened, and the old token for good', async () => {
    const { sub, signIn, ask } = await clinician();
    const token = signIn();
    expect((await ask(token))[0]).toBe(200);
    expect((await invoke({ action: 'disable', sub })).events).toMatchObject([{ outcome: 'success', reason: 'principal_disabled' }]);
    expect([await ask(token), await ask(signIn(later()))]).toEqual([
      [403, 'principal_disabled'],
      [403, 'principal_disabled'],
    ]);
    expect((await invoke({ action: 'enable', sub })).events).toMatchObject([{ outcome: 'success', reason: 'principal_enabled' }]);
    expect([await ask(token), (await ask(signIn(later())))[0]]).toEqual([[403, 'token_revoked'], 200]);
  });

  it('says how a principal stands, and does not move the time of a disabling that is repeated', async () => {
    const { sub } = await clinician();
    expect((await invoke({ action: 'read', sub })).answer).toEqual({
      outcome: 'ok',
      role: 'clinician',
      disabledAt: null,
      revokedBefore: null,
    });
    await invoke({ action: 'disable', sub });
    const first = (await invoke({ action: 'read', sub })).answer as { disabledAt: string; revokedBefore: string };
    await invoke({ action: 'disable', sub });
    const second = (await invoke({ action: 'read', sub })).answer as typeof first;
    expect(second.disabledAt).toBe(first.disabledAt);
    expect(Date.parse(second.revokedBefore)).toBeGreaterThan(Date.parse(first.revokedBefore));
  });

  it.each(['read', 'revoke', 'disable', 'enable'])('fails by name when the principal it should %s is nobody', async (action) => {
    const { answer, line } = await invoke({ action, sub: randomUUID() });
    expect([answer, line?.['outcome']]).toEqual([{ error: 'not_found' }, 'not_found']);
  });

  it.each([
    undefined,
    {},
    { action: 'revoke' },
    { action: 'delete', sub: randomUUID() },
    { action: 'revoke', sub: 'me' },
    { action: 'revoke', sub: randomUUID(), all: true },
  ])('refuses %j, and changes nothing', async (event) => {
    const { answer, line, events } = await invoke(event);
    expect([answer, line?.['outcome'], events]).toEqual([{ error: 'request_malformed' }, 'request_malformed', []]);
  });

  it('fails by name when there is no database', async () => {
    const { handler, parsed } = start(1);
    await expect(handler({ action: 'revoke', sub: randomUUID() })).rejects.toMatchObject({
      name: 'database_unreachable',
      message: 'database_unreachable',
    });
    expect(parsed()).toMatchObject([{ outcome: 'database_unreachable' }]);
  });

  it('may do nothing else in the database', async () => {
    const sql = (text: string) => api.sql.as('session_revoker', text);
    await expect(sql('SELECT * FROM authz.principal')).rejects.toMatchObject({ code: '42501' });
    await expect(sql(`SELECT authz.bootstrap_admin(gen_random_uuid(), gen_random_uuid(), 'x')`)).rejects.toMatchObject({ code: '42501' });
    for (const login of ['records_api', 'migrator', 'audit_signals']) {
      await expect(api.sql.as(login, `SELECT authz.set_disabled(gen_random_uuid(), true, gen_random_uuid(), 'x')`)).rejects.toMatchObject({
        code: '42501',
      });
    }
  });
});
