import type { MigrationFile } from '../../../lambda/migrate/files';
import { runMigrations } from '../../../lambda/migrate/runner';
import { MASTER, startCluster, type TestCluster } from '../../support/database';
import { migrationFile } from '../../support/migration-file';

let cluster: TestCluster;
let database: string;
beforeAll(async () => {
  cluster = await startCluster();
  database = await cluster.createDatabase();
}, 60_000);
afterAll(() => cluster.stop());
// Emptying a database takes a tenth of the time that making one does.
beforeEach(() => rows('DROP SCHEMA IF EXISTS migration CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public'));

const FIRST = migrationFile('0001-first.sql', 'CREATE TABLE public.one (n int); INSERT INTO public.one VALUES (1);');
const SECOND = migrationFile('0002-second.sql', 'CREATE TABLE public.two (n int);');
const THIRD = migrationFile('0003-third.sql', 'CREATE TABLE public.three (n int);');

const run = (files: readonly MigrationFile[], lockTimeoutMs?: number) =>
  cluster.as(MASTER, database, (client) => runMigrations(client, files, lockTimeoutMs));
const rows = (sql: string) =>
  cluster.as(MASTER, database, async (client) => (await client.query<Readonly<Record<string, unknown>>>(sql)).rows);
const tables = async () =>
  (await rows(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)).map(({ tablename }) => tablename);
const ledger = () => rows('SELECT name, sha256, applied_at FROM migration.schema_migration ORDER BY name');

describe('a run', () => {
  it('applies every file in order and records name and digest', async () => {
    await expect(run([FIRST, SECOND])).resolves.toEqual({ kind: 'migrated', applied: 2 });
    await expect(tables()).resolves.toEqual(['one', 'two']);
    await expect(ledger()).resolves.toEqual([
      { name: FIRST.name, sha256: FIRST.sha256, applied_at: expect.any(Date) as Date },
      { name: SECOND.name, sha256: SECOND.sha256, applied_at: expect.any(Date) as Date },
    ]);
  });

  it('changes nothing the second time', async () => {
    await run([FIRST, SECOND]);
    const before = await ledger();
    await expect(run([FIRST, SECOND])).resolves.toEqual({ kind: 'migrated', applied: 0 });
    await expect(ledger()).resolves.toEqual(before);
    await expect(rows('SELECT n FROM public.one')).resolves.toEqual([{ n: 1 }]);
  });

  it('applies only what is new', async () => {
    await run([FIRST]);
    await expect(run([FIRST, SECOND, THIRD])).resolves.toEqual({ kind: 'migrated', applied: 2 });
  });

  it('records in a schema that no other login can use', async () => {
    await run([FIRST]);
    await expect(rows(`SELECT has_schema_privilege('public', 'migration', 'USAGE') AS usable`)).resolves.toEqual([{ usable: false }]);
  });
});

describe('a history that does not match', () => {
  beforeEach(() => run([FIRST, SECOND]));

  it.each([
    [
      'an applied file was edited',
      [{ ...FIRST, ...migrationFile(FIRST.name, `${FIRST.sql} `) }, SECOND, THIRD],
      'migration_altered',
      FIRST.name,
    ],
    ['an applied file is gone', [SECOND, THIRD], 'migration_missing', FIRST.name],
    ['an applied file was renamed', [FIRST, migrationFile('0002-renamed.sql', SECOND.sql), THIRD], 'migration_missing', SECOND.name],
    [
      'a file was slipped in before an applied one',
      [migrationFile('0000-early.sql', 'SELECT 1'), FIRST, SECOND, THIRD],
      'migration_out_of_order',
      '0000-early.sql',
    ],
    [
      'a file was slipped in between',
      [FIRST, migrationFile('0001-later.sql', 'SELECT 1'), SECOND, THIRD],
      'migration_out_of_order',
      '0001-later.sql',
    ],
  ])('is refused, naming the file, and nothing is applied: %s', async (_, files, code, file) => {
    await expect(run(files)).resolves.toEqual({ kind: 'refused', code, file });
    await expect(tables()).resolves.toEqual(['one', 'two']);
  });
});

describe('a file that fails', () => {
  const BROKEN = migrationFile(
    '0002-broken.sql',
    `CREATE TABLE public.half (n int); INSERT INTO public.one VALUES (2); SELECT 'Jane Canary'::int;`,
  );

  it('is rolled back whole, leaves earlier files applied and later ones alone', async () => {
    await expect(run([FIRST, BROKEN, THIRD])).resolves.toEqual({
      kind: 'refused',
      code: 'migration_failed',
      file: BROKEN.name,
      sqlState: '22P02',
    });
    await expect(tables()).resolves.toEqual(['one']);
    await expect(rows('SELECT n FROM public.one')).resolves.toEqual([{ n: 1 }]);
    await expect(ledger()).resolves.toHaveLength(1);
  });

  it('can be corrected and run again, since it was never applied', async () => {
    await run([FIRST, BROKEN]);
    await expect(run([FIRST, migrationFile(BROKEN.name, 'CREATE TABLE public.whole (n int);')])).resolves.toEqual({
      kind: 'migrated',
      applied: 1,
    });
  });

  it("keeps the server's message to itself", async () => {
    expect(JSON.stringify(await run([FIRST, BROKEN]))).not.toContain('Canary');
  });

  it.each(['CREATE TABLE public.escaped (n int); COMMIT;', 'CREATE TABLE public.escaped (n int); COMMIT; BEGIN;', 'ROLLBACK;'])(
    'is refused when it ends its transaction: %s',
    async (sql) => {
      const file = migrationFile('0002-escape.sql', sql);
      await expect(run([FIRST, file, THIRD])).resolves.toEqual({ kind: 'refused', code: 'migration_left_transaction', file: file.name });
      await expect(ledger()).resolves.toHaveLength(1);
      expect(await tables()).not.toContain('three');
    },
  );
});

describe('runners at the same time', () => {
  /** Waits until a runner of this database is in the middle of the given statement. */
  const running = async (statement: string): Promise<void> => {
    const found = `datname = '${database}' AND state = 'active' AND query LIKE '%${statement}%' AND pid <> pg_backend_pid()`;
    const sql = `SELECT FROM pg_stat_activity WHERE ${found}`;
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await rows(sql)).length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`No runner reached ${statement} within 2 s.`);
  };

  // A plain INSERT twice would leave two rows; the pause gives every other runner the time to try.
  const SLOW = migrationFile('0001-slow.sql', 'CREATE TABLE public.one (n int); INSERT INTO public.one VALUES (1); SELECT pg_sleep(0.2);');

  it('take turns: one applies, the others find nothing to do', async () => {
    const outcomes = await Promise.all([run([SLOW, SECOND]), run([SLOW, SECOND]), run([SLOW, SECOND])]);
    expect(outcomes.map((outcome) => (outcome.kind === 'migrated' ? outcome.applied : outcome.code)).sort()).toEqual([0, 0, 2]);
    await expect(rows('SELECT n FROM public.one')).resolves.toEqual([{ n: 1 }]);
  });

  it('are told when the wait is too long, and change nothing', async () => {
    const slow = run([migrationFile('0001-slow.sql', 'SELECT pg_sleep(0.6)')]);
    await running('pg_sleep(0.6)');
    await expect(run([FIRST], 50)).resolves.toEqual({ kind: 'refused', code: 'migration_lock_timeout' });
    await expect(slow).resolves.toEqual({ kind: 'migrated', applied: 1 });
  });

  it('cannot be held up for long by one that was frozen: the server ends a silent session before the others give up', async () => {
    const limits = await cluster.as(MASTER, database, async (client) => {
      await runMigrations(client, [FIRST]);
      const names = ['idle_session_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout'];
      const found = await client.query<{ name: string; setting: string }>('SELECT name, setting FROM pg_settings WHERE name = ANY ($1)', [
        names,
      ]);
      return Object.fromEntries(found.rows.map(({ name, setting }) => [name, Number(setting)]));
    });
    expect(limits).toEqual({ idle_session_timeout: 60_000, idle_in_transaction_session_timeout: 60_000, lock_timeout: 75_000 });
  });

  it('do not wait for one that was killed, and find nothing of its work', async () => {
    const killed = run([FIRST, migrationFile('0002-endless.sql', 'CREATE TABLE public.half (n int); SELECT pg_sleep(60)')]).catch(
      () => 'connection lost',
    );
    await running('pg_sleep(60)');
    await cluster.as('postgres', 'postgres', (client) =>
      client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`),
    );
    await expect(killed).resolves.toBe('connection lost');
    await expect(run([FIRST, SECOND])).resolves.toEqual({ kind: 'migrated', applied: 1 });
    await expect(tables()).resolves.toEqual(['one', 'two']);
  });
});
