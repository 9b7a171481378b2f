import * as fc from 'fast-check';
import { decide } from '../../../lambda/incident-coordinator/decide';
import { chooseTurn, MOST_PER_PRINCIPAL, scopeOf, takeTurn } from '../../../lambda/incident-coordinator/turns';
import { parseUuid, uuidOf } from '../../../lambda/shared/uuid';
import { anyDetected, BY_PERSON, detected, SETTINGS } from '../../support/coordination';
import { idOf } from '../../support/crypto-keys';
import { memoryIncidents } from '../../support/incidents';

const HOUR_MS = 3_600_000;
const at = (time: string): string => `2026-11-27T${time}Z`;

describe('the decision', () => {
  test('contains tier A alone, with what the workflow takes and nothing else, and never what contained or was deployed', () => {
    let contained = 0;
    fc.assert(
      fc.property(anyDetected, (each) => {
        const decision = decide(each, SETTINGS);
        if (decision.kind !== 'contain') return;
        contained += 1;
        const takes = SETTINGS.containments[each.action];
        expect(each.tier).toBe('A');
        expect(SETTINGS.roles.response).not.toContain(each.principal);
        expect(each.severityOfDeployment !== '' && each.principal === SETTINGS.roles.deployment).toBe(false);
        expect(takes).toBeDefined();
        expect(decision.target).toEqual(takes ? { field: takes.field, value: each.target } : undefined);
        if (takes) expect(each.target).toMatch(new RegExp(`^${takes.pattern}$`));
        expect(decision.target?.value ?? '').not.toMatch(/[\s$'"`;]/);
      }),
      { numRuns: 2_000 },
    );
    expect(contained).toBeGreaterThan(10);
  });

  test.each([
    ['a key to keep', {}, { kind: 'contain', action: 'keep-key', target: { field: 'keyId', value: idOf(1) } }],
    [
      'detection to switch on',
      { action: 'switch-detection-on', targetField: '', target: '' },
      { kind: 'contain', action: 'switch-detection-on' },
    ],
    ['what a person decides on', BY_PERSON, { kind: 'tell', because: 'approval', target: { field: 'roleName', value: 'operator' } }],
    ['an event without a target', { target: '' }, { kind: 'tell', because: 'no_target' }],
    ['a target of another kind', { target: 'alias/records' }, { kind: 'tell', because: 'no_target' }],
    ['a target of another field', { targetField: 'roleName' }, { kind: 'tell', because: 'no_target' }],
    ['a workflow that is not here', { action: 'isolate-everything' }, { kind: 'tell', because: 'no_workflow' }],
    ['an action of the trail guardian', { action: 'restart-trail', targetField: '', target: '' }, { kind: 'record' }],
    ['tier C', { tier: 'C' as const }, { kind: 'record' }],
    ['what contains', { principal: SETTINGS.roles.response[1] ?? '' }, { kind: 'leave', because: 'response_role' }],
    ['a deploy', { principal: SETTINGS.roles.deployment }, { kind: 'leave', because: 'deployment' }],
    ['a deploy where it makes no difference', { principal: SETTINGS.roles.deployment, severityOfDeployment: '' as const }, { kind: 'contain' }],
  ])('on %s', (_, replaced, decision) => {
    expect(decide(detected(replaced), SETTINGS)).toMatchObject(decision);
  });
});

describe('turns', () => {
  test('are never more than allowed within any hour, whoever asks when', async () => {
    const asks = fc.array(fc.record({ afterMs: fc.nat(HOUR_MS / 2), together: fc.integer({ min: 1, max: 3 }) }), { maxLength: 25 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(asks, async (steps) => {
        const store = memoryIncidents();
        const taken: number[] = [];
        let nowMs = Date.parse(at('10:00:00'));
        for (const [step, { afterMs, together }] of steps.entries()) {
          nowMs += afterMs;
          const got = await Promise.all(
            Array.from({ length: together }, (_, n) => takeTurn(store, scopeOf('somebody'), `execution-${step}-${n}`, nowMs)),
          );
          refused += got.filter((each) => each === undefined).length;
          taken.push(...got.filter((each) => each !== undefined));
        }
        for (const from of taken) {
          const within = taken.filter((each) => each >= from && each < from + HOUR_MS);
          expect(within.length).toBeLessThanOrEqual(MOST_PER_PRINCIPAL);
        }
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  test('are kept by whoever has one, also when all are taken', async () => {
    const store = memoryIncidents();
    const take = (execution: string, nowMs: number) => takeTurn(store, scopeOf('somebody'), execution, nowMs);
    expect(await take('first', 1_000)).toBe(1_000);
    for (const other of ['second', 'third']) await take(other, 2_000);
    expect(await take('fourth', 3_000)).toBeUndefined();
    expect(await take('first', 3_000)).toBe(1_000);
    expect(await take('fourth', 1_000 + HOUR_MS)).toBe(1_000 + HOUR_MS);
    expect(await takeTurn(store, scopeOf('somebody else'), 'fifth', 3_000)).toBe(3_000);
  });

  test('that cannot be read stay taken', async () => {
    const store = memoryIncidents();
    for (const slot of [0, 1, 2]) store.objects.set(`coordination/${scopeOf('x').folder}/0${slot}/000001.json`, Buffer.from('{'));
    expect(await takeTurn(store, scopeOf('x'), 'next', 9 * HOUR_MS)).toBeUndefined();
    expect(chooseTurn([], 1, 'next', 0)).toEqual({ kind: 'free', slot: 0, round: 1 });
  });
});

test('the id of parts is one of version 8, another for other parts', () => {
  const parts = fc.array(fc.oneof(fc.string(), fc.nat()), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(parseUuid(uuidOf(...one))).toMatch(/^.{8}-.{4}-8.{3}-[89ab].{3}-.{12}$/);
      expect(uuidOf(...one) === uuidOf(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});
