import * as fc from 'fast-check';
import { coordinate } from '../../../lambda/incident-coordinator/coordinate';
import { decide } from '../../../lambda/incident-coordinator/decide';
import { COORDINATOR } from '../../../lambda/incident-coordinator/place';
import { MOST_IN_ALL, scopeOf } from '../../../lambda/incident-coordinator/turns';
import { append } from '../../../lambda/incident/registry';
import type { Uuid } from '../../../lambda/shared/uuid';
import { anyDetected, BY_PERSON, CoordinationWorld, detected, SETTINGS } from '../../support/coordination';
import { idOf } from '../../support/crypto-keys';

const at = (time: string): string => `2026-11-27T${time}Z`;
const onUser = { ruleId: 'A11', action: 'sign-out-user', targetField: 'userSub', target: idOf(7), principal: '', severityOfDeployment: '' } as const;

describe('a key that was disabled', () => {
  test('gets a record, a containment and a mail, and the record says so', async () => {
    const world = new CoordinationWorld();
    const done = await coordinate(detected(), world.coordination);
    const [record] = await world.records();
    const [start] = world.started;
    expect(done).toEqual({ outcome: 'started', incident: record?.id });
    expect(world.started).toEqual([
      {
        arn: `${SETTINGS.stateMachineArnPrefix}keep-key`,
        execution: expect.stringMatching(/^auto-[0-9a-f-]{36}$/) as string,
        input: { incidentId: record?.id, dryRun: false, keyId: idOf(1) },
      },
    ]);
    expect(record).toMatchObject({
      openedBy: COORDINATOR,
      opened: {
        severity: 'high', detectionIds: ['KeyLoss'], subjects: [], detectedAt: at('10:05:00.000'), discoveredAt: at('10:05:00.000'),
        timeZone: 'America/New_York', regime: ['hipaa'], as: 'covered_entity',
      },
      actions: [{ action: 'keep-key', target: idOf(1), startedAt: at('10:07:00.000'), by: COORDINATOR }],
    });
    expect(record?.opened.firstSeenByHumanAt).toBeUndefined();
    expect(record?.actions[0]?.result).toContain(start?.execution);
    expect(world.told).toHaveLength(1);
    for (const word of [record?.id, 'KeyLoss', idOf(1), start?.execution, 'docs/runbook.md, KeyLoss', 'KeepKey']) expect(world.told[0]).toContain(word);
  });

  test.each([
    ['twice', [{}, {}]],
    ['by two calls at once', [{}, { eventId: idOf(3), time: at('10:06:00') }]],
    ['around the end of a quarter of an hour', [{ time: at('10:14:59') }, { time: at('10:15:01') }]],
  ])('%s is one incident, one execution and one mail', async (_, both) => {
    const world = new CoordinationWorld();
    world.nowMs = Date.parse(at('10:16:00'));
    const outcomes: string[] = [];
    for (const each of both) outcomes.push((await coordinate(detected(each), world.coordination)).outcome);
    expect(outcomes).toEqual(['started', 'merged']);
    expect([world.started.length, world.told.length, (await world.records()).length]).toEqual([1, 1, 1]);
  });

  test('a quarter of an hour later is another incident, though its quarter follows', async () => {
    const world = new CoordinationWorld();
    await coordinate(detected({ time: at('10:01:00') }), world.coordination);
    world.nowMs = Date.parse(at('10:17:00'));
    expect(await coordinate(detected({ time: at('10:16:00') }), world.coordination)).toMatchObject({ outcome: 'started' });
    expect([world.started.length, (await world.records()).length]).toEqual([2, 2]);
  });

  test('again after it was contained is contained again, in the same incident', async () => {
    const world = new CoordinationWorld();
    await coordinate(detected(), world.coordination);
    world.nowMs = Date.parse(at('10:13:00'));
    for (const outcome of ['started', 'merged'])
      expect(await coordinate(detected({ eventId: idOf(3), time: at('10:12:00') }), world.coordination)).toMatchObject({ outcome });
    expect(new Set(world.started.map(({ execution }) => execution)).size).toBe(2);
    expect((await world.records()).map(({ actions }) => actions.length)).toEqual([2]);
  });

  test('by two that come at the same moment is one execution and one record', async () => {
    for (let delay = 0; delay < 12; delay += 1) {
      const world = new CoordinationWorld();
      const later = async () => {
        for (let tick = 0; tick < delay; tick += 1) await Promise.resolve();
        return coordinate(detected(), world.coordination);
      };
      const both = await Promise.allSettled([coordinate(detected(), world.coordination), later()]);
      // Whoever fails is delivered again.
      for (const { status } of both) if (status === 'rejected') await coordinate(detected(), world.coordination);
      const [record, ...more] = await world.records();
      expect([world.started.length, record?.actions.length, more.length]).toEqual([1, 1, 0]);
    }
  });

  test.each([
    [false, 'before it is done'],
    [true, 'after it is done'],
  ])('with any call failing (done: %s) %s is finished by the next delivery', async (isDone) => {
    const whole = new CoordinationWorld();
    await coordinate(detected(), whole.coordination);
    expect(whole.calls).toBeGreaterThan(8);
    for (let call = 1; call <= whole.calls; call += 1) {
      const world = new CoordinationWorld();
      world.failing = { at: call, isDone };
      await expect(coordinate(detected(), world.coordination)).rejects.toMatchObject({ code: expect.stringMatching(/_unavailable$/) as string });
      world.nowMs += 60_000;
      await coordinate(detected(), world.coordination);
      const [record, ...more] = await world.records();
      expect(more).toEqual([]);
      expect(world.started).toEqual(whole.started);
      expect(record?.actions.map(({ action }) => action)).toEqual(['keep-key']);
      expect(world.told.length).toBeGreaterThanOrEqual(1);
      expect([...world.store.objects.keys()]).toEqual([...whole.store.objects.keys()]);
    }
  });
});

describe('what does not start by itself', () => {
  test('is mailed with the command by which a person starts it, once', async () => {
    const world = new CoordinationWorld();
    for (const outcome of ['told', 'merged']) expect(await coordinate(detected(BY_PERSON), world.coordination)).toMatchObject({ outcome });
    const [record] = await world.records();
    expect(world.started).toEqual([]);
    expect(world.told).toEqual([
      expect.stringContaining(
        `aws stepfunctions start-execution --state-machine-arn ${SETTINGS.stateMachineArnPrefix}revoke-role-sessions ` +
          `--input '{"incidentId":"${record?.id}","dryRun":true,"roleName":"operator"}'`,
      ),
    ]);
    expect(record?.actions).toMatchObject([{ action: 'revoke-role-sessions', target: 'operator', result: expect.stringMatching(/^Not started/) as string }]);
    expect(record?.actions[0]?.startedAt).toBeUndefined();
  });

  test.each([
    ['a target that a shell would read', { target: "x'; rm -rf ~" }],
    ['no target', { target: '' }],
  ])('leaves %s out of the command', async (_, replaced) => {
    const world = new CoordinationWorld();
    await coordinate(detected({ ...BY_PERSON, ...replaced }), world.coordination);
    expect(world.told[0]).toContain('"roleName":"TARGET"');
    expect(world.told[0]).not.toContain('rm -rf');
  });

  test('is recorded alone where nobody contains it', async () => {
    const world = new CoordinationWorld();
    const rootUse = detected({ ruleId: 'RootUse', tier: 'C', action: 'none', targetField: '', target: '', principal: '' });
    expect(await coordinate(rootUse, world.coordination)).toMatchObject({ outcome: 'opened' });
    expect(await coordinate(rootUse, world.coordination)).toMatchObject({ outcome: 'merged' });
    expect([world.started, world.told]).toEqual([[], []]);
  });

  test('leaves no record of what contained or was deployed', async () => {
    const world = new CoordinationWorld();
    for (const principal of [SETTINGS.roles.deployment, SETTINGS.roles.response[0] ?? '']) await coordinate(detected({ principal }), world.coordination);
    expect([world.calls, world.store.objects.size]).toEqual([0, 0]);
  });

  test('is told of a record that was closed, and the record stays closed', async () => {
    const world = new CoordinationWorld();
    const { incident } = await coordinate(detected(), world.coordination);
    await append(world.store, incident as Uuid, { kind: 'closed', because: 'A drill.' }, { now: at('10:08:00'), by: 'officer@example.com' });
    world.nowMs = Date.parse(at('10:10:00'));
    expect(await coordinate(detected({ time: at('10:09:00') }), world.coordination)).toEqual({ outcome: 'told_of_closed', incident });
    expect(world.started).toHaveLength(1);
    expect(world.told[1]).toContain('Reopen it');
  });
});

describe('the caps', () => {
  test('hold one principal to three an hour and all to ten, and the rest is told', async () => {
    const world = new CoordinationWorld();
    const outcomes: string[] = [];
    for (let principal = 0; principal < 5; principal += 1) {
      for (let key = 0; key < 4; key += 1) {
        const each = detected({ principal: `arn:aws:iam::111122223333:role/r${principal}`, target: idOf(100 + principal * 4 + key) });
        outcomes.push((await coordinate(each, world.coordination)).outcome);
      }
    }
    const starts = (from: number, to: number) => outcomes.slice(from, to).filter((each) => each === 'started').length;
    expect([starts(0, 4), starts(4, 8), starts(8, 12), starts(12, 16), starts(16, 20)]).toEqual([3, 3, 3, 1, 0]);
    expect(world.started).toHaveLength(MOST_IN_ALL);
    expect(world.told.filter((text) => text.includes('because of the same principal'))).toHaveLength(5);
    expect(world.told.filter((text) => text.includes('Nothing was started'))).toHaveLength(10);
    expect((await world.records()).every(({ actions }) => actions.length === 1)).toBe(true);
  });

  test('hold for any detections, in any order, twice and at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyDetected, fc.boolean()), { maxLength: 25 }), async (steps) => {
        const world = new CoordinationWorld();
        world.nowMs = Date.parse(at('12:30:00'));
        for (const [each, isTwice] of steps) {
          const runs = (isTwice ? [each, each] : [each]).map((one) => coordinate(one, world.coordination));
          for (const { status } of await Promise.allSettled(runs)) if (status === 'rejected') await coordinate(each, world.coordination);
        }
        expect(world.started.length).toBeLessThanOrEqual(MOST_IN_ALL);
        const contained = steps.filter(([each]) => decide(each, SETTINGS).kind === 'contain');
        expect(world.started.length).toBeLessThanOrEqual(contained.length);
        const records = await world.records();
        const startedEntries = records.flatMap(({ actions }) => actions).filter(({ startedAt }) => startedAt !== undefined);
        expect(startedEntries).toHaveLength(world.started.length);
      }),
      { numRuns: 40 },
    );
  });
});

test('a user is the subject of the record, and counts against the cap where nobody else does', async () => {
  const world = new CoordinationWorld();
  await coordinate(detected(onUser), world.coordination);
  const [record] = await world.records();
  expect(record?.opened.subjects).toEqual([idOf(7)]);
  expect([...world.store.objects.keys()].some((key) => key.startsWith(`coordination/${scopeOf(idOf(7)).folder}/`))).toBe(true);
});
