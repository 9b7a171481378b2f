import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { LOGINS, OWNERS } from '../support/database-roles';
import { ownServer } from '../support/run-loan';
import { startSqlService, type SqlService } from '../support/sql-service';
import { digest, SqlWorld, type Actor, type ArrangedPatient } from '../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let clinician: Actor;
let outsider: Actor;
let patient: ArrangedPatient;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
  [clinician, outsider] = [await world.principal('clinician'), await world.principal('clinician')];
  patient = await world.patient(clinician);
}, 60_000);
afterAll(() => service.stop());

const codeOf = (sql: string, values: readonly unknown[] = []): Promise<string> =>
  service.as('records_api', sql, values).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'none',
  );

describe('a taken-over API', () => {
  it('calls functions with anything for an argument and gets a refusal of the server, no row and no event', async () => {
    const functions = await service.admin<{ name: string; n: number }>(`
      SELECT proname AS name, pronargs::int AS n FROM pg_proc WHERE pronamespace = 'api'::regnamespace
        AND proname <> ALL ('{read_data_keys,record_denial}')`);
    expect(functions.length).toBeGreaterThan(40);
    const before = await world.countEvents();
    const wrong: string[] = [];
    for (const { name, n } of functions) {
      const literals = (one: string) => `SELECT * FROM api.${name}(${Array.from({ length: n }, () => one).join()})`;
      const attempts: readonly (readonly [string, string])[] = [
        [literals(`'''; DROP TABLE phi.patient; --'`), '22P02'],
        [literals(`'{"$ne":null}'::jsonb`), '42883'],
        [literals('ARRAY[1,2]'), '42883'],
        // An event without an id cannot be written, and what cannot be written down does not happen.
        [literals('NULL'), '23502'],
        [`SELECT * FROM api.${name}()`, '42883'],
      ];
      for (const [sql, code] of attempts) {
        const got = await codeOf(sql);
        if (got !== code) wrong.push(`${sql}: ${got}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await world.countEvents()).toBe(before);
  }, 30_000);

  it('puts no text of its own into the trail', async () => {
    // One of the texts is a word, which a request may be called.
    for (const text of HOSTILE_TEXTS.filter((each) => each !== 'NULL')) {
      const denial = [null, null, randomUUID(), null, randomUUID(), 'session', 'E', 'denied', 'request', null, null, 'forbidden'];
      const at = { role: 1, request: 4, type: 5, action: 6, resource: 8, reason: 11 };
      for (const place of Object.values(at)) {
        const values = denial.map((value, index) => (index === place ? text : value));
        const outcome = await codeOf(`SELECT * FROM api.record_denial(${values.map((_, index) => `$${index + 1}`).join()})`, values);
        expect(['23514', '22001']).toContain(outcome);
      }
    }
  });

  it('becomes nobody else', async () => {
    const roles = await service.admin<{ name: string }>(`SELECT rolname AS name FROM pg_roles WHERE rolname <> 'records_api'`);
    const names = roles.map(({ name }) => name);
    const others = LOGINS.filter((login) => login !== 'records_api');
    expect(names).toEqual(expect.arrayContaining([...others, ...OWNERS, 'postgres', 'pg_read_all_data', 'pg_read_server_files']));
    for (const name of names) {
      await expect(codeOf(`SET ROLE ${name}`)).resolves.toBe('42501');
      await expect(codeOf(`SET SESSION AUTHORIZATION ${name}`)).resolves.toBe('42501');
      await expect(codeOf(`GRANT ${name} TO records_api`)).resolves.toMatch(/^(?:42501|0LP01|0A000)$/);
    }
  });

  it.each([
    ['CREATE TEMP TABLE principal (sub uuid)', '42501'],
    ['CREATE TABLE api.principal (sub uuid)', '42501'],
    ['CREATE TABLE public.principal (sub uuid)', '42501'],
    ['CREATE SCHEMA records_api', '42501'],
    ['CREATE VIEW api.v AS SELECT 1', '42501'],
    [`CREATE FUNCTION api.now() RETURNS int LANGUAGE sql AS 'SELECT 1'`, '42501'],
    [`CREATE FUNCTION pg_temp.now() RETURNS int LANGUAGE sql AS 'SELECT 1'`, '42501'],
    ['CREATE EXTENSION dblink', '42501'],
    ['CREATE PUBLICATION p', '42501'],
    [`SELECT nextval('audit.event_seq_seq')`, '42501'],
    [`COPY audit.event TO '/tmp/event'`, '42501'],
    [`COPY (SELECT 1) TO PROGRAM 'id'`, '42501'],
    [`COPY audit.event FROM PROGRAM 'id'`, '42501'],
    ['DO $$ BEGIN LOCK TABLE audit.event; END $$', '42501'],
    ['ALTER TABLE audit.event DISABLE TRIGGER append_only', '42501'],
    ['ALTER FUNCTION api.me SECURITY INVOKER', '42501'],
    ['ALTER ROLE records_api SUPERUSER', '42501'],
    ['ALTER ROLE records_api BYPASSRLS', '42501'],
    ['ALTER SYSTEM SET log_statement = none', '42501'],
    ['SET session_replication_role = replica', '42501'],
    ['SET log_statement = none', '42501'],
    [`SELECT authz.bootstrap_admin(gen_random_uuid(), gen_random_uuid(), 'x')`, '42501'],
    [`SELECT authz.revoke_sessions(gen_random_uuid(), gen_random_uuid(), 'x')`, '42501'],
    ['SELECT authz.may_treat(gen_random_uuid(), gen_random_uuid())', '42501'],
    ['SELECT rolpassword FROM pg_authid', '42501'],
    ['SELECT passwd FROM pg_shadow', '42501'],
    ['SELECT stavalues1 FROM pg_statistic', '42501'],
    [`SELECT pg_read_file('PG_VERSION')`, '42501'],
    [`SELECT pg_read_binary_file('server.key')`, '42501'],
    [`SELECT pg_ls_dir('.')`, '42501'],
    [`SELECT pg_stat_file('PG_VERSION')`, '42501'],
    ['SELECT pg_ls_logdir()', '42501'],
    ['SELECT * FROM pg_hba_file_rules', '42501'],
    [`SELECT lo_import('/etc/passwd')`, '42501'],
    [`SELECT lo_export(1, '/tmp/x')`, '42501'],
    ['SELECT pg_reload_conf()', '42501'],
    ['SELECT pg_switch_wal()', '42501'],
  ])('is refused: %s', async (sql, code) => {
    await expect(codeOf(sql)).resolves.toBe(code);
  });

  it('executes no function of the server that reads or writes files', async () => {
    const callable = await service.admin(`
      SELECT p.oid::regprocedure::text AS name FROM pg_proc AS p
      WHERE p.proname ~ '^(pg_read_|pg_ls_|pg_stat_file|pg_file_|lo_import|lo_export|pg_hba_file|pg_ident_file|pg_show_all_file)'
        AND has_function_privilege('records_api', p.oid, 'EXECUTE')`);
    expect(callable).toEqual([]);
  });

  it('sees no statement of anybody else', async () => {
    await service.as('audit_signals', 'SELECT 900123456');
    const seen = await service.as('records_api', `SELECT query FROM pg_stat_activity WHERE usename IS DISTINCT FROM 'records_api'`);
    expect(new Set(seen.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']));
  });
});

describe('a session that lies about its surroundings', () => {
  const read = (client: Client, sub: string) =>
    client.query<{ outcome: string }>('SELECT outcome FROM api.clinician_read_patient($1, now(), $2, NULL, $3, $4)', [
      ...[sub, randomUUID(), randomUUID(), patient.id],
    ]);

  it('gets what its caller may, whoever the setting says that the caller is', async () => {
    const client = await service.connect('records_api');
    await client.query(`SELECT set_config('app.sub', $1, false)`, [clinician.sub]);
    await expect(read(client, outsider.sub)).resolves.toMatchObject({ rows: [{ outcome: 'not_found' }] });
    await expect(read(client, clinician.sub)).resolves.toMatchObject({ rows: [{ outcome: 'ok' }] });
    // The last caller stays nobody: the setting of the function ended with its transaction.
    await expect(read(client, outsider.sub)).resolves.toMatchObject({ rows: [{ outcome: 'not_found' }] });
  });

  it('gets the same with another search path, and nothing with row security switched off', async () => {
    const client = await service.connect('records_api');
    await client.query('SET search_path = pg_temp, public, api, authz');
    await expect(read(client, outsider.sub)).resolves.toMatchObject({ rows: [{ outcome: 'not_found' }] });
    await client.query('SET row_security = off');
    await expect(read(client, clinician.sub)).rejects.toMatchObject({ code: '42501' });
  });

  it('is not served from temporary tables, functions and operators that shadow the real ones, even where it could make them', async () => {
    const client = await service.connect('postgres');
    await client.query('SET search_path = pg_temp, pg_catalog');
    await client.query(`CREATE TEMP TABLE principal AS SELECT '${outsider.sub}'::uuid AS sub, 'clinician'::text AS role`);
    await client.query(`CREATE TEMP TABLE care_team AS SELECT '${patient.id}'::uuid AS patient_id, '${outsider.sub}'::uuid AS sub`);
    await client.query(`CREATE FUNCTION pg_temp.may_treat(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
    await client.query(`CREATE FUNCTION pg_temp.same(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
    await client.query('CREATE OPERATOR pg_temp.= (FUNCTION = pg_temp.same, LEFTARG = uuid, RIGHTARG = uuid)');
    await client.query('GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO PUBLIC');
    await client.query('SET SESSION AUTHORIZATION records_api');
    const shadowed = await client.query<{ same: boolean }>('SELECT gen_random_uuid() OPERATOR(pg_temp.=) gen_random_uuid() AS same');
    expect(shadowed.rows).toEqual([{ same: true }]);
    await expect(read(client, outsider.sub)).resolves.toMatchObject({ rows: [{ outcome: 'not_found' }] });
    await expect(read(client, randomUUID())).resolves.toMatchObject({ rows: [{ outcome: 'forbidden' }] });
  });
});

describe('a search', () => {
  it('by an index that is empty, too long or of another column finds nobody', async () => {
    for (const index of [Buffer.alloc(0), Buffer.alloc(1_000), patient.ssnIndex, digest()]) {
      const found = await world.call('clinician_search_patients', clinician, 'mrn', index);
      expect(found.rows.map(({ id }) => id)).toEqual([null]);
    }
    await expect(world.call('clinician_search_patients', clinician, `mrn' OR '1'='1`, patient.mrnIndex)).resolves.toMatchObject({
      outcome: 'invalid',
    });
  });
});
