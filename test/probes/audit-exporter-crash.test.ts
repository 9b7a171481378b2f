import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderBatches } from '../../lambda/audit-exporter/adapters/folder-batches';
import { runExport, type ExportPorts } from '../../lambda/audit-exporter/export-run';
import { CodedError } from '../../lambda/shared/outcome';
import { batchFiles, connectTo, exportedIds, findingsIn, writeEvent } from '../support/audit-export';
import { makeSigner } from '../support/batches';
import { ownServer } from '../support/run-loan';
import { startSqlService, type SqlService } from '../support/sql-service';

/** Wall-clock limit of the load; `PROBE_SECONDS` for longer. */
const SECONDS = Number(process.env['PROBE_SECONDS'] ?? 12);
const WRITERS = 6;
/** Before and after each of: plan, read, sign, create, read back, finish, age. */
const STEPS = ['plan', 'read', 'sign', 'create', 'readBack', 'finish', 'age'] as const;
type Boundary = `${'before' | 'after'} ${(typeof STEPS)[number]}`;

const { signer, key } = makeSigner();
let service: SqlService;
let folder: string;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  folder = mkdtempSync(path.join(tmpdir(), 'exporter-crash-'));
}, 60_000);
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

/** Writes events in transactions that commit late, or never, until it is told to stop. */
async function writer(stopped: () => boolean): Promise<void> {
  const client = await service.connect('records_api');
  while (!stopped()) {
    await client.query('BEGIN');
    for (let n = Math.ceil(Math.random() * 4); n > 0; n -= 1) await writeEvent(client);
    // Sequence numbers are drawn by now; others that are drawn later commit earlier.
    await sleep(Math.random() < 0.2 ? 60 * Math.random() : 4);
    await client.query(Math.random() < 0.15 ? 'ROLLBACK' : 'COMMIT');
  }
  await client.end();
}

/** Ports that count every boundary they pass and die at one of them, in the middle of a statement or a write as far as anyone can tell. */
function dyingAt(boundary: Boundary, { database, store, signer: signs }: ExportPorts, passed: Set<Boundary>): ExportPorts {
  const step = <Args extends unknown[], Result>(name: (typeof STEPS)[number], call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const reach = (at: Boundary): void => {
        if (at === boundary) {
          passed.add(at);
          throw new CodedError('crashed');
        }
      };
      reach(`before ${name}`);
      const result = await call(...args);
      reach(`after ${name}`);
      return result;
    };
  return {
    database: {
      plan: step('plan', () => database.plan()),
      read: step('read', (...args: Parameters<typeof database.read>) => database.read(...args)),
      finish: step('finish', (...args: Parameters<typeof database.finish>) => database.finish(...args)),
      oldestUnexportedS: step('age', () => database.oldestUnexportedS()),
    },
    store: {
      create: step('create', (name: string, bytes: Uint8Array) => store.create(name, bytes)),
      read: step('readBack', (name: string) => store.read(name)),
    },
    signer: { ...signs, sign: step('sign', (digest: Uint8Array) => signs.sign(digest)) },
  };
}

const outcomes = new Map<string, number>();

/** One run that dies at a boundary, or whose connection is killed after a moment, or that nothing happens to. */
async function runOnce(fate: Boundary | 'killed' | 'lives', passed: Set<Boundary>): Promise<void> {
  const connection = await connectTo(service);
  if (connection.kind === 'failed') throw new Error(connection.code);
  const ports = { database: connection.database, store: folderBatches(folder), signer };
  const dying = fate === 'killed' || fate === 'lives' ? ports : dyingAt(fate, ports, passed);
  const run = runExport(dying, () => 60_000, { batches: 0, events: 0 }).then(
    () => 'ok',
    (error: unknown) => (error instanceof CodedError ? String(error.code) : 'connection lost'),
  );
  if (fate === 'killed') {
    await sleep(Math.random() * 15);
    await service.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'audit_exporter'`);
  }
  const outcome = await run;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  await connection.close().catch(() => undefined);
}

describe('the exporter, killed at every step under load', () => {
  it('loses nothing, repeats nothing, and leaves a chain that verifies', async () => {
    let stop = false;
    const passed = new Set<Boundary>();
    const fates = STEPS.flatMap((name): Boundary[] => [`before ${name}`, `after ${name}`]);
    const writers = Array.from({ length: WRITERS }, () => writer(() => stop));
    const end = Date.now() + SECONDS * 1_000;
    let round = 0;
    while (Date.now() < end || round < 3 * fates.length) {
      const fate = fates[round % fates.length] ?? 'lives';
      // Two at once every third round, and a killed connection every fifth: each in the state that the one before it left.
      await Promise.all([
        runOnce(fate, passed),
        ...(round % 3 === 0 ? [runOnce(fates[(round * 5 + 3) % fates.length] ?? 'lives', passed)] : []),
        ...(round % 5 === 0 ? [runOnce('killed', passed)] : []),
      ]);
      if (round % 4 === 3) await runOnce('lives', passed);
      round += 1;
    }
    stop = true;
    await Promise.all(writers);
    await runOnce('lives', passed);
    await runOnce('lives', passed);

    const written = (await service.admin<{ id: string }>('SELECT id FROM audit.event')).map(({ id }) => id).sort();
    const exported = exportedIds(folder);
    expect(exported).toEqual(written);
    expect(new Set(exported).size).toBe(exported.length);
    expect(await findingsIn(folder, key)).toEqual([]);

    const [{ gaps } = { gaps: 0 }] = await service.admin<{ gaps: number }>('SELECT max(seq)::int - count(*)::int AS gaps FROM audit.event');
    const [crashed, killed] = [outcomes.get('crashed') ?? 0, outcomes.get('connection lost') ?? 0];
    // Without these the load was none: rolled-back numbers, crashes at each boundary, connections lost in a statement.
    expect(gaps).toBeGreaterThan(0);
    expect(fates.filter((fate) => !passed.has(fate))).toEqual([]);
    expect(killed).toBeGreaterThan(0);
    expect([...outcomes.keys()].filter((outcome) => !['ok', 'crashed', 'connection lost'].includes(outcome))).toEqual([]);
    process.stdout.write(
      `exporter: ${crashed} crashes, ${killed} killed connections, ${batchFiles(folder).length} batches, ${exported.length} events; 0 lost, 0 repeated\n`,
    );
  }, 240_000);
});
