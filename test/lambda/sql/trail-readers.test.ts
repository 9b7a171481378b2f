import { createHash, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type { Client } from 'pg';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { SqlWorld } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());

interface Plan {
  readonly no: string;
  readonly epoch: string;
  readonly from_xid: string;
  readonly to_xid: string;
  readonly prev: string;
}

const one = async <Result>(rows: Promise<Result[]>): Promise<Result> => {
  const [row] = await rows;
  if (row === undefined) throw new Error('no row');
  return row;
};
const EPOCH = '(SELECT b.epoch FROM audit.batch AS b WHERE b.no = $1)';
const plan = () => one(service.as<Plan & Record<string, unknown>>('audit_exporter', 'SELECT * FROM audit.plan_batch()'));
const read = (no: string, after: string | null = null, limit = 100_000) =>
  service.as<{ id: string; seq: string }>('audit_exporter', `SELECT * FROM audit.read_batch($1, ${EPOCH}, $2, $3)`, [no, after, limit]);
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const finish = async (no: string, digest: string, n: number) =>
  (await one(service.as('audit_exporter', `SELECT audit.finish_batch($1, ${EPOCH}, $2, $3) AS outcome`, [no, digest, n])))['outcome'];
/** Runs the exporter once, to the end, and returns the ids it exported. */
async function exportOnce(): Promise<string[]> {
  const { no } = await plan();
  const ids = (await read(no)).map(({ id }) => id);
  expect(await finish(no, sha(ids.join()), ids.length)).toBe('ok');
  return ids;
}
const write = async (client: Client, request: string) => {
  const args = [randomUUID(), randomUUID(), request];
  await client.query(
    `SELECT * FROM api.record_denial($1, 'admin', $2, NULL, $3, 'session', 'R', 'denied', 'principal', NULL, NULL, 'probe')`,
    args,
  );
};
const stored = async (request: string) =>
  (await service.admin<{ id: string }>('SELECT id FROM audit.event WHERE request_id = $1', [request])).map(({ id }) => id);

describe('an export window', () => {
  it('leaves out what is still running, and takes it when it has committed, however late', async () => {
    await exportOnce();
    const request = randomUUID();
    const [early, late] = [await service.connect('records_api'), await service.connect('records_api')];
    await late.query('BEGIN');
    await write(late, request);
    await write(early, request);
    expect(await exportOnce()).toEqual([]);
    await late.query('COMMIT');
    const exported = await exportOnce();
    expect(exported.sort()).toEqual((await stored(request)).sort());
    expect(exported).toHaveLength(2);
    await Promise.all([early.end(), late.end()]);
  });

  it('is planned again, the same, until it is finished, and then the next one begins where it ended', async () => {
    const [first, again] = [await plan(), await plan()];
    expect(again).toEqual(first);
    const ids = (await read(first.no)).map(({ id }) => id);
    expect(await finish(first.no, sha('x'), ids.length + 1)).toBe('conflict');
    expect(await finish(first.no, 'no digest', ids.length)).toBe('conflict');
    expect(await finish(first.no, sha('x'), ids.length)).toBe('ok');
    expect(await finish(first.no, sha('x'), ids.length)).toBe('ok');
    expect(await finish(first.no, sha('y'), ids.length)).toBe('conflict');
    expect(await finish('99999', sha('x'), 0)).toBe('not_found');
    const next = await plan();
    expect(next).toMatchObject({ no: String(Number(first.no) + 1), epoch: first.epoch, from_xid: first.to_xid, prev: sha('x') });
    await finish(next.no, sha('z'), 0);
  });

  it('is one for exporters that run at the same time', async () => {
    const plans = await Promise.all(Array.from({ length: 10 }, plan));
    expect(new Set(plans.map((each) => JSON.stringify(each))).size).toBe(1);
    await exportOnce();
  });

  it('is read in order, in pages, and the same each time', async () => {
    const request = randomUUID();
    const client = await service.connect('records_api');
    for (let n = 0; n < 5; n += 1) await write(client, request);
    await client.end();
    const { no } = await plan();
    const whole = await read(no);
    const pages = [await read(no, null, 2), await read(no, whole[1]?.seq ?? null, 2), await read(no, whole[3]?.seq ?? null, 2)];
    expect(pages.flat()).toEqual(whole);
    expect(whole.map(({ seq }) => Number(seq))).toEqual(whole.map(({ seq }) => Number(seq)).sort((a, b) => a - b));
    await exportOnce();
  });

  it('loses nothing and repeats nothing, however writers and exporters interleave', async () => {
    await exportOnce();
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('begin', 'write', 'write', 'commit', 'rollback'), who: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('plan', 'read', 'finish', 'crash'), who: fc.constant(0) }) },
    );
    const clients = await Promise.all([0, 1, 2, 3].map(() => service.connect('records_api')));
    let windows = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const request = randomUUID();
        const open = new Set<number>();
        const exported: string[] = [];
        let running: { no: string; ids: string[] | undefined } | undefined;
        const finishRunning = async (): Promise<void> => {
          running ??= { no: (await plan()).no, ids: undefined };
          running.ids ??= (await read(running.no)).map(({ id }) => id);
          expect(await finish(running.no, sha(running.ids.join()), running.ids.length)).toBe('ok');
          exported.push(...running.ids);
          windows += 1;
          running = undefined;
        };
        for (const { kind, who } of steps) {
          const client = clients[who] as Client;
          if (kind === 'begin' && !open.has(who)) {
            await client.query('BEGIN');
            open.add(who);
          } else if (kind === 'write') await write(client, request);
          else if ((kind === 'commit' || kind === 'rollback') && open.delete(who)) await client.query(kind);
          else if (kind === 'plan') running ??= { no: (await plan()).no, ids: undefined };
          else if (kind === 'read' && running) running.ids = (await read(running.no)).map(({ id }) => id);
          else if (kind === 'finish') await finishRunning();
          else if (kind === 'crash') running = undefined;
        }
        for (const who of open) await (clients[who] as Client).query('COMMIT');
        await finishRunning();
        await finishRunning();
        expect(exported.sort()).toEqual((await stored(request)).sort());
      }),
      { numRuns: 40 },
    );
    expect(windows).toBeGreaterThan(80);
    await Promise.all(clients.map((client) => client.end()));
  }, 30_000);
});

describe('the exporter', () => {
  it('reads events and batches, and neither writes them nor reads a record', async () => {
    await expect(service.as('audit_exporter', 'SELECT seq FROM audit.event LIMIT 1')).resolves.toHaveLength(1);
    for (const sql of [
      'INSERT INTO audit.batch (no) VALUES (1)',
      `UPDATE audit.batch SET digest = ''`,
      'DELETE FROM audit.batch',
      'SELECT id FROM phi.patient',
      'DELETE FROM phi.patient',
      'SELECT recipient FROM audit.disclosure',
      'SELECT sub FROM authz.principal',
      'SELECT api.me(NULL, NULL, NULL, NULL, NULL, NULL)',
      `SELECT audit.begin_epoch(gen_random_uuid(), repeat('0', 64))`,
    ]) {
      await expect(service.as('audit_exporter', sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('begins a new chain after a restore, citing the last digest of the old one', async () => {
    const abandoned = await plan();
    const epoch = randomUUID();
    const begin = async (id: string | null, prev: string) =>
      (await one(service.as('migrator', 'SELECT audit.begin_epoch($1, $2) AS outcome', [id, prev])))['outcome'];
    expect([await begin(null, sha('b')), await begin(epoch, 'b'), await begin(abandoned.epoch, sha('b'))]).toEqual(
      Array(3).fill('conflict'),
    );
    expect(await begin(epoch, sha('bucket'))).toBe('ok');
    expect(await plan()).toMatchObject({ no: abandoned.no, epoch, from_xid: abandoned.from_xid, prev: sha('bucket') });
    await exportOnce();
    expect(await begin(epoch, sha('c'))).toBe('conflict');
  });
});

describe('a stalled export', () => {
  const oldest = async () => (await one(service.as('audit_exporter', 'SELECT audit.oldest_unexported() AS at')))['at'] as Date | null;

  it('shows as the age of the oldest event outside a finished batch', async () => {
    await exportOnce();
    expect(await oldest()).toBeNull();
    const { events } = await world.call('me', await world.principal('admin'), 'admin');
    expect(await oldest()).toEqual(events[0]?.['at']);
    const { no } = await plan();
    expect(await oldest()).toEqual(events[0]?.['at']);
    await finish(no, sha('x'), (await read(no)).length);
    expect(await oldest()).toBeNull();
  });

  it('stops no reading unless a limit is set, and reading goes on once the export has caught up', async () => {
    const doctor = await world.principal('clinician');
    const patient = await world.patient(doctor);
    const reads = async () => (await world.call('clinician_read_patient', doctor, patient.id)).outcome;
    const limit = (value: string | null) => service.as('migrator', 'SELECT audit.stop_reads_after($1)', [value]);
    expect([await reads(), await reads()]).toEqual(['ok', 'ok']);
    await limit('0 seconds');
    expect(await reads()).toBe('unavailable');
    await exportOnce();
    expect(await reads()).toBe('ok');
    expect(await reads()).toBe('unavailable');
    await limit('1 hour');
    expect(await reads()).toBe('ok');
    await limit(null);
  });
});

describe('the counts for detections', () => {
  it('name no patient, and are all that their login reaches', async () => {
    const columns = await service.admin<{ name: string }>(`
      SELECT unnest(proargnames) AS name FROM pg_proc WHERE pronamespace = 'audit'::regnamespace AND proname LIKE 'count!_%' ESCAPE '!'`);
    expect(columns.map(({ name }) => name)).not.toContain('patient_id');
    const executable = await service.admin<{ name: string }>(
      `SELECT p.oid::regproc::text AS name FROM pg_proc AS p
       WHERE has_function_privilege('audit_signals', p.oid, 'EXECUTE') AND has_schema_privilege('audit_signals', p.pronamespace, 'USAGE')
         AND p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(executable.map(({ name }) => name)).toEqual([
      'audit.count_bait', 'audit.count_bursts', 'audit.count_overrides', 'audit.count_reach', 'audit.finish_signal_window',
      'audit.median_patients', 'audit.take_signal_window',
    ]);
    for (const sql of [
      'SELECT seq FROM audit.event',
      'SELECT no FROM audit.batch',
      'SELECT id FROM phi.patient',
      'SELECT audit.plan_batch()',
    ]) {
      await expect(service.as('audit_signals', sql)).rejects.toMatchObject({ code: '42501' });
    }
    for (const sql of [
      'SELECT sub FROM authz.principal',
      'SELECT authz.bootstrap_admin(NULL, NULL, NULL)',
      'SELECT authz.may_treat(NULL, NULL)',
    ]) {
      await expect(service.as('session_revoker', sql)).rejects.toMatchObject({ code: '42501' });
    }
  });
});
