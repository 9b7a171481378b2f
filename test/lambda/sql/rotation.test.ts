import { randomUUID } from 'node:crypto';
import { readMigrations } from '../../../lambda/migrate/files';
import { runMigrations } from '../../../lambda/migrate/runner';
import { columnsOfClass, ROTATED_TABLES, tablesOfClass } from '../../../lambda/key-rotation/columns';
import { ENCRYPTED_TABLES, type EncryptedTable } from '../../../lambda/records/places';
import { KEY_CLASSES } from '../../../lambda/records/ports';
import { MASTER } from '../../support/database';
import { SCHEMAS } from '../../support/rotation-world';
import { Rotator, under } from '../../support/rotator';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { SqlWorld } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let rotator: Rotator;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
  rotator = new Rotator(service);
}, 60_000);
afterAll(() => service.stop());

describe('the login of the rotation', () => {
  it('has its limits, and looks names up in the catalogue only, without asking for either', async () => {
    const [settings] = await service.as(
      'key_rotator',
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('transaction_timeout') AS transaction,
         current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction,
         current_setting('idle_session_timeout') AS idle, current_setting('search_path') AS path`,
    );
    expect(settings).toEqual({
      ...{ statement: '10min', lock: '10s', transaction: '12min', idle_in_transaction: '15s', idle: '2min' },
      path: 'pg_catalog, pg_temp',
    });
  });

  it('executes eight functions and nothing else that was made here', async () => {
    const found = await service.admin<{ name: string }>(`
      SELECT p.oid::regproc::text AS name FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
      WHERE n.nspname = ANY ('{phi,authz,crypto,api,audit,migration}')
        AND has_function_privilege('key_rotator', p.oid, 'EXECUTE') ORDER BY 1`);
    expect(found.map(({ name }) => name)).toEqual(
      ['add_data_key', 'list_data_keys', 'lock_rotation', 'read_pass', 'read_values', 'retire_data_key', 'rewrite_values', 'save_pass'].map(
        (name) => `crypto.${name}`,
      ),
    );
  });

  it('can read, add to, change, delete from and empty no table', async () => {
    const tables = await service.admin<{ name: string }>(`
      SELECT c.oid::regclass::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname = ANY ('{phi,authz,crypto,api,audit,migration}')`);
    expect(tables.length).toBeGreaterThan(15);
    const allowed: string[] = [];
    for (const { name } of tables) {
      for (const sql of [`SELECT FROM ${name}`, `INSERT INTO ${name} DEFAULT VALUES`, `DELETE FROM ${name}`, `TRUNCATE ${name}`]) {
        const code = await service.as('key_rotator', sql).then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
        if (code !== '42501') allowed.push(`${sql}: ${code ?? ''}`);
      }
    }
    expect(allowed).toEqual([]);
  });

  it.each([
    ['become the owner of its functions', 'SET ROLE phi_rotation'],
    ['create a temporary table', 'CREATE TEMP TABLE event (id int)'],
    ['make a function', `CREATE FUNCTION crypto.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['read a record through the API', 'SELECT api.me(NULL, NULL, NULL, NULL, NULL, NULL)'],
    ['switch triggers off', 'SET session_replication_role = replica'],
  ])('cannot %s', async (_, sql) => {
    await expect(service.as('key_rotator', sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('is not taken over, nor is the owner, when one found in place has powers', async () => {
    const database = await service.cluster.createDatabase();
    const migrate = (files = readMigrations()) => service.cluster.as(MASTER, database, (client) => runMigrations(client, files));
    await expect(migrate(readMigrations().filter(({ name }) => name < '0016'))).resolves.toMatchObject({ kind: 'migrated' });
    const refused = { kind: 'refused', code: 'migration_failed', file: '0016-key-rotation.sql', sqlState: '0P000' };
    for (const [before, after] of [
      ['ALTER ROLE key_rotator BYPASSRLS', 'ALTER ROLE key_rotator NOBYPASSRLS'],
      ['ALTER ROLE phi_rotation CREATEROLE', 'ALTER ROLE phi_rotation NOCREATEROLE'],
      ['GRANT phi_rotation TO key_rotator', 'REVOKE phi_rotation FROM key_rotator'],
      ['GRANT pg_read_all_data TO phi_rotation', 'REVOKE pg_read_all_data FROM phi_rotation'],
    ] as const) {
      await service.admin(before);
      const outcome = await migrate();
      await service.admin(after);
      expect([before, outcome]).toEqual([before, refused]);
    }
    await service.admin(`CREATE ROLE rds_iam`);
    await service.admin(`GRANT rds_iam TO ${MASTER} WITH ADMIN OPTION`);
    await expect(migrate()).resolves.toMatchObject({ kind: 'migrated' });
    const members = await service.admin(`
      SELECT m.rolname FROM pg_auth_members AS a JOIN pg_roles AS m ON m.oid = a.member JOIN pg_roles AS g ON g.oid = a.roleid
      WHERE g.rolname = 'rds_iam' AND m.rolname LIKE '%rotat%'`);
    expect(members).toEqual([{ rolname: 'key_rotator' }]);
  });
});

describe('the list of encrypted columns', () => {
  it('is every bytea column of the database but indexes, digests and wrapped keys', async () => {
    const found = await service.admin<{ name: string }>(`
      SELECT table_schema || '.' || table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE data_type = 'bytea' AND table_schema = ANY ('{phi,authz,audit,api,crypto}') AND column_name !~ '_bidx$'`);
    const named = Object.entries(ENCRYPTED_TABLES).flatMap(([table, columns]) =>
      columns.map(({ column }) => `${SCHEMAS[table as keyof typeof SCHEMAS]}.${table}.${column}`),
    );
    const others = ['phi.document.sha256', 'api.idempotency.request_sha256', 'crypto.data_key.wrapped'];
    expect(found.map(({ name }) => name).sort()).toEqual([...named, ...others].sort());
  });

  it('is, with ids, all that the owner of the rotation may read, and without them all that it may change', async () => {
    const found = await service.admin<{ cell: string }>(`
      SELECT table_schema || '.' || table_name || ' ' || privilege_type || ' ' || column_name AS cell
      FROM information_schema.column_privileges WHERE grantee = 'phi_rotation' AND table_schema = ANY ('{phi,authz,audit,api}')
        AND table_name <> 'event'`);
    const ids: Readonly<Record<EncryptedTable, readonly string[]>> = {
      patient: ['id'],
      visit_note: ['id', 'version', 'patient_id'],
      appointment: ['id', 'patient_id'],
      document: ['id', 'patient_id'],
      emergency_grant: ['id'],
      disclosure: ['id', 'patient_id'],
    };
    const expected = ROTATED_TABLES.flatMap((table) => {
      const columns = ENCRYPTED_TABLES[table].map(({ column }) => column);
      const at = (privilege: string) => (column: string) => `${SCHEMAS[table]}.${table} ${privilege} ${column}`;
      return [...[...ids[table], ...columns].map(at('SELECT')), ...columns.map(at('UPDATE'))];
    });
    expect(found.map(({ cell }) => cell).sort()).toEqual(expected.sort());
    const whole = await service.admin(`
      SELECT table_name, privilege_type FROM information_schema.role_table_grants
      WHERE grantee = 'phi_rotation' AND table_schema <> 'crypto'`);
    expect(whole).toEqual([]);
  });

  it('is what the database hands over, in the same order, and rewrites', async () => {
    await rotator.clearKeys();
    const ids = new Map<string, string>();
    for (const keyClass of KEY_CLASSES) ids.set(keyClass, (await rotator.addKey(keyClass, null)).id);
    const doctor = await world.principal('clinician');
    const { id } = await world.patient(doctor);
    for (const { column } of ENCRYPTED_TABLES.patient) {
      await service.admin(`UPDATE phi.patient SET ${column} = $1`, [Buffer.from(column.padEnd(60, ' '))]);
    }
    for (const keyClass of KEY_CLASSES) {
      const [row] = await rotator.call<{ ciphertexts: Buffer[] }>('read_values', 'patient', keyClass, null, null, 10);
      expect(row?.ciphertexts.map((value) => value.toString().trim())).toEqual(columnsOfClass('patient', keyClass));
      const key = ids.get(keyClass) ?? '';
      const values = columnsOfClass('patient', keyClass).map((_, at) => under(key, 50 + at));
      const args = ['patient', keyClass, key, [id], [0], row?.ciphertexts, values];
      await expect(rotator.call('rewrite_values', randomUUID(), randomUUID(), ...args)).resolves.toEqual([{ outcome: 'ok', rewritten: 1 }]);
      const [stored] = await service.admin(`SELECT ${columnsOfClass('patient', keyClass).join()} FROM phi.patient`);
      expect(Object.values(stored ?? {})).toEqual(values);
    }
    await service.admin('TRUNCATE phi.patient CASCADE');
  });

  it.each([
    ['patient', 'none'],
    ['visit_note', 'identity'],
    ['session', 'clinical'],
    [null, 'clinical'],
  ])('has no table %p with class %p, and an unknown one is an error and not an end', async (table, keyClass) => {
    await expect(rotator.call('read_values', table, keyClass, null, null, 10)).rejects.toMatchObject({ code: '20000' });
  });

  it('has every table of a class once', () => {
    expect(KEY_CLASSES.map((each) => tablesOfClass(each).length)).toEqual([2, 5, 1]);
  });
});

describe('a batch', () => {
  let id: string;
  let [oldKey, newKey] = ['', ''];
  beforeEach(async () => {
    await rotator.clearKeys();
    oldKey = (await rotator.addKey('billing', null)).id;
    newKey = (await rotator.addKey('billing', oldKey)).id;
    ({ id } = await world.patient());
    await service.admin('UPDATE phi.patient SET insurance_id = $2, billing_address = NULL, payment_history = $3 WHERE id = $1', [
      ...[id, under(oldKey, 50), under(oldKey, 51)],
    ]);
  });
  const stored = () => service.admin('SELECT insurance_id, billing_address, payment_history, version FROM phi.patient WHERE id = $1', [id]);
  const rewrite = async (before: readonly unknown[], after: readonly unknown[], keyId = newKey, ids: readonly string[] = [id]) => {
    const request = randomUUID();
    const args = [randomUUID(), request, 'patient', 'billing', keyId, ids, ids.map(() => 0), before, after];
    const [row] = await rotator.call('rewrite_values', ...args);
    return { ...row, events: await rotator.eventsOf(request) };
  };
  const read = (): readonly unknown[] => [under(oldKey, 50), null, under(oldKey, 51)];

  it('is rewritten with one event, and leaves the version and empty columns alone', async () => {
    const after = [under(newKey, 50), null, under(newKey, 51)];
    await expect(rewrite(read(), after)).resolves.toEqual({
      ...{ outcome: 'ok', rewritten: 1 },
      events: [['key.change', 'U', 'success', 'rewrote_patient']],
    });
    const [insurance_id, billing_address, payment_history] = after;
    await expect(stored()).resolves.toEqual([{ insurance_id, billing_address, payment_history, version: 1 }]);
  });

  it.each([
    ['a value was changed', `payment_history = '\\x${'02'.repeat(60)}'`],
    ['a value was added', `billing_address = '\\x${'02'.repeat(60)}'`],
    ['a value was taken away', 'payment_history = NULL'],
  ])('leaves a row alone, without an event, in which %s since it was read', async (_, change) => {
    await service.admin(`UPDATE phi.patient SET ${change} WHERE id = $1`, [id]);
    const before = await stored();
    const rewritten = await rewrite(read(), [under(newKey, 50), null, under(newKey, 51)]);
    expect(rewritten).toEqual({ outcome: 'ok', rewritten: 0, events: [] });
    await expect(stored()).resolves.toEqual(before);
  });

  it('waits for a change under way and then leaves the row to it', async () => {
    const user = await service.connect('postgres');
    await user.query('BEGIN');
    await user.query('UPDATE phi.patient SET payment_history = $2, version = 2 WHERE id = $1', [id, under(oldKey, 52)]);
    const waiting = rewrite(read(), [under(newKey, 50), null, under(newKey, 51)]);
    const blocked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%rewrite_values%'`;
    while ((await service.admin(blocked)).length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await user.query('COMMIT');
    await user.end();
    await expect(waiting).resolves.toMatchObject({ rewritten: 0 });
    await expect(stored()).resolves.toMatchObject([{ payment_history: under(oldKey, 52), version: 2 }]);
  });

  it.each<[string, () => readonly [readonly unknown[], readonly unknown[], string?, (readonly string[])?]]>([
    ['a value under another key than it says', () => [read(), [under(oldKey, 49), null, under(newKey, 51)]]],
    ['a value where there was none', () => [read(), [under(newKey, 50), under(newKey, 50), under(newKey, 51)]]],
    ['no value where there was one', () => [read(), [under(newKey, 50), null, null]]],
    ['a value of another version', () => [read(), [Buffer.alloc(60, 2), null, under(newKey, 51)]]],
    ['too few values', () => [read(), [under(newKey, 50), null]]],
    ['an unknown key', () => [read(), read(), randomUUID()]],
    ['no rows', () => [[], [], newKey, []]],
  ])('with %s changes nothing', async (_, given) => {
    const [before, after, keyId, ids] = given();
    await expect(rewrite(before, after, keyId, ids)).resolves.toEqual({ outcome: 'invalid', rewritten: 0, events: [] });
    await expect(stored()).resolves.toMatchObject([{ insurance_id: under(oldKey, 50), payment_history: under(oldKey, 51) }]);
  });

  it('under a retired key, or under one of another class, changes nothing', async () => {
    const other = (await rotator.addKey('identity', null)).id;
    await service.admin('UPDATE crypto.data_key SET retired_at = now() WHERE id = $1', [oldKey]);
    for (const keyId of [oldKey, other]) await expect(rewrite(read(), read(), keyId)).resolves.toMatchObject({ outcome: 'invalid' });
  });
});
