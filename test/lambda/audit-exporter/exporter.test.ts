import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderBatches } from '../../../lambda/audit-exporter/adapters/folder-batches';
import type { BatchStore } from '../../../lambda/audit-exporter/ports';
import { newUuid } from '../../../lambda/shared/uuid';
import {
  batchFiles,
  beginEpoch,
  connectTo,
  exportedIds,
  exporterOf,
  findingsIn,
  headersIn,
  NOWHERE,
  writeEvent,
  writeEvents,
  writeOldEvents,
} from '../../support/audit-export';
import { makeSigner } from '../../support/batches';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { digest, SqlWorld } from '../../support/sql-world';

let service: SqlService;
let folder: string;
let run: ReturnType<typeof exporterOf>;
const { signer, key } = makeSigner();
beforeAll(async () => {
  service = await startSqlService(ownServer);
  run = exporterOf(service, () => folder, signer);
}, 60_000);
afterAll(() => service.stop());

/** Each test has a chain of its own, in a folder of its own, and an empty backlog. */
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exporter-'));
  await beginEpoch(service, '0'.repeat(64));
  // The beginning of a chain is an event too.
  await run({ store: NOWHERE });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Findings that are about this folder's batches among themselves: its first batch is not the first of this database. */
const findings = async () =>
  (await findingsIn(folder, key)).filter(({ code, found }) => !(code === 'batch_missing' && found.endsWith('as the first')));

describe('a run', () => {
  it('exports what was written since the last one, as a batch that verifies, and says so in one line', async () => {
    await writeEvents(service, 3);
    const { line, thrown } = await run();
    expect(thrown).toBeUndefined();
    expect(line).toEqual({ event: 'export', code: 'ok', batches: 1, events: 3, oldestUnexportedS: 0, durationMs: expect.any(Number) as number });
    expect(await findings()).toEqual([]);
    expect(exportedIds(folder)).toHaveLength(3);
  });

  it('writes every column of every event, digit for digit', async () => {
    const world = new SqlWorld(service);
    const clinician = await world.principal('clinician');
    const patient = await world.patient(clinician);
    await world.call('clinician_read_patient', clinician, patient.id);
    await world.call('clinician_search_patients', clinician, 'ssn', digest());
    await run();
    const rows = await service.admin<{ line: object; at: string }>(`
      SELECT to_jsonb(e) AS line, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
      FROM audit.event AS e WHERE e.actor_id = $1 ORDER BY e.seq`, [clinician.sub]);
    const lines = readFileSync(path.join(folder, batchFiles(folder)[0] ?? ''), 'utf8').split('\n').slice(1, -1);
    const expected = rows.map(({ line, at }) => {
      const { seq, xid } = line as { seq: number; xid: string };
      return { ...line, seq: String(seq), xid: String(xid), at };
    });
    expect(lines.map((each) => JSON.parse(each) as unknown)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1);
    expect(JSON.stringify(expected)).toContain('"ip":"203.0.113.9"');
  });

  it('writes an empty batch when there is nothing, because silence is an alarm', async () => {
    const { line } = await run();
    expect(line).toMatchObject({ code: 'ok', batches: 1, events: 0, oldestUnexportedS: 0 });
    expect(headersIn(folder)).toMatchObject([{ n: 0 }]);
  });

  it('leaves what is still running to the next one, and its age to the line once it is committed', async () => {
    const client = await service.connect('records_api');
    await client.query('BEGIN');
    await writeEvent(client);
    await writeEvents(service);
    expect((await run()).line).toMatchObject({ events: 0 });
    await client.query('COMMIT');
    expect((await run()).line).toMatchObject({ events: 2, oldestUnexportedS: 0 });
    await client.end();
    expect(await findings()).toEqual([]);
  });

  it('needs no context, as in a local run', async () => {
    expect((await run({}, undefined)).line).toMatchObject({ code: 'ok', batches: 1 });
  });
});

describe('a backlog', () => {
  it('is exported by one run, window after window of at most 10,000 events', async () => {
    await writeOldEvents(service, 10_400, 900);
    const { line } = await run();
    expect(line).toMatchObject({ code: 'ok', batches: 2, events: 10_400, oldestUnexportedS: 0 });
    expect(headersIn(folder).map((header) => header?.n)).toEqual([10_000, 400]);
    expect(await findings()).toEqual([]);
  }, 30_000);

  it('is left to the next run when time runs out, with its age in the line', async () => {
    await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
    await writeOldEvents(service, 5, 900);
    const { line } = await run({}, { getRemainingTimeInMillis: () => 20_000 });
    expect(line).toMatchObject({ code: 'ok', batches: 1, events: 0 });
    expect(Number(line['oldestUnexportedS'])).toBeGreaterThanOrEqual(900);
    expect(Number(line['oldestUnexportedS'])).toBeLessThan(960);
    expect((await run()).line).toMatchObject({ events: 5, oldestUnexportedS: 0 });
  });

  it('behind an interrupted empty window is exported by the same run', async () => {
    await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
    await writeOldEvents(service, 5, 900);
    expect((await run()).line).toMatchObject({ batches: 2, events: 5, oldestUnexportedS: 0 });
  });

  it('that is only a few seconds old is the next run’s', async () => {
    await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
    await writeOldEvents(service, 5, 3);
    const { line } = await run();
    expect(line).toMatchObject({ batches: 1, events: 0 });
    expect(Number(line['oldestUnexportedS'])).toBeGreaterThanOrEqual(3);
  });

  it('ends a run although a transaction holds it back', async () => {
    const client = await service.connect('records_api');
    await client.query('BEGIN');
    await writeEvent(client);
    await writeOldEvents(service, 5, 900);
    const { line } = await run();
    expect(line).toMatchObject({ batches: 2, events: 0 });
    await client.query('ROLLBACK');
    await client.end();
    expect((await run()).line).toMatchObject({ events: 5 });
  });

  it('of one transaction larger than a window is one window', async () => {
    await service.admin(`
      INSERT INTO audit.event (id, event_type, action, outcome, resource_type, request_id)
      SELECT gen_random_uuid(), 'session', 'R', 'success', 'principal', 'bulk' FROM generate_series(1, 7)`);
    await writeEvents(service, 2);
    const windows: string[][] = [];
    for (let rest = 9; rest > 0 && windows.length < 5; ) {
      const [plan] = await service.as<{ no: string; epoch: string }>('audit_exporter', 'SELECT * FROM audit.plan_batch(2)');
      const of = [plan?.no, plan?.epoch];
      const rows = await service.as<{ id: string; request_id: string }>('audit_exporter', 'SELECT * FROM audit.read_batch($1, $2, NULL, 100)', of);
      windows.push(rows.map(({ request_id }) => (request_id === 'bulk' ? 'bulk' : 'one')));
      rest -= rows.length;
      await service.as('audit_exporter', 'SELECT audit.finish_batch($1, $2, $3, $4)', [...of, 'a'.repeat(64), rows.length]);
    }
    expect(windows).toEqual([Array(7).fill('bulk'), ['one', 'one']]);
  });
});

describe('runs at the same time', () => {
  it('lose nothing, repeat nothing and all succeed', async () => {
    await writeEvents(service, 20);
    const runs = await Promise.all(Array.from({ length: 6 }, () => run()));
    expect(runs.map(({ line }) => line['code'])).toEqual(Array(6).fill('ok'));
    await run();
    expect(exportedIds(folder)).toHaveLength(20);
    expect(new Set(exportedIds(folder)).size).toBe(20);
    expect(await findings()).toEqual([]);
  });

  it('do not let one that is slow write under a chain that was given up meanwhile', async () => {
    await writeEvents(service);
    const slow: BatchStore = {
      ...folderBatches(folder),
      create: async (name, bytes) => {
        await beginEpoch(service, 'b'.repeat(64));
        await service.as('audit_exporter', 'SELECT * FROM audit.plan_batch()');
        return folderBatches(folder).create(name, bytes);
      },
    };
    expect((await run({ store: slow })).line).toMatchObject({ code: 'window_conflict', batches: 0 });
    const connection = await connectTo(service);
    if (connection.kind === 'failed') throw new Error(connection.code);
    const plan = { ...(await connection.database.plan()), epoch: newUuid() };
    await expect(connection.database.read(plan, undefined, 10)).rejects.toMatchObject({ code: 'P0002' });
    await connection.close();
  });
});
