import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createAdministration } from '../../../lambda/administer/administration';
import { parseAdministerRequest, parseReadLimit } from '../../../lambda/administer/request';
import { instanceSessions } from '../../../lambda/shared/instance-session';
import { collectLog } from '../../support/log-lines';
import { startSqlService, type SqlService } from '../../support/sql-service';

const SUB = '0b9c6f3e-6f0a-4d7e-9d2b-3f1c2a4b5c6d';
const PREV = 'ab'.repeat(32);

let service: SqlService;
beforeAll(async () => {
  service = await startSqlService();
}, 60_000);
afterAll(() => service.stop());

function start(login = 'migrator', port = service.cluster.port) {
  const { sink, parsed, lines } = collectLog();
  const answers: Readonly<Record<string, unknown>>[] = [];
  const put = (_: URL, body: string) => {
    answers.push(JSON.parse(body) as Readonly<Record<string, unknown>>);
    return Promise.resolve(200);
  };
  const address = { host: 'localhost', port, database: service.database, user: login };
  const options = { trust: service.cluster.trust, sleep: () => Promise.resolve() };
  const withSession = instanceSessions(address, service.cluster.password, options);
  return { handler: createAdministration({ withSession, sink, put }), parsed, lines, answers };
}

const eventsOf = (request: unknown) =>
  service.admin(
    'SELECT event_type, action, outcome, resource_type, resource_id, patient_id, reason FROM audit.event WHERE request_id = $1',
    [request],
  );
const settingOf = async (name: string) =>
  (await service.admin<{ value: string }>('SELECT value FROM audit.setting WHERE name = $1', [name]))[0]?.value;

/** Invokes once; returns the answer, the one line and the events of its request. */
async function invoke(event: unknown) {
  const { handler, parsed } = start();
  const answer = await handler(event, {});
  const [line, ...others] = parsed();
  expect(others).toEqual([]);
  return { answer, line, events: await eventsOf(line?.['requestId']) };
}

describe('an operator', () => {
  it('makes the first administrator, once', async () => {
    const change = { event_type: 'authz.change', action: 'C', resource_type: 'principal', patient_id: null };
    const first = await invoke({ bootstrapAdmin: SUB });
    expect(first.answer).toEqual({ outcome: 'ok' });
    expect(first.line).toMatchObject({ event: 'administer', action: 'bootstrap_admin', outcome: 'ok' });
    expect(first.events).toEqual([{ ...change, outcome: 'success', resource_id: SUB, reason: 'first_admin' }]);
    const again = await invoke({ bootstrapAdmin: randomUUID() });
    expect(again.answer).toEqual({ outcome: 'conflict' });
    expect(again.events).toMatchObject([{ ...change, outcome: 'failed', reason: 'duplicate' }]);
    await expect(service.admin('SELECT sub, role FROM authz.principal')).resolves.toEqual([{ sub: SUB, role: 'admin' }]);
  });

  it('begins a new chain of batches, under a name that was not used', async () => {
    const epoch = randomUUID();
    const { answer, events } = await invoke({ beginEpoch: { epoch, prev: PREV } });
    expect(answer).toEqual({ outcome: 'ok' });
    expect(events).toEqual([
      {
        ...{ event_type: 'authz.change', action: 'U', outcome: 'success', resource_type: 'audit_epoch' },
        ...{ resource_id: epoch, patient_id: null, reason: 'epoch_begun' },
      },
    ]);
    expect([await settingOf('epoch'), await settingOf('epoch_prev')]).toEqual([epoch, PREV]);
    await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
    const again = await invoke({ beginEpoch: { epoch, prev: PREV } });
    expect([again.answer, again.events]).toMatchObject([{ outcome: 'conflict' }, [{ outcome: 'failed', reason: 'epoch_refused' }]]);
  });

  it('sets out a record as bait and takes it away, and the trail does not say which', async () => {
    const patient = randomUUID();
    const event = { event_type: 'authz.change', action: 'U', outcome: 'success', resource_type: 'honey_patient' };
    const set = await invoke({ honeyPatient: patient });
    expect([set.answer, await settingOf('honey_patient')]).toEqual([{ outcome: 'ok' }, patient]);
    expect(set.events).toEqual([{ ...event, resource_id: null, patient_id: null, reason: 'bait_set' }]);
    const taken = await invoke({ honeyPatient: null });
    expect([taken.answer, await settingOf('honey_patient')]).toEqual([{ outcome: 'ok' }, undefined]);
    expect(taken.events).toEqual([{ ...event, resource_id: null, patient_id: null, reason: 'bait_removed' }]);
  });

  it('is told by a code when the database is not there or refuses', async () => {
    const absent = start('migrator', 1);
    await expect(absent.handler({ honeyPatient: null }, {})).resolves.toEqual({ outcome: 'database_unreachable' });
    const refused = start('audit_signals');
    await expect(refused.handler({ honeyPatient: null }, {})).resolves.toEqual({ outcome: 'database_failed' });
    expect(refused.parsed()).toMatchObject([{ action: 'honey_patient', outcome: 'database_failed', sqlState: '42501' }]);
  });
});

describe('an invocation', () => {
  it.each([
    [undefined],
    [null],
    [[]],
    ['bootstrapAdmin'],
    [{}],
    [{ bootstrapAdmin: SUB.toUpperCase() }],
    [{ bootstrapAdmin: `${SUB} ` }],
    [{ bootstrapAdmin: [SUB] }],
    [{ bootstrapAdmin: null }],
    [{ bootstrapAdmin: SUB, honeyPatient: null }],
    [{ beginEpoch: SUB }],
    [{ beginEpoch: { epoch: SUB } }],
    [{ beginEpoch: { epoch: SUB, prev: PREV.slice(1) } }],
    [{ beginEpoch: { epoch: SUB, prev: PREV.toUpperCase() } }],
    [{ beginEpoch: { epoch: SUB, prev: `${PREV}\n` } }],
    [{ beginEpoch: { epoch: SUB, prev: PREV, force: true } }],
    [{ beginEpoch: { epoch: null, prev: PREV } }],
    [{ honeyPatient: '' }],
    [{ honeyPatient: undefined }],
    [{ honeyPatient: false }],
    [{ stopReadsAfter: 24 }],
    [{ toString: SUB }],
  ])('of any other form changes nothing: %j', async (event) => {
    const before = await service.admin('SELECT count(*) FROM audit.event');
    const { handler, parsed } = start();
    await expect(handler(event, {})).resolves.toEqual({ outcome: 'request_malformed' });
    expect(parsed()).toMatchObject([{ event: 'administer', outcome: 'request_malformed' }]);
    await expect(service.admin('SELECT count(*) FROM audit.event')).resolves.toEqual(before);
  });

  it('never throws at the parser, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (event) => expect(parseAdministerRequest(event)).toBeUndefined()));
  });

  it('leaves no value of what was sent in the log', async () => {
    const { handler, lines } = start();
    await handler({ bootstrapAdmin: 'Zzyzx Canary', 'Zzyzx Canary': 1 }, {});
    await handler({ beginEpoch: { epoch: 'Zzyzx Canary', prev: 'Zzyzx Canary' } }, {});
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('Zzyzx');
  });
});

describe('the custom resource', () => {
  const deploy = async (type: string, properties: object) => {
    const { handler, answers } = start();
    const names = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'DatabaseSettings' };
    const event = { RequestType: type, ResponseURL: 'https://bucket.s3.amazonaws.com/answer', ...names, ResourceProperties: properties };
    await handler(event, { getRemainingTimeInMillis: () => 60_000 });
    return answers;
  };
  const reasons = async () =>
    (await service.admin(`SELECT reason FROM audit.event WHERE resource_type = 'stop_reads_after' ORDER BY seq`)).map(
      ({ reason }) => reason,
    );

  it('sets, changes and removes the limit after which reads stop, each with an event', async () => {
    const before = (await reasons()).length;
    const limits: unknown[] = [];
    for (const hours of ['24', '8760', undefined]) {
      const properties = { ServiceToken: 'arn', ...(hours === undefined ? {} : { StopReadsAfterHours: hours }) };
      expect(await deploy('Update', properties)).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'database-settings' }]);
      limits.push(await settingOf('stop_reads_after'));
    }
    expect(limits).toEqual(['24:00:00', '8760:00:00', undefined]);
    expect((await reasons()).slice(before)).toEqual(['limit_set', 'limit_set', 'limit_removed']);
  });

  const noHours = ['0', '', '-1', '1.5', '24h', ' 24', '8761', '1e3', '٢٤', null, 24, ['24']];
  it.each(noHours)('refuses %p hours and leaves the limit', async (hours) => {
    await deploy('Create', { StopReadsAfterHours: '6' });
    expect(await deploy('Update', { StopReadsAfterHours: hours })).toMatchObject([{ Status: 'FAILED', Reason: 'read_limit_malformed' }]);
    await expect(settingOf('stop_reads_after')).resolves.toBe('06:00:00');
  });

  it('leaves the limit alone when it is deleted', async () => {
    await deploy('Create', { StopReadsAfterHours: '6' });
    expect(await deploy('Delete', {})).toMatchObject([{ Status: 'SUCCESS' }]);
    await expect(settingOf('stop_reads_after')).resolves.toBe('06:00:00');
  });

  it('takes whole hours of a year and nothing else', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        fc.pre(value !== undefined && !(typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value)));
        expect(parseReadLimit({ StopReadsAfterHours: value })).toEqual({ kind: 'malformed' });
      }),
    );
    expect(parseReadLimit({ StopReadsAfterHours: '8760' })).toEqual({ kind: 'limit', hours: 8_760 });
  });
});
