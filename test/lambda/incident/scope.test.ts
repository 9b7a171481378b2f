import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderArchive } from '../../../lambda/audit-exporter/adapters/folder-archive';
import { batchKey } from '../../../lambda/audit-exporter/batch';
import { LONGEST_TRANSACTION_MS } from '../../../lambda/audit-exporter/longest-transaction';
import { dataEventsOf } from '../../../lambda/incident/data-events';
import { FIELD_CLASS } from '../../../lambda/incident/field-class';
import { ScopeCounter, type DataEvent, type Scope, type ScopeQuestion } from '../../../lambda/incident/scope';
import { scopeOf } from '../../../lambda/incident/scope-archive';
import { exporterOf } from '../../support/audit-export';
import { eventOf, makeChain, makeSigner, writeBatches } from '../../support/batches';
import { idOf } from '../../support/crypto-keys';
import { startRecordsApi, type RecordsApi } from '../../support/records-api';
import { arrangeRecords, type RecordsScene } from '../../support/records-scene';
import { ownServer } from '../../support/run-loan';
import { startSqlService } from '../../support/sql-service';
import type { Actor } from '../../support/sql-world';

const { signer, key } = makeSigner();
const WINDOW: ScopeQuestion = { from: '2026-03-01T09:00:00Z', to: '2026-03-01T09:01:00Z' };
/** An hour after the end of the window, at which the archive holds all of it. */
const LATER = '2026-03-01T10:01:00.000000Z';

/** Counts over one whole batch, with an empty one after it. */
function counted(
  events: readonly ReturnType<typeof eventOf>[],
  question: Partial<ScopeQuestion> = {},
  dataEvents?: readonly DataEvent[],
): Scope {
  const counter = new ScopeCounter({ ...WINDOW, ...question });
  counter.add('batch', '2026-03-01T09:02:00.000000Z', events, []);
  counter.add('later', LATER, [], []);
  return counter.result(dataEvents);
}

describe('the scope', () => {
  test('counts persons, not rows, with classes, fields, and first and last access', () => {
    expect(
      counted([eventOf(1), eventOf(2), eventOf(3, { patient_id: idOf(801), fields: ['diagnoses'], resource_type: 'note' })]),
    ).toMatchObject({
      individuals: [idOf(800), idOf(801)],
      events: 3,
      dataClasses: ['clinical', 'identity'],
      fields: ['diagnoses', 'mrn', 'name'],
      resourceTypes: ['note', 'patient'],
      firstAccessAt: '2026-03-01T09:00:01.000001Z',
      lastAccessAt: '2026-03-01T09:00:03.000001Z',
      lowerBoundBecause: [],
    });
  });

  test.each([
    ['was refused', { outcome: 'denied' }],
    ['is about nobody', { patient_id: null }],
    ['carries no field', { fields: [] }],
    ['carries no fields at all', { fields: null }],
    ['is before the window', { at: '2026-03-01T08:59:59.999999Z' }],
    ['is at the end of the window', { at: '2026-03-01T09:01:00.000000Z' }],
    ['is another actor’s', { actor_id: idOf(901) }],
    ['is about another patient', { patient_id: idOf(802) }],
  ])('leaves out what %s', (_, replaced) => {
    const question = { actor: idOf(900), patients: [idOf(800)] };
    expect(counted([eventOf(1)], question).events).toBe(1);
    expect(counted([eventOf(1, replaced)], question)).toMatchObject({ individuals: [], events: 0, firstAccessAt: null });
  });

  test('counts an event once that two epochs hold after a restore', () => {
    expect(counted([eventOf(1), eventOf(1)]).events).toBe(1);
  });

  const JUST_BEFORE = '2026-03-01T10:00:59.999000Z';
  const unreached = [expect.stringMatching(/^the archive is complete up to 2026-03-01T09:00:59.999Z, .* ends at 2026-03-01T09:01:00Z/)];
  test.each([
    ['is a lower bound where a transaction may still be to come', [[JUST_BEFORE, []]], unreached],
    ['is exact where no such transaction can last as long', [[LATER, []]], []],
    ['is a lower bound in a backlog, however late it is planned', [['2026-03-04T09:00:00.000000Z', [eventOf(2, { at: JUST_BEFORE })]]], unreached],
    ['is exact where an event of later was exported', [['2026-03-04T09:00:00.000000Z', [eventOf(2, { at: LATER })]]], []],
    ['is a lower bound where an event says that it is of later than its batch', [['2026-03-01T09:30:00.000000Z', [eventOf(2, { at: LATER })]]], [
      expect.stringMatching(/^the archive is complete up to 2026-03-01T08:30:00/),
    ]],
    ['is exact however many older ones come after', [[LATER, []], ['2026-03-01T10:02:00.000000Z', [eventOf(2)]]], []],
    ['is a lower bound of nothing', [], ['the archive holds no whole batch']],
  ] as const)('%s', (_, batches, expected) => {
    const counter = new ScopeCounter(WINDOW);
    for (const [plannedAt, events] of batches) counter.add('batch', plannedAt, events, []);
    expect(counter.result(undefined).lowerBoundBecause).toEqual(expected);
  });

  test('is a lower bound after a broken batch, whatever its header says', () => {
    const counter = new ScopeCounter(WINDOW);
    counter.add('batch', LATER, [], [{ batch: 'batch', code: 'digest_mismatch', expected: 'a', found: 'b' }]);
    expect(counter.result(undefined).lowerBoundBecause).toEqual(['batch: digest_mismatch, expected a', 'the archive holds no whole batch']);
  });

  const granted = eventOf(4, {
    event_type: 'phi.disclosure.grant',
    resource_type: 'document',
    resource_id: idOf(70),
    fields: ['content'],
  });
  test('says what was fetched where data events tell, and that nobody can answer where none do', () => {
    const fetched = { at: '2026-03-01T09:00:30Z', object: idOf(70) };
    expect(counted([granted], {}, undefined).objects).toEqual({
      handedOut: 1,
      fetched: 'cannot be answered: data events were not given',
    });
    expect(counted([granted], {}, []).objects).toEqual({ handedOut: 1, fetched: 0 });
    expect(counted([granted], {}, [fetched, fetched, { ...fetched, object: idOf(71) }]).objects).toEqual({ handedOut: 1, fetched: 1 });
    expect(counted([granted], {}, [{ ...fetched, at: '2026-03-01T09:02:00Z' }]).objects).toEqual({ handedOut: 1, fetched: 0 });
  });

  test('reads fetches out of a log file of CloudTrail, those of this bucket that succeeded', () => {
    const event = {
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      eventTime: '2026-03-01T09:00:30Z',
      requestParameters: { bucketName: 'documents', key: `documents/${idOf(70)}` },
    };
    const Records = [
      event,
      { ...event, errorCode: 'AccessDenied' },
      { ...event, eventName: 'PutObject' },
      { ...event, requestParameters: { bucketName: 'other', key: `recordings/${idOf(71)}` } },
      'x',
    ];
    expect(dataEventsOf({ Records }, 'documents')).toEqual([{ at: event.eventTime, object: idOf(70) }]);
    expect(dataEventsOf({ Records })).toHaveLength(2);
    expect(dataEventsOf('no log')).toEqual([]);
  });
});

describe('the scope of an archive', () => {
  const fileOf = (folder: string, no: number): string => path.join(folder, batchKey({ epoch: idOf(1), no: String(no) }));
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'scope-'));
    // The events are of 09:00, the last batch of long after.
    writeBatches(folder, await makeChain({ signer, sizes: [2, 2, 2, 2, 1, 0], minutes: [0, 1, 2, 3, 4, 70] }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const scope = async (question: ScopeQuestion = WINDOW) => scopeOf(await folderArchive(folder), [key], question, undefined);

  test('is exact where every batch of the window is whole', async () => {
    expect(await scope()).toMatchObject({ events: 9, lowerBoundBecause: [] });
  });

  test('is a lower bound that names the batch that is missing', async () => {
    unlinkSync(fileOf(folder, 3));
    const found = await scope();
    expect(found.events).toBe(7);
    expect(found.lowerBoundBecause).toEqual([expect.stringMatching(/000004\.jsonl: batch_missing, expected batch 3$/)]);
  });

  test('is a lower bound that names the batch that was changed', async () => {
    const file = fileOf(folder, 2);
    const lines = readFileSync(file, 'utf8').split('\n');
    rmSync(file);
    writeFileSync(file, [...lines.slice(0, 2), ''].join('\n'));
    const found = await scope();
    expect(found.events).toBe(8);
    expect(found.lowerBoundBecause).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/000002\.jsonl: count_mismatch/),
        expect.stringMatching(/000002\.jsonl: digest_mismatch/),
      ]),
    );
  });

  test('is not touched by what is missing before the window begins', async () => {
    unlinkSync(fileOf(folder, 2));
    const later = { from: '2026-03-01T09:03:30Z', to: '2026-03-01T09:03:59Z' };
    expect((await scope(later)).lowerBoundBecause).toEqual([]);
  });

  test('is a lower bound under another key: nobody knows who signed', async () => {
    const found = await scopeOf(await folderArchive(folder), [makeSigner().key], WINDOW, undefined);
    expect(found.lowerBoundBecause).toContainEqual(expect.stringMatching(/key_unknown/));
  });
});

describe('the scope and the database', () => {
  let api: RecordsApi;
  let scenes: readonly RecordsScene[];
  let intruder: Actor;
  let folder: string;
  let [from, to] = ['', ''];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'scope-database-'));
    api = await startRecordsApi({}, () => startSqlService(ownServer));
    scenes = [await arrangeRecords(api), await arrangeRecords(api), await arrangeRecords(api)];
    intruder = await api.world.principal('billing');
    from = await clock();
    for (const { patient, clinician } of scenes) {
      for (const part of ['', '/billing', '/notes', '/documents']) {
        await api.send(intruder, 'GET', `/v1/patients/${patient}${part}`);
        await api.send(clinician, 'GET', `/v1/patients/${patient}${part}`);
      }
    }
    to = await clock();
    await exportOfLater();
  }, 60_000);
  afterAll(async () => {
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const clock = async (): Promise<string> =>
    (
      await api.sql.admin<{ at: Date }>(`SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' AS at`)
    )[0]?.at.toISOString() ?? '';
  const exportAll = async (): Promise<void> => {
    const { line, thrown } = await exporterOf(api.sql, () => folder, signer)();
    expect([line['code'], thrown]).toEqual(['ok', undefined]);
  };
  /** As if an hour had passed since: an empty batch that was planned then. */
  const exportOfLater = async (): Promise<void> => {
    await exportAll();
    const planned = (at: string) => api.sql.admin(`ALTER TABLE audit.batch ALTER COLUMN planned_at SET DEFAULT ${at}`);
    await planned(`clock_timestamp() + interval '${LONGEST_TRANSACTION_MS} milliseconds'`);
    await exportAll();
    await planned('clock_timestamp()');
  };

  const inDatabase = async (body: object): Promise<Readonly<Record<string, unknown>>> => {
    const admin = scenes[0]?.admin ?? intruder;
    const made = await api.send(admin, 'POST', '/v1/breach-assessments', {
      body: { discovered_at: to, from, to, key_exposure: 'none', ...body },
    });
    expect(made.status).toBe(201);
    return (await api.send(admin, 'GET', `/v1/breach-assessments/${String(made.body['id'])}`)).body;
  };

  test.each([
    ['whoever was there', () => ({})],
    ['one actor', () => ({ actor: intruder.sub })],
    ['two patients', () => ({ patients: scenes.slice(1).map(({ patient }) => patient) })],
    ['one actor and one patient', () => ({ actor: scenes[1]?.clinician.sub, patients: [scenes[1]?.patient ?? ''] })],
    ['nobody', () => ({ actor: idOf(999) })],
  ])('count alike for %s', async (_, narrow) => {
    const here = await scopeOf(await folderArchive(folder), [key], { from, to, ...narrow() }, undefined);
    const there = await inDatabase(narrow());
    expect(here.lowerBoundBecause).toEqual([]);
    expect({ individuals: here.individuals.length, events: here.events, data_classes: here.dataClasses, fields: here.fields }).toEqual({
      individuals: there['individuals'],
      events: there['events'],
      data_classes: there['data_classes'],
      fields: there['fields'],
    });
    const milliseconds = (at: unknown): unknown => (typeof at === 'string' ? at.slice(0, 23) : at);
    expect([here.firstAccessAt, here.lastAccessAt].map(milliseconds)).toEqual(
      [there['first_event_at'], there['last_event_at']].map(milliseconds),
    );
  });

  test('saw something to count', async () => {
    expect(await inDatabase({})).toMatchObject({ individuals: 3, data_classes: ['billing', 'clinical', 'identity'] });
  });

  test('are apart while a transaction holds the export back, and the archive says so', async () => {
    const held = await api.sql.connect('postgres');
    await held.query('BEGIN; SELECT pg_current_xact_id()');
    const from = await clock();
    const { patient } = await arrangeRecords(api);
    await api.send(intruder, 'GET', `/v1/patients/${patient}`);
    const question = { from, to: await clock(), patients: [patient] };
    await exportAll();
    const before = await scopeOf(await folderArchive(folder), [key], question, undefined);
    await held.query('COMMIT');
    await exportAll();
    const after = await scopeOf(await folderArchive(folder), [key], question, undefined);
    expect([before.individuals, after.individuals]).toEqual([[], [patient]]);
    expect(before.lowerBoundBecause).toEqual([expect.stringMatching(/count again later$/)]);
  });

  test('allow for the longest transaction that any login of the service may hold', async () => {
    const longest = await api.sql.admin<{ login: string; ms: string | null }>(`
      SELECT rolname AS login, EXTRACT(epoch FROM substr(setting, 21)::interval) * 1000 AS ms
      FROM pg_roles LEFT JOIN LATERAL unnest(rolconfig) AS setting ON setting LIKE 'transaction_timeout=%'
      WHERE rolcanlogin AND NOT rolsuper AND NOT rolcreaterole`);
    expect(longest.length).toBeGreaterThan(5);
    expect(longest.filter(({ ms }) => ms === null || Number(ms) === 0 || Number(ms) * 2 > LONGEST_TRANSACTION_MS)).toEqual([]);
  });

  test('class every field alike', async () => {
    const rows = await api.sql.admin<{ field: string; class: string }>('SELECT field, class FROM audit.field_class');
    expect(FIELD_CLASS).toEqual(Object.fromEntries(rows.map((row) => [row.field, row.class])));
  });
});
