import type { Role } from '../../lambda/records/contract';
import type { RouteName } from '../../lambda/records/routes';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { callerOf, namedBy, namedNothing, ROUTES_BY_ROLE, sendRoute } from '../support/records-requests';
import { arrangeRecords, type RecordsScene } from '../support/records-scene';
import { expectWitnessed } from '../support/records-witness';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
let disabled: RecordsScene;
let revoked: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  [scene, disabled, revoked] = [await arrangeRecords(api), await arrangeRecords(api), await arrangeRecords(api)];
  for (const who of ['clinician', 'outsider', 'billing', 'self', 'admin'] as const) {
    const { sub, role } = disabled[who];
    const link = role === 'patient' ? { patient_id: disabled.patient } : {};
    const put = await api.send(scene.admin, 'PUT', `/v1/principals/${sub}`, { body: { role, ...link, disabled: true } });
    expect(put.status).toBe(200);
    await api.sql.as('session_revoker', 'SELECT authz.revoke_sessions($1, gen_random_uuid(), gen_random_uuid()::text)', [revoked[who].sub]);
  }
}, 60_000);
afterAll(() => api.stop());

const told = ({ status, body, events }: Answer) => [status, body['code'], events.map(({ outcome, reason }) => [outcome, reason].join(' '))];

/** The answers to a good request, once about what is there and once about what is not. */
const refusals = async (name: RouteName, role: Role, of: RecordsScene, actor: Actor = callerOf(of, role, name)) => {
  const answers = [await sendRoute(api, actor, name, namedBy(of)), await sendRoute(api, actor, name, namedNothing())];
  answers.forEach((answer) => expectWitnessed(api, answer));
  return answers;
};

describe('a principal with a live token', () => {
  it.each(ROUTES_BY_ROLE)('who is disabled is refused with one row, the record existing or not: %s as %s', async (name, role) => {
    const answers = await refusals(name, role, disabled);
    expect(answers.map(told)).toEqual(Array(2).fill([403, 'forbidden', ['denied principal_disabled']]));
  });

  it.each(ROUTES_BY_ROLE)('whose sessions were revoked is refused with one row: %s as %s', async (name, role) => {
    const answers = await refusals(name, role, revoked);
    expect(answers.map(told)).toEqual(Array(2).fill([403, 'forbidden', ['denied token_revoked']]));
  });

  it.each(ROUTES_BY_ROLE)('whom the database does not know is refused with one row: %s as %s', async (name, role) => {
    const stranger = { sub: namedNothing().member, role, issuedAt: new Date() };
    const answers = await refusals(name, role, scene, stranger);
    expect(answers.map(told)).toEqual(Array(2).fill([403, 'forbidden', ['denied principal_unknown']]));
  });

  it.each(ROUTES_BY_ROLE)('of another role than the database has is refused with one row: %s as %s', async (name, role) => {
    const real = role === 'billing' ? scene.clinician : scene.billing;
    const answers = await refusals(name, role, scene, { ...real, role });
    expect(answers.map(told)).toEqual(Array(2).fill([403, 'forbidden', ['denied role_mismatch']]));
  });

  it('who is none of these gets in, by the same requests', async () => {
    const order = (name: RouteName) => Number(name === 'patient.void');
    const shut: string[] = [];
    for (const [name, role] of ROUTES_BY_ROLE.toSorted(([a], [b]) => order(a) - order(b))) {
      const answer = await sendRoute(api, callerOf(scene, role, name), name, namedBy(scene));
      if (answer.status >= 300 && answer.body['code'] !== 'version_stale') shut.push(`${name} ${role} ${told(answer).join()}`);
    }
    expect(shut).toEqual([]);
  });
});
