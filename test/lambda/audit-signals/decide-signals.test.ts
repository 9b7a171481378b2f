import * as fc from 'fast-check';
import { openedAtMs, parseBusinessHours } from '../../../lambda/audit-signals/business-hours';
import { baselineKey, decideSignals, STARTING_LIMITS, type SignalLimits } from '../../../lambda/audit-signals/decide-signals';
import type { BurstCount, ReachCount, SignalCounts, SignalWindow } from '../../../lambda/audit-signals/ports';
import { parseUuid } from '../../../lambda/shared/uuid';

const ACTOR = parseUuid('5b0d7a4e-1111-4222-8333-444455556666');
const actor = { actorId: ACTOR, actorRole: 'clinician' };
/** A Wednesday. */
const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);
const LIMITS: SignalLimits = { ...STARTING_LIMITS, businessHours: { from: 13, until: 22 } };
const WINDOW: SignalWindow = {
  fromXid: '1', toXid: '9', fromMs: at('15:00:00'), toMs: at('15:05:00'), lastEventMs: at('15:04:59'), missingBatches: 0, more: false,
};
const QUIET: SignalCounts = { window: WINDOW, reach: [], bursts: [], overrides: [], bait: [] };
const reach = (before: number, after: number): ReachCount => ({ ...actor, hourMs: at('15:00:00'), before, after });
const burst = (before: number, after: number, kind: BurstCount['kind'] = 'denied'): BurstCount => ({ ...actor, kind, before, after });
const decide = (counts: Partial<SignalCounts>, median = 0) => {
  const all = { ...QUIET, ...counts };
  return decideSignals(all, new Map(all.reach.map((each) => [baselineKey(each), median])), LIMITS);
};
const inWindow = (window: Partial<SignalWindow>) => decide({ window: { ...WINDOW, ...window } });

describe('A1', () => {
  it.each([
    ['at the floor', reach(0, 20), 0, 0],
    ['over the floor', reach(0, 21), 0, 1],
    ['at four times the own median', reach(0, 40), 10, 0],
    ['over four times the own median', reach(0, 41), 10, 1],
    ['over the limit already', reach(21, 30), 0, 0],
    ['from the limit to over it', reach(20, 21), 0, 1],
  ])('patients of an hour %s', (_, count, median, signals) => {
    expect(decide({ reach: [count] }, median).map(({ rule }) => rule)).toEqual(Array(signals).fill('A1'));
  });
});

describe('A4', () => {
  it.each([
    ['nine', [burst(0, 9)], []],
    ['ten', [burst(0, 10)], [{ denied: 10, limit: 10 }]],
    ['ten that were there', [burst(10, 19)], []],
    ['ten probes', [burst(0, 10, 'probe')], [{ probe: 10, limit: 10 }]],
    ['five of each', [burst(0, 5), burst(0, 5, 'probe')], []],
    ['two bursts of one actor', [burst(0, 11), burst(2, 14)], [{ denied: 14, limit: 10 }]],
  ])('%s', (_, bursts, expected) => {
    expect(decide({ bursts }).map(({ counts }) => counts)).toEqual(expected);
  });
});

describe('A10', () => {
  const rules = (window: Partial<SignalWindow>) => inWindow(window).map(({ rule, counts }) => [rule, counts]);

  it('tells missing batches at any hour', () => {
    expect(rules({ missingBatches: 2, fromMs: at('02:00:00'), toMs: at('02:05:00') })).toEqual([['A10', { missingBatches: 2 }]]);
  });

  it.each([
    ['for ten minutes', '14:55:00', 'T15:00:00', 'T15:05:00', [['A10', { silentS: 600 }]]],
    ['for a second less', '14:55:01', 'T15:00:00', 'T15:05:00', []],
    ['that was told by the window before', '14:45:00', 'T15:00:00', 'T15:05:00', []],
    ['that a missed run left untold', '14:45:00', 'T14:50:00', 'T15:05:00', [['A10', { silentS: 1200 }]]],
    ['of the night before, ten minutes after opening', '01:00:00', 'T13:05:00', 'T13:10:00', [['A10', { silentS: 600 }]]],
    ['of the night before, at opening', '01:00:00', 'T12:58:00', 'T13:03:00', []],
    ['after closing', '21:50:00', 'T21:58:00', 'T22:03:00', []],
  ])('tells silence %s as it should', (_, last, from, to, expected) => {
    expect(rules({ lastEventMs: at(last), fromMs: at(from.slice(1)), toMs: at(to.slice(1)) })).toEqual(expected);
  });

  it('knows no silence where nobody works yet, or at a weekend', () => {
    const silent = { ...QUIET, window: { ...WINDOW, lastEventMs: at('14:55:00') } };
    expect(decideSignals(silent, new Map(), { ...LIMITS, businessHours: undefined })).toEqual([]);
    expect(openedAtMs({ from: 0, until: 24 }, Date.parse('2026-03-07T12:00:00Z'))).toBeUndefined();
  });

  it('reads hours, and refuses what are none', () => {
    expect([parseBusinessHours('none'), parseBusinessHours('13-22')]).toEqual([undefined, { from: 13, until: 22 }]);
    for (const text of ['', '22-13', '9-9', '9-25', '9:00-17:00', 'NONE']) {
      expect(() => parseBusinessHours(text)).toThrow('business_hours_invalid');
    }
  });
});

describe('a signal', () => {
  it('has an id that is the same for the same window and another for any other', () => {
    const one = () => decide({ overrides: [{ ...actor, events: 1 }], bait: [{ ...actor, events: 1 }] }).map(({ signalId }) => signalId);
    expect(one()).toEqual(one());
    expect(new Set(one()).size).toBe(2);
    const next = decide({ overrides: [{ ...actor, events: 1 }], window: { ...WINDOW, fromXid: '9', toXid: '12' } });
    expect(one()).not.toContain(next[0]?.signalId);
  });

  it('names rule, actor, counts and window and nothing else', () => {
    expect(decide({ bait: [{ ...actor, events: 3 }] })).toEqual([
      {
        signalId: expect.stringMatching(/^[0-9a-f]{32}$/) as string, rule: 'A11', ...actor, counts: { events: 3 },
        window: { from: '2026-03-04T15:00:00.000Z', to: '2026-03-04T15:05:00.000Z' },
      },
    ]);
    expect(decide({ bait: [{ actorId: undefined, actorRole: undefined, events: 3 }] })[0]).not.toHaveProperty('actorId');
  });

  const counted = fc.nat(60);

  it('is never taken back by more events', () => {
    fc.assert(
      fc.property(counted, counted, counted, counted, fc.nat(15), (before, grown, more, events, median) => {
        const tell = (after: number, extra: number) =>
          decide({ reach: [reach(before, after)], bursts: [burst(before, after)], bait: [{ ...actor, events: events + extra }] }, median);
        const told = tell(before + grown, 0).map(({ rule }) => rule);
        expect(tell(before + grown + more, more).map(({ rule }) => rule)).toEqual(expect.arrayContaining(told));
      }),
    );
  });

  it('is told once of a count that grows, however windows divide it, and exactly when it ends past the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 12 }), fc.nat(15), (steps, median) => {
        let stood = 0;
        const told = steps.flatMap((step) => {
          const counts = { reach: [reach(stood, stood + step)], bursts: [burst(stood, stood + step)] };
          stood += step;
          return decide(counts, median).map(({ rule }) => rule);
        });
        const expected = [...(stood > Math.max(20, 4 * median) ? ['A1'] : []), ...(stood >= 10 ? ['A4'] : [])];
        expect(told.sort()).toEqual(expected);
      }),
    );
  });
});
