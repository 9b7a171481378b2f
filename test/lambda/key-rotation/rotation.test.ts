import { createRotation } from '../../../lambda/key-rotation/rotation';
import { KEY_CLASSES, type KeyFailure, type KeyProvider } from '../../../lambda/records/ports';
import { instanceSessions } from '../../../lambda/shared/instance-session';
import { CodedError } from '../../../lambda/shared/outcome';
import { collectLog } from '../../support/log-lines';
import { RotationWorld } from '../../support/rotation-world';

let world: RotationWorld;
beforeAll(async () => {
  world = await RotationWorld.start();
}, 60_000);
afterAll(() => world.stop());
beforeEach(() => world.clear());

const CONTEXT = { getRemainingTimeInMillis: () => 600_000 };
const NOWHERE = { host: '127.0.0.1', port: 1, database: 'records', user: 'key_rotator' };

function start(options: { provider?: KeyProvider; login?: string; reachable?: boolean } = {}) {
  const { provider = world.provider, login = 'key_rotator', reachable = true } = options;
  const { cluster, database } = world.service;
  const address = reachable ? { host: 'localhost', port: cluster.port, database, user: login } : NOWHERE;
  const { sink, parsed, lines } = collectLog();
  const answers: unknown[] = [];
  const put = (_: URL, body: string) => {
    answers.push(JSON.parse(body));
    return Promise.resolve(200);
  };
  const withSession = instanceSessions(address, cluster.password, { trust: cluster.trust, sleep: () => Promise.resolve() });
  return { handler: createRotation({ withSession, provider, sink, put }), parsed, lines, answers };
}

const resourceEvent = (type: string) => ({
  ...{ RequestType: type, ResponseURL: 'https://bucket.s3.amazonaws.com/answer', StackId: 'stack', RequestId: 'request' },
  ...{ LogicalResourceId: 'FieldDataKeys', ResourceProperties: {} },
});
const anHourPasses = () => world.service.admin(`UPDATE crypto.data_key SET created_at = created_at - interval '1 hour'`);
const usableKeys = async () => {
  const lists = await Promise.all(KEY_CLASSES.map((each) => world.keys(each)));
  return lists.map((rows) => rows.filter((row) => row.retiredAtMs === undefined).length);
};

describe('as a custom resource, the function', () => {
  it.each(['Create', 'Update'])('makes a key of every class at %s, and no second one when asked again', async (type) => {
    const { handler, answers, parsed } = start();
    await handler(resourceEvent(type), CONTEXT);
    await handler(resourceEvent(type), CONTEXT);
    await expect(usableKeys()).resolves.toEqual([1, 1, 1]);
    expect(answers).toEqual(Array(2).fill(expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'field-data-keys' })));
    expect(parsed().map(({ event, status }) => [event, status])).toEqual(Array(2).fill(['custom_resource', 'SUCCESS']));
  });

  it('makes nothing when it is deleted', async () => {
    const { handler, answers } = start();
    await handler(resourceEvent('Delete'), CONTEXT);
    await expect(usableKeys()).resolves.toEqual([0, 0, 0]);
    expect(answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  it('fails with a code when no key is to be had, and leaves nothing half made', async () => {
    const provider = { ...world.provider, generate: () => Promise.reject(new CodedError<KeyFailure>('key_disabled')) };
    const { handler, answers } = start({ provider });
    await handler(resourceEvent('Create'), CONTEXT);
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'key_disabled' }]);
    await expect(usableKeys()).resolves.toEqual([0, 0, 0]);
  });

  it('fails with a code when the database is not there', async () => {
    const { handler, answers } = start({ reachable: false });
    await handler(resourceEvent('Create'), CONTEXT);
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'database_unreachable' }]);
  });
});

describe('an invocation', () => {
  it('leaves a line for every step, and answers with codes', async () => {
    const { handler, parsed } = start();
    await expect(handler({}, CONTEXT)).resolves.toEqual({
      outcome: 'ok',
      steps: KEY_CLASSES.flatMap((keyClass) => ['add', 'wait'].map((step) => ({ keyClass, step, code: 'ok' }))),
    });
    const counts = { rowsRewritten: 0, malformed: 0, unreadable: 0, durationMs: expect.any(Number) as number };
    expect(parsed().slice(0, 2)).toEqual([
      { event: 'key_rotation', class: 'identity', step: 'add', code: 'ok', ...counts },
      { event: 'key_rotation', class: 'identity', step: 'wait', code: 'ok', dueInMs: expect.any(Number) as number, ...counts },
    ]);
    expect(parsed()).toHaveLength(6);
  });

  it('that asks for something else is refused with a code, and nothing of it is logged', async () => {
    const { handler, lines, parsed } = start();
    await expect(handler({ rotate: 'Zzyzx Canary' }, CONTEXT)).rejects.toThrow(/^rotation_request_malformed$/);
    expect(parsed()).toMatchObject([{ event: 'key_rotation', code: 'rotation_request_malformed' }]);
    expect(lines.join()).not.toContain('Zzyzx');
    await expect(usableKeys()).resolves.toEqual([0, 0, 0]);
  });

  it('fails with the code of the key service, after a line for every class', async () => {
    await world.firstKeys();
    await world.seed(await world.ring());
    await anHourPasses();
    await start().handler({ rotate: true }, CONTEXT);
    await anHourPasses();
    const provider = { ...world.provider, unwrap: () => Promise.reject(new CodedError<KeyFailure>('key_disabled')) };
    const { handler, parsed } = start({ provider });
    await expect(handler({}, CONTEXT)).rejects.toThrow(/^key_disabled$/);
    expect(parsed().map(({ class: keyClass, step, code }) => [keyClass, step, code])).toEqual(
      KEY_CLASSES.map((each) => [each, 'rewrite', 'key_disabled']),
    );
  });

  it.each([
    ['is not there', { reachable: false }, 'database_unreachable', undefined],
    ['lets this login do nothing', { login: 'audit_signals' }, 'database_failed', '42501'],
  ])('fails with a code and the SQLSTATE when the database %s', async (_, options, code, sqlState) => {
    const { handler, parsed } = start(options);
    await expect(handler({}, CONTEXT)).rejects.toThrow(new RegExp(`^${code}$`));
    expect(parsed()).toMatchObject([{ code, ...(sqlState === undefined ? {} : { sqlState }) }]);
  });

  it('stops for want of time, says so, and is no failure', async () => {
    await world.firstKeys();
    await anHourPasses();
    const { handler, parsed } = start();
    await expect(handler({ rotate: true }, { getRemainingTimeInMillis: () => 29_000 })).resolves.toMatchObject({ outcome: 'ok' });
    expect(parsed().map(({ step, code }) => [step, code])).toEqual(Array(3).fill(['add', 'rotation_paused']));
    await expect(usableKeys()).resolves.toEqual([1, 1, 1]);
  });

  it('beside another one does nothing and says so', async () => {
    const other = await world.service.connect('key_rotator');
    await other.query('SELECT crypto.lock_rotation()');
    await expect(start().handler({}, CONTEXT)).resolves.toMatchObject({ outcome: 'rotation_busy' });
    await other.end();
  });
});

describe('values that cannot be rewritten', () => {
  const rotateTwice = async () => [await world.rotate('rotate', { settleMs: 0 }), await world.rotate('due', { settleMs: 0 })];
  beforeEach(async () => {
    await world.firstKeys();
    await world.seed(await world.ring());
  });

  it.each([
    ['name no key', `set_byte(body, 0, 9)`, { malformed: 1, unreadable: 0 }],
    ['do not open with their key', `set_byte(body, 40, get_byte(body, 40) # 1)`, { malformed: 0, unreadable: 1 }],
    ['name a key that was never made', `'\\x01' || substr(body, 3, 1) || substr(body, 3)`, { malformed: 0, unreadable: 1 }],
  ])('because they %s are counted in every run and keep the old key from being retired', async (_, change, counts) => {
    await world.service.admin(`UPDATE phi.visit_note SET body = ${change} WHERE version = 1`);
    for (const steps of await rotateTwice()) {
      const last = steps.filter(({ keyClass }) => keyClass === 'clinical').at(-1);
      expect(last).toMatchObject({ step: 'rewrite', code: 'values_malformed', ...counts });
    }
    await expect(usableKeys()).resolves.toEqual([1, 2, 1]);
    // The rest of the class is under the new key all the same.
    const newest = (await world.keys('clinical')).at(-1)?.keyId;
    const behind = (await world.values()).filter(({ keyClass, keyId }) => keyClass === 'clinical' && keyId !== newest);
    expect(behind.length).toBe(1);
    await world.service.admin('DELETE FROM phi.visit_note WHERE version = 1');
    await world.rotate('due', { settleMs: 0 });
    await expect(usableKeys()).resolves.toEqual([1, 1, 1]);
  });

  it('and a value that turns up under the old key after a clean pass, make the next run begin another pass', async () => {
    const [before] = await world.service.admin<{ id: string; body: Buffer }>('SELECT id, body FROM phi.visit_note WHERE version = 1');
    let steps = await world.rotate('rotate', { settleMs: 0 }, (store) => ({
      ...store,
      retireKey: async (keyId) => {
        await world.service.admin('UPDATE phi.visit_note SET body = $1 WHERE version = 1', [before?.body]);
        return store.retireKey(keyId);
      },
    }));
    expect(steps.filter(({ keyClass }) => keyClass === 'clinical').at(-1)).toMatchObject({ step: 'retire', code: 'retire_refused' });
    steps = await world.rotate('due', { settleMs: 0 });
    expect(steps.filter(({ keyClass }) => keyClass === 'clinical').map(({ step, rewritten }) => [step, rewritten])).toEqual([
      ['rewrite', 1],
      ['rewrite', 0],
      ['retire', 0],
      ['wait', 0],
    ]);
  });
});
