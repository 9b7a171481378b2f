import { STATUS_CODES } from 'node:http';
import { RequestAudit } from '../../lambda/records/call';
import { recordDenial } from '../../lambda/records/denials';
import { REFUSALS, type RefusalCode } from '../../lambda/records/refusals';
import { newUuid } from '../../lambda/shared/uuid';
import { HOSTILE_EVENTS, type Attacker } from '../support/hostile-events';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let clinician: Actor;
let attacker: Attacker;
beforeAll(async () => {
  api = await startRecordsApi();
  clinician = await api.world.principal('clinician');
  attacker = { bearer: `Bearer ${api.token(clinician)}`, foreign: (await api.world.patient()).id };
}, 60_000);
afterAll(() => api.stop());

const FIXED_HEADERS = ['content-type', 'cache-control', 'x-content-type-options', 'strict-transport-security'];

describe('with a good token, the whole service refuses', () => {
  it.each(HOSTILE_EVENTS.map((hostile) => [hostile.name, hostile.code, hostile] as const))('%s as %s', async (_, code, { make }) => {
    const before = await api.world.countEvents();
    api.log.lines.splice(0);
    const { status, body, headers, events } = await api.sendEvent(make(attacker));

    // The whole answer, so that nothing of the request can be in it.
    expect(status).toBe(REFUSALS[code]);
    expect(body).toEqual({ type: 'about:blank', title: STATUS_CODES[status], status, code, requestId: events[0]?.['request_id'] });
    expect(Object.keys(headers).filter((name) => !FIXED_HEADERS.includes(name))).toEqual(status === 401 ? ['www-authenticate'] : []);

    expect(events).toHaveLength(1);
    expect(await api.world.countEvents()).toBe(before + 1);
    expect(events[0]).toMatchObject({ outcome: status === 400 ? 'failed' : 'denied', fields: null });
    const line = { event: 'request', status, code, auditId: events[0]?.['id'], auditEvents: 1 };
    expect(api.log.parsed()).toEqual([expect.objectContaining(line)]);
  });

  it('and goes on serving', async () => {
    const { status, body } = await api.send(clinician, 'GET', '/v1/me');
    expect([status, body['sub']]).toEqual([200, clinician.sub]);
  });
});

describe('every code', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('can be put into the trail: %s', async (code) => {
    const requestId = newUuid();
    const request = { audit: new RequestAudit(newUuid()), requestId, clientIp: '203.0.113.7', principal: undefined, route: undefined };
    await expect(recordDenial(api.database, { ...request, ids: new Map() }, code)).resolves.toBe(true);
    const rows = await api.sql.admin('SELECT reason FROM audit.event WHERE request_id = $1', [requestId]);
    expect(rows).toEqual([{ reason: code }]);
  });
});

describe('the audit row of a refused request', () => {
  const rowOf = async (name: string) => {
    const hostile = HOSTILE_EVENTS.find((each) => each.name === name);
    if (!hostile) throw new Error(`There is no event called ${name}.`);
    return (await api.sendEvent(hostile.make(attacker))).events[0];
  };

  it('holds the address that the load balancer saw, whatever the client wrote before it', async () => {
    await expect(rowOf('an address of its own choice')).resolves.toMatchObject({ ip: '203.0.113.7' });
  });

  it.each(['the method "TRACE"', 'the path "/v1/patients/%00"', 'a line break in a header', 'NUL, escaped'])(
    'holds it too where the request was refused at the edge: %s',
    async (name) => {
      await expect(rowOf(name)).resolves.toMatchObject({ ip: '203.0.113.7', actor_id: null, actor_role: null });
    },
  );

  it('names the caller once the token held', async () => {
    await expect(rowOf('a patient in a header')).resolves.toMatchObject({ actor_id: clinician.sub, patient_id: attacker.foreign });
  });
});
