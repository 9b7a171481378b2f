import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderIncidents } from '../../../lambda/incident/adapters/folder-incidents';
import type { Day } from '../../../lambda/incident/calendar';
import { parseChange, parseEntry, type Change } from '../../../lambda/incident/entry';
import { hhsFieldSet } from '../../../lambda/incident/hhs';
import { clocksToTell, officerNotice } from '../../../lambda/incident/notice';
import type { IncidentStore } from '../../../lambda/incident/ports';
import { append, incidentIds, loadSeries } from '../../../lambda/incident/registry';
import { sweep } from '../../../lambda/incident/sweep';
import { entryKey, parseEntryKey, readSeries } from '../../../lambda/incident/series';
import { parseUuid, type Uuid } from '../../../lambda/shared/uuid';
import { idOf } from '../../support/crypto-keys';
import { affected, assessment, INCIDENT, memoryIncidents, opened, recordWith, seriesOf } from '../../support/incidents';

const ID = parseUuid(INCIDENT) as Uuid;
const NOW = { now: '2026-03-10T16:00:00.000Z', by: 'officer@example.com' };
const keyOf = (sequence: number): string => entryKey(INCIDENT, sequence);

describe.each([
  ['in memory', memoryIncidents as () => IncidentStore, () => undefined],
  ((folder: string) => ['in a folder', () => folderIncidents(folder), () => rmSync(folder, { recursive: true, force: true })] as const)(
    mkdtempSync(path.join(tmpdir(), 'incidents-')),
  ),
])('a record %s', (_, make, remove) => {
  afterAll(remove);

  test('is the fold of what was written, in order', async () => {
    const store = make();
    await append(store, ID, opened(), NOW);
    await append(store, ID, affected(3), NOW);
    const record = await append(store, ID, affected(4), NOW);
    expect(record).toMatchObject({ id: ID, status: 'open', entries: 3, affected: { individuals: 4 }, opened: opened() });
    expect(await incidentIds(store)).toEqual([ID]);
    expect((await loadSeries(store, ID)).headSha256).toBe(record.headSha256);
  });

  test('takes one of two writers, tells the other, and loses nothing', async () => {
    const store = make();
    const other = idOf(2);
    await append(store, other, opened(), NOW);
    const both = await Promise.allSettled([append(store, other, affected(1), NOW), append(store, other, affected(2), NOW)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { message: expect.stringMatching(/^Somebody else wrote entry 2 of .* first\. Nothing was written/) as string },
    });
    expect((await loadSeries(store, other)).entries).toHaveLength(2);
  });
});

test('a folder holds the names of the bucket, and no half-written file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'incidents-'));
  await append(folderIncidents(folder), ID, opened(), NOW);
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))).toEqual([
    keyOf(1).split('/').join(path.sep),
  ]);
  expect(readdirSync(path.join(folder, '.drafts'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe('a series', () => {
  const bytes = seriesOf(opened(), affected(3), assessment('breach')).bytes.map((each) => Buffer.from(each));
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = bytes;
  const edited = Buffer.from(second.toString().replace('"individuals":3', '"individuals":2'));
  test.each([
    ['an entry that was edited', [first, edited, third], /000003\.json does not cite the entry before it/],
    ['two entries that changed places', [first, third, second], /000002\.json says that it is another entry/],
    ['an entry left out', [first, third], /000002\.json says that it is another entry/],
    ['a beginning left out', [second, third], /000001\.json says that it is another entry/],
    ['no entry', [], /There is no incident/],
    ['bytes that are no text', [Buffer.from([0xff])], /000001\.json cannot be read: it is no text/],
    ['other text', [Buffer.from('{"ssn": "900-12-3456"')], /000001\.json cannot be read: An entry is a JSON object/],
  ])('shows %s', (_, entries, message) => expect(() => readSeries(INCIDENT, entries)).toThrow(message));

  test('of another incident is not taken for this one', () => {
    expect(() => readSeries(idOf(2), bytes)).toThrow(/says that it is another entry/);
  });

  test('that misses an entry in its store is not read in part', async () => {
    const store = memoryIncidents();
    for (const [at, each] of bytes.entries()) store.objects.set(keyOf(at + 1), each);
    store.objects.delete(keyOf(2));
    await expect(loadSeries(store, ID)).rejects.toThrow(/000002\.json is missing/);
  });

  test.each([
    `incidents/${INCIDENT}/containment/isolate/x/before.json`,
    `incidents/${INCIDENT}/1.json`,
    'incidents/x/000001.json',
    `${INCIDENT}/000001.json`,
  ])('leaves %s alone', (key) => expect(parseEntryKey(key)).toBeUndefined());

  test('is refused in another spelling than the one it was written in', () => {
    expect(() => parseEntry(first.toString().replace('telehealth-incident/1', 'telehealth-incident/2'))).toThrow(
      /^An entry of a record: format has to be/,
    );
  });
});

describe('a change', () => {
  const refused = (value: unknown): string => {
    try {
      parseChange(value);
      return 'taken';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const without = (member: string) => Object.fromEntries(Object.entries(assessment('breach')).filter(([name]) => name !== member));
  test.each([
    ['of no kind', {}, /^A change is one of opened, discovery, affected/],
    ['that is no object', 'opened', /^A change is one of/],
    ['of a zone that is none', opened({ timeZone: 'America/Nowhere' }), /^opened: timeZone has to be an IANA time zone/],
    ['with a time that is none', opened({ detectedAt: 'yesterday' }), /^opened: detectedAt has to be an instant in UTC/],
    [
      'with a number spelled as an SSN',
      opened({ summary: 'Record of 900-12-3456.' }),
      /^opened: summary has to be a text without a social security number/,
    ],
    ['with a code that is none', { ...opened(), severity: 'severe' }, /^opened: severity has to be one of low, medium, high, critical\.$/],
    ['that says nothing', opened({ summary: '   ' }), /^opened: summary has to be a text that says something/],
    ['with a member that is unknown', { ...opened(), patient_name: 'x' }, /^opened: unknown patient_name/],
    ['of an assessment without reasons', without('reasons'), /^assessment: reasons has to be there/],
    [
      'of an assessment without a conclusion: there is no default',
      without('conclusion'),
      /^assessment: conclusion has to be breach, low_probability or exception/,
    ],
    ['of a count below nobody', affected(-1), /^affected: individuals has to be a whole number from 0/],
    [
      'of a written hold without its period',
      { kind: 'hold', form: 'written', official: 'a', statedOn: '2026-05-01', proof: 'p' },
      /^hold: until has to be/,
    ],
    [
      'on a day that does not exist',
      { kind: 'met', clock: 'individuals', on: '2026-02-30', proof: 'p' },
      /^met: on has to be a day that exists/,
    ],
  ])('%s is refused with one clear error', (_, value, message) => expect(refused(value)).toMatch(message));

  test('is refused without repeating what was given', () => {
    expect(refused(opened({ summary: 'Jane Roe, 900-12-3456' }))).not.toMatch(/Jane|900/);
  });

  const closed = { kind: 'closed' as const, because: 'Done.' };
  test.each([
    [
      'a discovery in the future',
      [opened({ discoveredAt: '2026-03-10T16:00:01Z' })],
      /^discoveredAt is 2026-03-10T16:00:01Z, and it is .*: nothing is discovered in the future/,
    ],
    [
      'a person who sees it before it is detected',
      [opened({ firstSeenByHumanAt: '2026-03-09T00:00:00Z' })],
      /^firstSeenByHumanAt is .*, before detectedAt/,
    ],
    [
      'a discovery after a person saw it',
      [opened({ firstSeenByHumanAt: '2026-03-10T15:10:00Z', discoveredAt: '2026-03-10T15:20:00Z' })],
      /^discoveredAt is .*, after a person saw it at .*164\.404\(a\)\(2\)/,
    ],
    [
      'more in States than in all',
      [opened(), affected(3, { byState: { NY: 4 } })],
      /^affected: byState adds up to 4, and individuals is 3/,
    ],
    ['an exception that is not named', [opened(), assessment('exception')], /names which/],
    ['an exception beside another conclusion', [opened(), assessment('breach', { exception: 'not_retained' })], /names which/],
    ['anything once it is closed', [opened(), closed, affected(1)], /is closed: reopen it first/],
    ['a reopening of what is open', [opened(), { kind: 'reopened' as const, because: 'x' }], /is open: there is nothing to reopen/],
    [
      'a hold that ends before it was asked for',
      [
        opened(),
        {
          kind: 'hold' as const,
          form: 'written' as const,
          official: 'a',
          statedOn: '2026-05-01' as Day,
          until: '2026-04-01' as Day,
          proof: 'p',
        },
      ],
      /^hold: until is 2026-04-01, before the statement/,
    ],
  ] as readonly [string, readonly Change[], RegExp][])('may not be %s, and then nothing is written', async (_, changes, message) => {
    const store = memoryIncidents();
    for (const change of changes.slice(0, -1)) await append(store, ID, change, NOW);
    await expect(append(store, ID, changes.at(-1) ?? closed, NOW)).rejects.toThrow(message);
    expect(store.objects.size).toBe(changes.length - 1);
  });

  test('may follow a closing once it is reopened', async () => {
    const store = memoryIncidents();
    const reopened = { kind: 'reopened', because: 'A second list turned up.' } as const;
    for (const change of [opened(), closed, reopened, affected(9)]) await append(store, ID, change, NOW);
    expect((await loadSeries(store, ID)).entries).toHaveLength(4);
  });
});

describe('what leaves the record', () => {
  const told = (day: string, ...changes: readonly Change[]) =>
    clocksToTell(recordWith(opened(), affected(3), ...changes), day as Day).filter(({ setBy }) => setBy === 'regulation');
  test.each([
    ['2026-04-23', []],
    ['2026-04-24', ['individuals']],
    ['2026-04-25', []],
    ['2026-05-04', ['individuals']],
    ['2026-05-08', ['individuals']],
    ['2026-05-09', ['individuals']],
    ['2026-05-10', ['individuals']],
    ['2026-09-10', ['individuals']],
    ['2027-02-14', ['individuals', 'secretary']],
  ])('to officers on %s is about %j', (day, ids) => expect(told(day).map(({ id }) => id)).toEqual(ids));

  test('to officers holds ids, citations and days, and nothing that anybody wrote', () => {
    const text = officerNotice(recordWith(opened(), affected(3), assessment('breach')), '2026-05-10' as Day) ?? '';
    expect(text).toContain(`Incident ${INCIDENT}`);
    expect(text).toContain('OVERDUE by 1 d: individuals (164.404), 2026-05-09');
    expect(text).not.toMatch(/clinician|Names|officer@example|Counted|confidence/);
  });

  test('to officers is nothing when nothing is due', () => {
    expect(officerNotice(recordWith(opened(), assessment('low_probability')), '2026-03-11' as Day)).not.toMatch(/164/);
  });

  test('to HHS has the fields of its report, and says which are missing', () => {
    const window = { firstAccessAt: '2026-03-02T03:00:00Z', lastAccessAt: '2026-03-09T12:00:00Z' };
    const fields = hhsFieldSet(recordWith(opened(), affected(612, { ...window, byState: { NY: 612 } }), assessment('breach')));
    expect(fields).toMatchObject({
      filedBy: 'covered entity',
      discoveryDate: '2026-03-10',
      approximateIndividuals: 612,
      typesOfPhi: ['demographic'],
      mediaStates: ['NY'],
      breachDates: { from: '2026-03-01', to: '2026-03-09' },
    });
    expect(fields.missing).toEqual([
      'locationOfPhi',
      'safeguardsInPlace',
      'noticeOfIndividuals',
      'noticeOfMedia',
      'actionsTaken',
      'typeOfBreach',
      'contactOfTheEntity',
    ]);
  });

  test('in a sweep is what every open record has due, each in its own zone, and nothing of a closed one', async () => {
    const store = memoryIncidents();
    const [first, second, third] = [idOf(1), idOf(2), idOf(3)];
    const late = { detectedAt: '2026-03-10T03:30:00Z', discoveredAt: '2026-03-10T03:30:00Z' };
    await append(store, first, opened(late), NOW);
    await append(store, second, opened({ ...late, timeZone: 'UTC' }), NOW);
    for (const change of [opened(), assessment('low_probability'), { kind: 'closed' as const, because: 'Nothing.' }])
      await append(store, third, change, NOW);
    const { notices, broken } = await sweep(store, '2026-05-10T00:30:00Z');
    expect(broken).toEqual([]);
    // The same instant: 9 May in New York, where it was discovered on 9 March; 10 May in UTC, where it was on the 10th.
    expect(notices.map((notice) => /^Incident (.*)$/m.exec(notice)?.[1])).toEqual([first, second]);
    expect(notices[0]).toContain('OVERDUE by 1 d: individuals (164.404), 2026-05-08');
    expect(notices[1]).toContain('OVERDUE by 1 d: individuals (164.404), 2026-05-09');
  });
});
