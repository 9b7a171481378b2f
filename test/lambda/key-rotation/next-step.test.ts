import fc from 'fast-check';
import { isClean, nextStep, type Pass, type Situation } from '../../../lambda/key-rotation/next-step';
import { parseRotationRequest } from '../../../lambda/key-rotation/request';
import { KEY_LIFETIME_MS, KEY_SETTLE_MS, type KeyTurn } from '../../../lambda/records/data-keys';
import { idOf } from '../../support/crypto-keys';

const START = 1_800_000_000_000;
const key = (number: number, createdAtMs: number, retiredAtMs?: number): KeyTurn => ({
  keyId: idOf(number),
  keyClass: 'clinical',
  createdAtMs,
  retiredAtMs,
});
const pass = (more: Partial<Pass> = {}): Pass => ({
  ...{ keyId: idOf(2), startedAtMs: START, finished: true, position: undefined, moved: 0, stuck: 0 },
  ...more,
});
const decide = (more: Partial<Situation>) => nextStep({ keys: [], pass: undefined, asked: false, added: false, nowMs: START, ...more });
const begun = (keyNumber: number, startedAtMs: number) => ({
  kind: 'rewrite',
  pass: { keyId: idOf(keyNumber), startedAtMs, finished: false, position: undefined, moved: 0, stuck: 0 },
});

describe('what is due for a class', () => {
  const old = key(1, START - KEY_SETTLE_MS);
  const two = [old, key(2, START)];
  const settled = START + KEY_SETTLE_MS;
  const left = START + 2 * KEY_SETTLE_MS;

  it.each<[string, Partial<Situation>, unknown]>([
    ['is a first key where there is none', {}, { kind: 'add', newest: undefined }],
    ['is a first key where all are retired', { keys: [key(1, START - 2, START - 1)] }, { kind: 'add', newest: undefined }],
    ['is a first key even in a run that has added one', { added: true }, { kind: 'add', newest: undefined }],
    ['is nothing for a year', { keys: [old] }, { kind: 'wait', untilMs: old.createdAtMs + KEY_LIFETIME_MS }],
    ['is nothing to the last millisecond of it', { keys: [key(1, START - KEY_LIFETIME_MS + 1)] }, { kind: 'wait', untilMs: START + 1 }],
    ['is a new key after it', { keys: [key(1, START - KEY_LIFETIME_MS)] }, { kind: 'add', newest: idOf(1) }],
    ['is a new key when somebody asks', { keys: [old], asked: true }, { kind: 'add', newest: idOf(1) }],
    ['is no third key when somebody asks twice', { keys: two, asked: true }, { kind: 'wait', untilMs: settled }],
    ['is one new key in a run, whatever the clock says', { keys: [key(1, 0)], added: true }, { kind: 'wait', untilMs: KEY_LIFETIME_MS }],
    ['is nothing until every instance writes with the new key', { keys: two, nowMs: settled - 1 }, { kind: 'wait', untilMs: settled }],
    ['is then a pass', { keys: two, nowMs: settled }, begun(2, settled)],
    ['is a pass at once where the settling time is none', { keys: two, settleMs: 0 }, begun(2, START)],
    [
      'is to go on with a pass',
      { keys: two, nowMs: left, pass: pass({ finished: false, moved: 9 }) },
      { kind: 'rewrite', pass: pass({ finished: false, moved: 9 }) },
    ],
    [
      'is a pass of its own under a newer key',
      { keys: two, nowMs: settled, pass: pass({ keyId: idOf(1), finished: false }) },
      begun(2, settled),
    ],
    ['is another pass after one that moved values', { keys: two, nowMs: settled, pass: pass({ moved: 1 }) }, begun(2, settled)],
    [
      'is another pass after one with stuck values',
      { keys: two, nowMs: left, pass: pass({ startedAtMs: left, stuck: 1 }) },
      begun(2, left),
    ],
    [
      'is to wait after a clean pass that began too early',
      { keys: two, nowMs: left - 1, pass: pass({ startedAtMs: left - 1 }) },
      { kind: 'wait', untilMs: left },
    ],
    ['is a later pass then', { keys: two, nowMs: left, pass: pass({ startedAtMs: left - 1 }) }, begun(2, left)],
    [
      'is retirement after a clean pass that began late enough',
      { keys: two, nowMs: left, pass: pass({ startedAtMs: left }) },
      { kind: 'retire', keyIds: [idOf(1)] },
    ],
  ])('%s', (_, situation, expected) => {
    expect(decide(situation)).toEqual(expected);
  });

  it('is never to retire a key that an instance may write with, nor to begin a pass under one that some do not know', () => {
    const minutes = fc.integer({ min: -30, max: 60 });
    const situation = fc.record({ first: minutes, second: minutes, now: minutes, started: minutes, moved: fc.nat(1), asked: fc.boolean() });
    fc.assert(
      fc.property(situation, ({ first, second, now, started, moved, asked }) => {
        const at = (minute: number) => START + minute * 60_000;
        const keys = [key(1, at(first)), key(2, at(second))];
        const newest = keys.reduce((a, b) => (b.createdAtMs >= a.createdAtMs ? b : a));
        const last = pass({ keyId: newest.keyId, startedAtMs: at(started), moved });
        const step = decide({ keys, nowMs: at(now), pass: last, asked });
        if (step.kind === 'retire') {
          expect(step.keyIds).not.toContain(newest.keyId);
          expect(isClean(last)).toBe(true);
          expect(last.startedAtMs - newest.createdAtMs).toBeGreaterThanOrEqual(2 * KEY_SETTLE_MS);
        }
        if (step.kind === 'rewrite') {
          expect(step.pass.keyId).toBe(newest.keyId);
          expect(at(now) - newest.createdAtMs).toBeGreaterThanOrEqual(KEY_SETTLE_MS);
        }
        if (step.kind === 'wait') expect(step.untilMs).toBeGreaterThan(at(now));
      }),
    );
  });
});

describe('a pass', () => {
  it.each([
    [pass(), true],
    [pass({ finished: false }), false],
    [pass({ moved: 1 }), false],
    [pass({ stuck: 1 }), false],
  ])('%j is clean: %p', (each, expected) => {
    expect(isClean(each)).toBe(expected);
  });
});

describe('an invocation', () => {
  it('does what is due, or begins a rotation', () => {
    expect([parseRotationRequest({}), parseRotationRequest({ rotate: true })]).toEqual([{ kind: 'due' }, { kind: 'rotate' }]);
  });

  it.each([
    [undefined],
    [null],
    ['rotate'],
    [[]],
    [{ rotate: false }],
    [{ rotate: 'true' }],
    [{ rotate: 1 }],
    [{ Rotate: true }],
    [{ rotate: true, class: 'identity' }],
    [{ source: 'aws.events' }],
  ])('of any other form does nothing: %j', (event) => {
    expect(parseRotationRequest(event)).toBeUndefined();
  });
});
