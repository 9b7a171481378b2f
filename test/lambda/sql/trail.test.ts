import { randomUUID } from 'node:crypto';
import { arrangeScene, actorOf, CATALOGUE } from '../../support/sql-catalogue';
import { LOGINS, OWNERS } from '../../support/database-roles';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { SqlWorld } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  world = new SqlWorld(service);
  await arrangeScene(world);
}, 60_000);
afterAll(() => service.stop());

const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'none',
  );

describe('the trail', () => {
  const tables = ['audit.event', 'audit.disclosure', 'audit.breach_assessment'];
  const changes = tables.flatMap((table) => [
    `UPDATE ${table} SET id = gen_random_uuid()`,
    `DELETE FROM ${table}`,
    `DELETE FROM ${table} WHERE false`,
    `TRUNCATE ${table}`,
    `TRUNCATE ${table} CASCADE`,
  ]);

  it.each(changes)('refuses every owner, every login and the administrator: %s', async (sql) => {
    const outcomes: string[] = [];
    for (const owner of OWNERS) outcomes.push(`${owner} ${await codeOf(service.asOwner(owner, undefined, (client) => client.query(sql)))}`);
    for (const login of [...LOGINS, 'postgres']) outcomes.push(`${login} ${await codeOf(service.as(login, sql))}`);
    expect(outcomes.filter((outcome) => !outcome.endsWith(' 42501'))).toEqual([]);
    expect(outcomes).toHaveLength(OWNERS.length + LOGINS.length + 1);
  });

  it.each([
    'UPDATE audit.disclosure SET recipient = recipient',
    'UPDATE audit.disclosure SET recipient = recipient WHERE false',
  ])('lets nobody but the owner of the rotation put a recipient under another key: %s', async (sql) => {
    const others = OWNERS.filter((owner) => owner !== 'phi_rotation');
    const outcomes: string[] = [];
    for (const owner of others) outcomes.push(`${owner} ${await codeOf(service.asOwner(owner, undefined, (client) => client.query(sql)))}`);
    for (const login of [...LOGINS, 'postgres']) outcomes.push(`${login} ${await codeOf(service.as(login, sql))}`);
    expect(outcomes.filter((outcome) => !outcome.endsWith(' 42501'))).toEqual([]);
    expect(outcomes).toHaveLength(others.length + LOGINS.length + 1);
    expect(await codeOf(service.asOwner('phi_rotation', undefined, (client) => client.query(sql)))).toBe('done');
  });

  it.each([
    ['id', 'gen_random_uuid()'],
    ['patient_id', 'gen_random_uuid()'],
    ['recorded_at', 'now()'],
    ['recorded_by', 'gen_random_uuid()'],
    ['disclosed_at', 'now()'],
    ['data_classes', `'{billing}'`],
    ['purpose', `'research'`],
  ])('keeps the %s of a disclosure even from the owner of the rotation, had it every privilege', async (column, value) => {
    const client = await service.connect('postgres');
    await client.query('BEGIN');
    await client.query('GRANT ALL ON audit.disclosure TO phi_rotation');
    await client.query('SET LOCAL ROLE phi_rotation');
    expect(await codeOf(client.query(`UPDATE audit.disclosure SET recipient = recipient, ${column} = ${value}`))).toBe('42501');
    await client.end();
  });

  it.each(tables)('refuses an administrator who switches replication mode on to get around the triggers of %s', async (table) => {
    const client = await service.connect('postgres');
    await client.query('SET session_replication_role = replica');
    expect(await codeOf(client.query(`DELETE FROM ${table}`))).toBe('42501');
    expect(await codeOf(client.query(`UPDATE ${table} SET id = id`))).toBe('42501');
    await client.end();
  });

  it('takes no sentence, no value and no unknown kind, whoever writes it', async () => {
    const columns = 'id, event_type, action, outcome, resource_type, request_id';
    const good = ['session', 'R', 'denied', 'principal', 'probe-1'];
    const add = (more: string, values: readonly unknown[], base: readonly unknown[] = good) =>
      service.admin(
        `INSERT INTO audit.event (${columns}${more}) VALUES (gen_random_uuid(), ${[...base, ...values].map((_, n) => `$${n + 1}`).join()})`,
        [...base, ...values],
      );
    await add(', reason, fields', ['not_related', ['name', 'mrn']]);
    await add(', reason, fields', ['r'.repeat(40), []], [...good.slice(0, 4), 'r'.repeat(64)]);
    const refused: readonly (readonly [more: string, values: readonly unknown[], base?: readonly unknown[]])[] = [
      [', reason', ['Zzyzx Canary']],
      [', reason', ['seen by dr. x']],
      [', fields', [['name', '900-12-3456']]],
      [', fields', [['name', null]]],
      [', fields', [['Zzyzx Canary']]],
      [', actor_id', ['zzyzx@example.com']],
      [', actor_role', ['superuser']],
      [', purpose', ['curiosity']],
      ['', [], ['gossip', 'R', 'denied', 'principal', 'probe-1']],
      ['', [], ['session', 'X', 'denied', 'principal', 'probe-1']],
      ['', [], ['session', 'R', 'fine', 'principal', 'probe-1']],
      ['', [], ['session', 'R', 'denied', 'Zzyzx Canary', 'probe-1']],
      ['', [], ['session', 'R', 'denied', 'principal', 'a request']],
      ['', [], ['session', 'R', 'denied', 'principal', '']],
      ['', [], ['session', 'R', 'denied', 'principal', 'r'.repeat(65)]],
      ['', [], ['session', 'R', 'denied', 'principal', 'probe-1\n']],
      ['', [], ['session', 'R', 'denied', 'p'.repeat(41), 'probe-1']],
      [', actor_id', ['a'.repeat(35)]],
      [', actor_id', ['g'.repeat(36)]],
      [', fields', [['name', 'f'.repeat(41)]]],
      [', reason', ['']],
      [', reason', ['r'.repeat(41)]],
    ];
    for (const [more, values, base] of refused) await expect(add(more, values, base)).rejects.toMatchObject({ code: '23514' });
  });

  it('has no byte of a record in it after every function was called', async () => {
    const canary = Buffer.from(`Zzyzx-Canary-${randomUUID()}-${randomUUID()}`);
    const scene = await arrangeScene(world);
    for (const entry of CATALOGUE) {
      const args = entry.args(scene).map((arg) => (Buffer.isBuffer(arg) && arg.length > 32 ? canary : arg));
      await world.call(entry.name, actorOf(scene, entry.role), ...args);
    }
    const [dump] = await service.admin<{ trail: string }>(`SELECT string_agg(e::text, ' ') AS trail FROM audit.event AS e`);
    expect(dump?.trail).toContain('medical_history');
    for (const form of [canary.toString(), canary.toString('hex'), canary.toString('base64')]) expect(dump?.trail).not.toContain(form);
  });
});

describe('a refusal decided outside the database', () => {
  const record = (...args: readonly unknown[]) => {
    const request = randomUUID();
    return world.callRaw('record_denial', request, [...args.slice(0, 2), randomUUID(), '203.0.113.9', request, ...args.slice(2)]);
  };

  it('is one event, with the patient it was about', async () => {
    const [actor, patient] = [await world.principal('billing'), randomUUID()];
    const { rows, events } = await record(actor.sub, 'billing', 'phi.access', 'R', 'denied', 'note', null, patient, 'role_refused');
    expect(rows).toEqual([{ outcome: 'ok' }]);
    expect(events).toMatchObject([
      {
        actor_id: actor.sub,
        actor_role: 'billing',
        event_type: 'phi.access',
        outcome: 'denied',
        patient_id: patient,
        reason: 'role_refused',
      },
    ]);
    expect(events).toHaveLength(1);
  });

  it('can be one of nobody, and one of a fault', async () => {
    const nobody = await record(null, null, 'session', 'R', 'denied', 'principal', null, null, 'token_expired');
    expect(nobody.events).toMatchObject([{ actor_id: null, actor_role: null, purpose: null, reason: 'token_expired' }]);
    const fault = await record(
      randomUUID(),
      'clinician',
      'integrity.failure',
      'R',
      'failed',
      'note',
      randomUUID(),
      randomUUID(),
      'field_malformed',
    );
    expect(fault.events).toMatchObject([{ event_type: 'integrity.failure', outcome: 'failed' }]);
  });

  it.each([
    ['success', 'why'],
    ['denied', null],
    [null, 'why'],
  ])('is never a success and never without a reason: %p %p', async (outcome, why) => {
    const { rows, events } = await record(randomUUID(), 'admin', 'session', 'R', outcome, 'principal', null, null, why);
    expect([rows, events]).toEqual([[{ outcome: 'invalid' }], []]);
  });
});

describe('what a caller sends', () => {
  const hostile = [`'`, `''; DROP TABLE phi.patient; -- $1 $$; SELECT 1; $$`, `\\"; SET ROLE postgres; {a,b} %s \u2019 OR 1=1`];

  it('is a value and never a part of a statement, in every text of every function', async () => {
    const scene = await arrangeScene(world);
    const [before] = await service.admin<{ n: number }>('SELECT count(*)::int AS n FROM phi.patient');
    const attempts = CATALOGUE.flatMap((entry) => {
      const args = entry.args(scene);
      return args.flatMap((arg, index) =>
        typeof arg !== 'string' && !Array.isArray(arg)
          ? []
          : hostile.map((text) => ({ entry, args: args.with(index, Array.isArray(arg) ? [text] : text) })),
      );
    });
    expect(attempts.length).toBeGreaterThan(150);
    const codes = new Set<string>();
    const attack = async ({ entry, args }: (typeof attempts)[number]) => {
      const actor = actorOf(scene, entry.role);
      const all = [actor.sub, actor.issuedAt, randomUUID(), null, randomUUID(), ...args];
      const call = service.as('records_api', `SELECT outcome FROM api.${entry.name}(${all.map((_, n) => `$${n + 1}`).join()})`, all);
      codes.add(
        await call.then(
          ([row]) => String(row?.['outcome']),
          (error: { code?: string }) => error.code ?? 'none',
        ),
      );
    };
    // A few at a time: a connection that is not made in five seconds on a busy machine is an error of another kind.
    for (let at = 0; at < attempts.length; at += 8) await Promise.all(attempts.slice(at, at + 8).map(attack));
    // A text that is no uuid or time never gets into a function; any other is compared, and found to be no code.
    expect([...codes].filter((code) => !['invalid', 'forbidden', 'ok', '22P02', '22007'].includes(code))).toEqual([]);
    expect([...codes]).toEqual(expect.arrayContaining(['invalid', '22P02', '22007']));
    await expect(service.admin('SELECT count(*)::int AS n FROM phi.patient')).resolves.toEqual([before]);
  });

  it.each([
    ['become an owner', 'SET ROLE phi_clinician'],
    ['become an owner for a transaction', 'SET LOCAL ROLE audit_owner'],
    ['become another login', 'SET SESSION AUTHORIZATION audit_exporter'],
    ['make a table that shadows a real one', 'CREATE TEMP TABLE event (id int)'],
    ['make a function that shadows a built-in one', `CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL'`],
    ['make an operator', 'CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)'],
    ['change a function', 'ALTER FUNCTION api.me RESET search_path'],
    ['grant itself more', 'GRANT phi_clinician TO records_api'],
    ['call a helper', 'SELECT authz.found_care_team(gen_random_uuid(), gen_random_uuid())'],
    ['write an event of its own', `SELECT audit.write(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`],
    ['plan a batch', 'SELECT audit.plan_batch()'],
    ['add a data key', `SELECT crypto.add_data_key(NULL, NULL, NULL, NULL, NULL, NULL)`],
    ['rewrite a value', `SELECT crypto.rewrite_values(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`],
    ['make an administrator', `SELECT authz.bootstrap_admin(gen_random_uuid(), gen_random_uuid(), 'x')`],
    ['sign somebody out', `SELECT authz.revoke_sessions(gen_random_uuid(), gen_random_uuid(), 'x')`],
    ['read the trail into a file', `COPY audit.event TO '/tmp/trail'`],
  ])('lets the login of the API not %s', async (_, sql) => {
    expect(await codeOf(service.as('records_api', sql))).toBe('42501');
  });

  it('cannot bend a function by search path or by a caller set beforehand', async () => {
    const [doctor, colleague] = [await world.principal('clinician'), await world.principal('clinician')];
    const theirs = await world.patient(colleague);
    const client = await service.connect('records_api');
    await client.query(`SET search_path = pg_temp, public, phi, pg_catalog`);
    await client.query(`SELECT set_config('app.sub', $1, false)`, [colleague.sub]);
    const read = (who: string) =>
      client.query<{ outcome: string }>('SELECT outcome FROM api.clinician_read_patient($1, $2, $3, NULL, $4, $5)', [
        ...[who, new Date(), randomUUID(), randomUUID(), theirs.id],
      ]);
    expect((await read(doctor.sub)).rows).toEqual([{ outcome: 'not_found' }]);
    expect((await read(colleague.sub)).rows).toEqual([{ outcome: 'ok' }]);
    await client.end();
  });

  it('with the id of an event that exists gets nothing, because nothing without an event of its own is answered', async () => {
    const doctor = await world.principal('clinician');
    const patient = await world.patient(doctor);
    const args = [doctor.sub, new Date(), randomUUID(), null, randomUUID(), patient.id];
    const read = () => service.as('records_api', 'SELECT * FROM api.clinician_read_patient($1, $2, $3, $4, $5, $6)', args);
    await expect(read()).resolves.toHaveLength(1);
    await expect(read()).rejects.toMatchObject({ code: '23505' });
  });
});
