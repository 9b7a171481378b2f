import fc from 'fast-check';
import { addDays, dayIn, daysBetween, endOfYear, parseDay, type Day } from '../../../lambda/incident/calendar';
import type { ClockId } from '../../../lambda/incident/clock-ids';
import { clocksOf, discoveryDay, heldUntil, retainedUntil, type Clock } from '../../../lambda/incident/clocks';
import { obstaclesToClosing } from '../../../lambda/incident/closing';
import type { Change } from '../../../lambda/incident/entry';
import { presumption } from '../../../lambda/incident/record';
import { affected, assessment, opened, recordWith } from '../../support/incidents';

const TODAY = '2026-03-11' as Day;
const D = (text: string): Day => text as Day;

/** Counts on a calendar by hand, a day at a time, with the rule of leap years spelled out: nothing in common with how clocks add. */
function walk(day: string, days: number): string {
  let [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  for (let left = days; left > 0; left -= 1) {
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    date += 1;
    if (date > length) [month, date] = [month + 1, 1];
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return [year, String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('-');
}

const anyDay = fc
  .record({
    year: fc.integer({ min: 2020, max: 2110 }),
    at: fc.oneof(fc.integer({ min: 0, max: 364 }), fc.constantFrom(0, 58, 59, 300, 304, 305, 363, 364)),
  })
  .map(({ year, at }) => walk(`${year}-01-01`, at));

function clock(id: ClockId, changes: readonly Change[], today: Day = TODAY): Clock | undefined {
  return clocksOf(recordWith(...(changes as [Change, ...Change[]])), today).find((each) => each.id === id);
}

const discoveredOn = (day: string) => opened({ detectedAt: `${day}T17:00:00Z`, discoveredAt: `${day}T17:00:00Z` });

describe('days', () => {
  test('are added as a calendar on the wall counts them', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 800 }), (day, days) => {
        const later = addDays(D(day), days);
        expect(later).toBe(walk(day, days));
        expect(daysBetween(D(day), later)).toBe(days);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['2027-02-29', '2026-13-01', '2026-00-10', '2100-02-29', '2026-3-1', ' 2026-03-01', '2026-03-01T00:00:00Z', ''])(
    'do not exist as %j',
    (text) => {
      expect(parseDay(text)).toBeUndefined();
    },
  );

  test.each([
    ['2026-03-08T06:59:59Z', 'America/New_York', '2026-03-08'],
    ['2026-03-11T03:30:00Z', 'America/New_York', '2026-03-10'],
    ['2026-03-11T03:30:00Z', 'UTC', '2026-03-11'],
    ['2026-12-31T23:30:00Z', 'Pacific/Auckland', '2027-01-01'],
    ['2028-02-29T04:59:00Z', 'America/New_York', '2028-02-28'],
  ])('of %s in %s is %s', (instant, zone, day) => expect(dayIn(instant, zone)).toBe(day));
});

describe('the clocks of the regulation', () => {
  test('give individuals, media and a large report 60 days, whenever it was', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        for (const id of ['individuals', 'media', 'secretary'] as const) {
          expect(clock(id, [discoveredOn(day), affected(501, { byState: { NY: 501 } })])?.due).toBe(walk(day, 60));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('give a small report 60 days after the year of discovery, whenever it was', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const due = clock('secretary', [discoveredOn(day), affected(499)]);
        expect(due).toMatchObject({ due: walk(`${day.slice(0, 4)}-12-31`, 60), citation: '164.408(c)' });
        expect(due?.due.slice(0, 4)).toBe(String(Number(day.slice(0, 4)) + 1));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['2026-01-01', '2027-03-01'],
    ['2026-12-31', '2027-03-01'],
    ['2027-06-15', '2028-02-29'],
    ['2099-06-15', '2100-03-01'],
  ])('know that what was discovered on %s goes into the log by %s', (day, due) => {
    expect(clock('secretary', [discoveredOn(day), affected(1)])?.due).toBe(due);
    expect(endOfYear(D(day))).toBe(`${day.slice(0, 4)}-12-31`);
  });

  test.each([
    ['nobody has counted', [], '2026-05-09', '164.408(b)'],
    ['the count is a lower bound', [affected(3, { isLowerBound: true })], '2026-05-09', '164.408(b)'],
    ['500', [affected(500)], '2026-05-09', '164.408(b)'],
    ['499', [affected(499)], '2027-03-01', '164.408(c)'],
  ])('report to HHS when %s', (_, changes, due, citation) => {
    expect(clock('secretary', [opened(), ...changes])).toMatchObject({ due, citation, state: 'running' });
  });

  test.each([
    ['not when nobody can be more than 500', affected(500), 'not_due'],
    ['when no State is known', affected(501), 'running'],
    ['when one State has more than 500', affected(900, { byState: { NY: 501, NJ: 399 } }), 'running'],
    ['not when no State has more than 500', affected(900, { byState: { NY: 500, NJ: 400 } }), 'not_due'],
    ['when those without a State may be too many for one', affected(900, { byState: { NY: 450, NJ: 390 } }), 'running'],
    ['when the count is a lower bound', affected(10, { isLowerBound: true }), 'running'],
  ])('tell the media %s', (_, count, state) => expect(clock('media', [opened(), count])?.state).toBe(state));

  test('of a business associate are one, to the covered entity; of an agent also those of the covered entity, from the same day', () => {
    const ids = (as: 'business_associate' | 'agent_business_associate') =>
      clocksOf(recordWith(opened({ as })), TODAY)
        .filter(({ setBy }) => setBy === 'regulation')
        .map(({ id, due }) => `${id} ${due}`);
    expect(ids('business_associate')).toEqual(['covered_entity 2026-05-09']);
    expect(ids('agent_business_associate')).toEqual([
      'covered_entity 2026-05-09',
      'individuals 2026-05-09',
      'media 2026-05-09',
      'secretary 2026-05-09',
    ]);
  });
});

describe('discovery', () => {
  const at = { detectedAt: '2026-03-01T12:00:00Z', firstSeenByHumanAt: '2026-03-05T12:00:00Z', discoveredAt: '2026-03-04T12:00:00Z' };
  test('is when the alarm came, unless the record argues that diligence would not have known', () => {
    expect(discoveryDay(recordWith(opened(at)))).toBe('2026-03-01');
    expect(discoveryDay(recordWith(opened({ ...at, detectionWasNoDiscovery: 'It named a rule, not a person.' })))).toBe('2026-03-04');
  });

  test('is as it was decided last, in the zone of the record', () => {
    const later = {
      kind: 'discovery' as const,
      basis: 'Looked again.',
      detectedAt: '2026-02-28T02:00:00Z',
      discoveredAt: '2026-03-01T02:00:00Z',
    };
    expect(discoveryDay(recordWith(opened(at), later))).toBe('2026-02-27');
  });
});

describe('law enforcement', () => {
  const hold = { kind: 'hold' as const, official: 'agent-7', statedOn: D('2026-05-01'), proof: 'letter-1' };
  test.each([
    ['in writing delays for its period', { ...hold, form: 'written' as const, until: D('2026-09-30') }, '2026-09-30'],
    ['in writing does not bring a day forward', { ...hold, form: 'written' as const, until: D('2026-05-02') }, '2026-05-09'],
    ['orally delays 30 days', { ...hold, form: 'oral' as const }, '2026-05-31'],
    ['orally delays no longer than 30 days', { ...hold, form: 'oral' as const, until: D('2026-09-30') }, '2026-05-31'],
    ['orally delays for less when it asks for less', { ...hold, form: 'oral' as const, until: D('2026-05-15') }, '2026-05-15'],
  ])('%s', (_, statement, due) => expect(clock('individuals', [opened(), statement])?.due).toBe(due));

  test('who spoke and then wrote is held to the later of the two', () => {
    const written = { ...hold, form: 'written' as const, until: D('2026-08-01') };
    expect(heldUntil(recordWith(opened(), { ...hold, form: 'oral' as const }, written))).toBe('2026-08-01');
  });
});

describe('a clock', () => {
  const met = { kind: 'met' as const, clock: 'individuals' as const, proof: 'letter-run-1' };
  test.each([
    ['runs on its last day', [], '2026-05-09', 'running'],
    ['is overdue the day after', [], '2026-05-10', 'overdue'],
    ['is met on its last day', [{ ...met, on: D('2026-05-09') }], '2026-06-01', 'met'],
    ['is met late the day after', [{ ...met, on: D('2026-05-10') }], '2026-06-01', 'met_late'],
    [
      'is argued',
      [{ kind: 'argued' as const, clock: 'individuals' as const, because: 'No address, substitute notice.', decidedBy: 'x' }],
      '2026-06-01',
      'argued',
    ],
    ['is not due when the assessment shows a low probability', [assessment('low_probability')], '2026-06-01', 'not_due'],
    ['is due when the assessment finds a breach', [assessment('breach')], '2026-06-01', 'overdue'],
  ])('%s', (_, changes, today, state) => expect(clock('individuals', [opened(), ...changes], D(today))?.state).toBe(state));

  test('that the project sets is told apart, and counts hours from the instant', () => {
    const gates = clocksOf(
      recordWith(opened({ detectedAt: '2026-03-10T03:30:00Z', discoveredAt: '2026-03-10T03:30:00Z' })),
      TODAY,
    ).filter(({ setBy }) => setBy === 'project');
    expect(gates.map(({ id, due }) => `${id} ${due}`)).toEqual([
      'contain 2026-03-10',
      'officers 2026-03-10',
      'scope 2026-03-12',
      'assessment 2026-03-19',
      'drafts 2026-04-08',
      'executive 2026-04-23',
    ]);
    expect(gates.every(({ citation }) => citation === 'this project')).toBe(true);
  });

  test('keeps the record six years from its last entry, and never less', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const kept = retainedUntil({ ...recordWith(opened()), lastEntryAt: `${day}T17:00:00Z` });
        expect(kept).toBe(walk(day, 2192));
        expect(kept >= `${Number(day.slice(0, 4)) + 6}${day.slice(4)}`.replace('-02-29', '-02-28')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a breach', () => {
  const stores = (...each: readonly (readonly ['yes' | 'no' | 'unknown', 'yes' | 'no' | 'unknown', 'yes' | 'no' | 'unknown'])[]) => ({
    kind: 'encryption' as const,
    stores: each.map(([encrypted, keyExposed, readWithValidAccess], at) => ({
      store: `store-${at}`,
      encrypted,
      keyExposed,
      readWithValidAccess,
    })),
  });
  test.each([
    ['is presumed', [], true],
    ['is presumed whatever the count is', [affected(0)], true],
    ['is none where a stolen copy was encrypted and its key was not', [stores(['yes', 'no', 'no'])], false],
    ['is presumed where the key went along', [stores(['yes', 'yes', 'no'])], true],
    ['is presumed where it was read with valid access', [stores(['yes', 'no', 'yes'])], true],
    ['is presumed where one store of two is in doubt', [stores(['yes', 'no', 'no'], ['unknown', 'no', 'no'])], true],
    ['is none by an exception', [assessment('exception', { exception: 'not_retained' })], false],
    ['is one when it was found after all', [assessment('low_probability'), assessment('breach')], true],
  ])('%s', (_, changes, isBreach) => expect(presumption(recordWith(opened(), ...changes)).isBreach).toBe(isBreach));

  test.each([
    ['without an assessment', [], [/no assessment/, /individual .*164\.404/, /media/, /HHS/]],
    ['with notices that are due', [assessment('breach'), affected(3)], [/individual .*164\.404/, /log of HHS/]],
    ['when nothing was compromised', [assessment('low_probability')], []],
    [
      'when every notice was given or argued',
      [
        assessment('breach'),
        affected(3),
        { kind: 'met' as const, clock: 'individuals' as const, on: D('2026-04-01'), proof: 'p' },
        { kind: 'argued' as const, clock: 'secretary' as const, because: 'Filed by the covered entity.', decidedBy: 'x' },
      ],
      [],
    ],
  ])('is closed %s, or it is said why not', (_, changes, obstacles) => {
    const found = obstaclesToClosing(recordWith(opened(), ...changes), TODAY);
    expect(found).toEqual(obstacles.map((pattern) => expect.stringMatching(pattern)));
  });
});
