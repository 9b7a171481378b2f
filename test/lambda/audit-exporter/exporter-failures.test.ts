import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderBatches } from '../../../lambda/audit-exporter/adapters/folder-batches';
import type { ExportConnection, ExporterPorts } from '../../../lambda/audit-exporter/exporter';
import type { BatchSigner, BatchStore } from '../../../lambda/audit-exporter/ports';
import { CodedError } from '../../../lambda/shared/outcome';
import { batchFiles, beginEpoch, connectTo, exporterOf, findingsIn, headersIn, NOWHERE, writeEvents, writeOldEvents } from '../../support/audit-export';
import { makeSigner } from '../../support/batches';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';

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

describe('a run that fails', () => {
  const failing = (code: string) => () => Promise.reject(new CodedError(code));
  const throwing: readonly (readonly [string, string, Partial<ExporterPorts>])[] = [
    ['the store', 'store_unavailable', { store: { create: failing('store_unavailable'), read: failing('store_denied') } }],
    ['the store’s refusal', 'store_denied', { store: { create: failing('store_denied'), read: failing('store_denied') } }],
    ['the signer', 'signer_unavailable', { signer: { ...signer, sign: failing('signer_unavailable') } }],
    ['something unforeseen', 'internal_error', { signer: { ...signer, sign: failing('never_heard_of') } }],
  ];

  it.each(throwing)('for %s says %s, and how long events have been waiting', async (_, code, ports) => {
    await writeOldEvents(service, 2, 400);
    const { line, thrown } = await run(ports);
    expect(line).toMatchObject({ event: 'export', code, batches: 0, events: 0 });
    expect(Number(line['oldestUnexportedS'])).toBeGreaterThanOrEqual(400);
    expect(thrown).toEqual(new CodedError(code));
    expect((await run()).line).toMatchObject({ code: 'ok', events: 2, oldestUnexportedS: 0 });
  });

  it('without a database says so, and nothing of an age', async () => {
    const failed = { kind: 'failed', code: 'database_login_refused', sqlState: '28000' } as unknown as ExportConnection;
    const { line, thrown } = await run({ connect: () => Promise.resolve(failed) });
    expect(line).toEqual({ event: 'export', code: 'database_login_refused', sqlState: '28000', batches: 0, events: 0, durationMs: expect.any(Number) as number });
    expect(thrown).toEqual(new CodedError('database_login_refused'));
  });

  it('with the database’s own error says its SQLSTATE and no word more', async () => {
    const connect = async (): Promise<ExportConnection> => {
      const connection = await connectTo(service);
      if (connection.kind === 'failed') return connection;
      const finish = () => service.as('audit_exporter', `SELECT 'canary-900-12-3456'::uuid`).then(() => 'ok' as const);
      return { ...connection, database: { ...connection.database, finish } };
    };
    const { line, thrown } = await run({ connect });
    expect(line).toMatchObject({ code: 'database_failed', sqlState: '22P02', oldestUnexportedS: 0 });
    expect(JSON.stringify([line, String(thrown)])).not.toContain('canary');
  });

  it('because it hangs still writes its line before Lambda ends it', async () => {
    const never: BatchSigner = { ...signer, sign: () => new Promise(() => undefined) };
    const { line, thrown } = await run({ signer: never }, { getRemainingTimeInMillis: () => 3_100 });
    expect(line).toMatchObject({ code: 'timed_out', batches: 0 });
    expect(thrown).toEqual(new CodedError('timed_out'));
  });

  it('ends its connection', async () => {
    const count = async () => (await service.admin(`SELECT FROM pg_stat_activity WHERE usename = 'audit_exporter' AND application_name = ''`)).length;
    const before = await count();
    for (const [, , ports] of throwing) await run(ports);
    expect(await count()).toBe(before);
  });
});

describe('a database restored to an earlier point', () => {
  /** What a restore brings back: the state before the last batch was planned, and other events after it. */
  const restore = async () => {
    await service.admin(`DELETE FROM audit.batch WHERE no = (SELECT max(no) FROM audit.batch)`);
    await writeEvents(service);
  };

  it('stops at other bytes under the name, overwrites nothing, and goes on in a new epoch that cites the old one', async () => {
    await writeEvents(service, 2);
    await run();
    await writeEvents(service, 1);
    await run();
    const [, last = ''] = batchFiles(folder);
    const before = readFileSync(path.join(folder, last), 'utf8');
    await restore();
    const { line, thrown } = await run();
    expect(line).toMatchObject({ code: 'batch_conflict', batches: 0 });
    expect(Number(line['oldestUnexportedS'])).toBeGreaterThan(0);
    expect(thrown).toEqual(new CodedError('batch_conflict'));
    expect((await run()).line).toMatchObject({ code: 'batch_conflict' });
    expect(readFileSync(path.join(folder, last), 'utf8')).toBe(before);

    expect(await beginEpoch(service, headersIn(folder)[1]?.digest ?? '')).toBe('ok');
    // The two that the restored database still has, and the beginning of the chain itself.
    expect((await run()).line).toMatchObject({ code: 'ok', events: 3 });
    expect(await findings()).toEqual([]);
    expect(headersIn(folder)).toHaveLength(3);
  });

  it('breaks the chain when the new epoch cites anything else', async () => {
    await run();
    await beginEpoch(service, 'f'.repeat(64));
    await run();
    expect((await findings()).map(({ code }) => code)).toEqual(['chain_broken']);
  });

  it('fails to plan rather than pass events over when transactions count from the start again', async () => {
    await run();
    await service.admin(`UPDATE audit.batch SET to_xid = '9999999999' WHERE no = (SELECT max(no) FROM audit.batch)`);
    expect((await run()).line).toMatchObject({ code: 'database_failed', sqlState: '55000' });
    await service.admin(`UPDATE audit.batch SET to_xid = pg_snapshot_xmin(pg_current_snapshot()) WHERE no = (SELECT max(no) FROM audit.batch)`);
    expect((await run()).line).toMatchObject({ code: 'ok' });
  });
});

describe('a batch that is there already', () => {
  /** Writes, and dies before it can say so. */
  const dying = (): BatchStore => ({
    ...folderBatches(folder),
    create: async (...args) => {
      await folderBatches(folder).create(...args);
      throw new CodedError('store_unavailable');
    },
  });

  it('is success when it is the same, as after a run that died', async () => {
    await writeEvents(service, 2);
    expect((await run({ store: dying() })).line).toMatchObject({ code: 'store_unavailable' });
    expect((await run()).line).toMatchObject({ code: 'ok', batches: 1, events: 2 });
    expect(batchFiles(folder)).toHaveLength(1);
  });

  it('is a conflict when one byte of it is another', async () => {
    await writeEvents(service, 2);
    await run({ store: dying() });
    const file = path.join(folder, batchFiles(folder)[0] ?? '');
    chmodSync(file, 0o600);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"R"', '"E"'));
    expect((await run()).line).toMatchObject({ code: 'batch_conflict' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"E"', '"R"'));
    expect((await run()).line).toMatchObject({ code: 'ok' });
  });
});
