import { createServer, type AddressInfo, type Socket } from 'node:net';
import { postgresDatabase, type PostgresDatabase, type PostgresOptions } from '../../../../lambda/records/adapters/postgres';
import type { SqlValue } from '../../../../lambda/records/ports';
import { selfSignedCertificate } from '../../../../local/certificate';
import { everythingOf, thrownBy } from '../../../support/crypto-keys';
import { ownServer } from '../../../support/run-loan';
import { startSqlService, type SqlService } from '../../../support/sql-service';

const CANARY = 'canary 900-12-3456';

let service: SqlService;
const opened: PostgresDatabase[] = [];
let database: PostgresDatabase;
beforeAll(async () => {
  service = await startSqlService(ownServer);
  // Functions of a test's own, beside the real ones: what the adapter does must not depend on which one it calls.
  await service.admin(`
    CREATE FUNCTION api.probe_sleep(p_s float8) RETURNS void LANGUAGE sql AS 'SELECT pg_sleep(p_s)';
    CREATE FUNCTION api.probe_lock() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN LOCK TABLE phi.patient; END';
    CREATE FUNCTION api.probe_raise(p_code text, p_text text) RETURNS void LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION USING ERRCODE = p_code, MESSAGE = p_text, DETAIL = p_text, HINT = p_text; END';
    CREATE FUNCTION api.probe_session() RETURNS TABLE (pid int, tls boolean, named bigint, set_by_client text[]) LANGUAGE sql AS
      'SELECT pg_backend_pid(), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), (SELECT count(*) FROM pg_prepared_statements),
        ARRAY(SELECT name FROM pg_settings WHERE source IN (''client'', ''session'') ORDER BY 1)';
    CREATE FUNCTION api.probe_values(a bytea, b timestamptz, c uuid, d int, e boolean, f text, g text[], h bigint)
      RETURNS TABLE (a bytea, b timestamptz, c uuid, d int, e boolean, f text, g text[], h bigint)
      LANGUAGE sql AS 'SELECT $1, $2, $3, $4, $5, $6, $7, $8';
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO records_api`);
  database = connect();
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((each) => each.end()));
  await service.stop();
});

function connect(changed: Partial<PostgresOptions> = {}, host = 'localhost', port = service.cluster.port): PostgresDatabase {
  const { password, trust } = service.cluster;
  const address = { host, port, database: service.database, user: 'records_api' };
  const made = postgresDatabase({ address, password, trust, connections: 1, ...changed });
  opened.push(made);
  return made;
}

const sessionOf = async (of: PostgresDatabase) => (await of.call('probe_session', []))[0];
const killAll = () => service.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'records_api'`);

/** Runs with a time limit of the login changed, on a connection that has it. */
async function withLimit(name: string, value: string, run: (of: PostgresDatabase) => Promise<void>): Promise<void> {
  const [old] = await service.as<{ value: string }>('records_api', 'SELECT current_setting($1) AS value', [name]);
  await service.admin(`ALTER ROLE records_api SET ${name} = '${value}'`);
  try {
    await run(connect());
  } finally {
    await service.admin(`ALTER ROLE records_api SET ${name} = '${old?.value}'`);
  }
}

async function expectFailure(call: () => Promise<unknown>, code: string): Promise<void> {
  const error = await thrownBy(call);
  expect(error).toMatchObject({ name: 'CodedError', code, message: code });
  expect(everythingOf(error)).not.toMatch(/canary|900-12|records_api|localhost|127\.0\.0\.1|timeout|password|ECONN/i);
}

describe('a call', () => {
  it('hands values over as parameters and takes them back as they were', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const texts = ['a,b', '"', 'NULL', '{}'];
    const values = [Buffer.from([0, 1, 255]), new Date(1_234), id, 7, true, `'; $1 -- ${CANARY}`, texts, 5_368_709_120];
    const [row] = await database.call('probe_values', values);
    expect(row).toEqual({ a: values[0], b: values[1], c: id, d: 7, e: true, f: values[5], g: texts, h: '5368709120' });
    const nothing: readonly SqlValue[] = Array.from({ length: 8 }, () => null);
    expect(Object.values((await database.call('probe_values', nothing))[0] ?? {})).toEqual(nothing);
  });

  it('is made over TLS, by an unnamed statement, and sets nothing of the session', async () => {
    await database.call('me', [null, null, '00000000-0000-4000-8000-000000000002', null, 'r', 'clinician']);
    await expect(sessionOf(database)).resolves.toMatchObject({ tls: true, named: '0', set_by_client: ['client_encoding'] });
  });

  const ODD = ['', 'Me', 'me()', 'api.me', 'me; DROP TABLE phi.patient', 'me"', 'me\n', 'me$1', '1'];
  it.each(ODD)('of %j is refused unsent', async (name) => {
    await expectFailure(() => connect({}, 'localhost', 1).call(name, []), 'database_refused');
  });

  it('that waits for the one connection gets it', async () => {
    const pids = await Promise.all([sessionOf(database), sessionOf(database), sessionOf(database)]);
    expect(new Set(pids.map((session) => session?.['pid'])).size).toBe(1);
  });
});

describe('an error of the server is told apart by its SQLSTATE alone:', () => {
  it.each([
    ...['08006', '28000', '28P01', '40001', '40P01', '53100', '53300', '55P03', '57014', '57P01', '57P03', '58030', '25P03', '25P04'],
  ])('%s says nothing of the statement', async (state) => {
    await expectFailure(() => database.call('probe_raise', [state, CANARY]), 'database_unavailable');
  });

  it.each(['22P02', '22021', '23505', '23514', '42501', '42883', '42P01', 'P0001', 'XX000', '25P02', '0A000', '26000'])(
    '%s is a fault of ours',
    async (state) => {
      await expectFailure(() => database.call('probe_raise', [state, CANARY]), 'database_refused');
    },
  );
});

describe('a fault of ours is', () => {
  it.each<[string, string, readonly SqlValue[]]>([
    ['a function that does not exist', 'probe_nothing', [CANARY]],
    ['too few arguments', 'probe_sleep', []],
    ['an argument of another type', 'probe_sleep', [CANARY]],
    ['an argument that is no text to PostgreSQL', 'probe_raise', ['P0001', `${CANARY}\0`]],
  ])('%s', async (_, name, values) => {
    await expectFailure(() => database.call(name, values), 'database_refused');
  });

  it('a value that the driver cannot send', async () => {
    const unsendable = Object.assign([], {
      toPostgres: () => {
        throw new TypeError(CANARY);
      },
    });
    await expectFailure(() => database.call('probe_sleep', [unsendable]), 'database_refused');
  });
});

describe('an outage is', () => {
  it('a statement that takes longer than the login may', async () => {
    await withLimit('statement_timeout', '100ms', (of) => expectFailure(() => of.call('probe_sleep', [10]), 'database_unavailable'));
  });

  it('a lock that is not to be had', async () => {
    const holder = await service.connect('postgres');
    await holder.query('BEGIN; LOCK TABLE phi.patient');
    await withLimit('lock_timeout', '100ms', (of) => expectFailure(() => of.call('probe_lock', []), 'database_unavailable'));
    await holder.query('ROLLBACK');
  });

  it('a backend that is killed while it works', async () => {
    const of = connect();
    await sessionOf(of);
    const pending = expectFailure(() => of.call('probe_sleep', [10]), 'database_unavailable');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await killAll();
    await pending;
    await expect(sessionOf(of)).resolves.toMatchObject({ tls: true });
  });

  it.each<[string, () => PostgresDatabase | Promise<PostgresDatabase>]>([
    ['a login that is refused', () => connect({ password: CANARY })],
    ['a token that cannot be signed', () => connect({ password: () => Promise.reject(new Error(CANARY)) })],
    ['a port where nobody listens', () => connect({}, 'localhost', 1)],
    ['a certificate of another authority', async () => connect({ trust: [(await selfSignedCertificate('localhost')).cert] })],
    ['a certificate of another name', () => connect({}, '127.0.0.1')],
  ])('%s', async (_, make) => {
    await expectFailure(async () => (await make()).call('me', []), 'database_unavailable');
  });

  it('a server without TLS, which learns neither who calls nor what for', async () => {
    const heard: Buffer[] = [];
    const sockets: Socket[] = [];
    const plain = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (chunk) => {
        heard.push(chunk);
        socket.write('N');
      });
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    await expectFailure(() => connect({}, 'localhost', port).call('probe_raise', ['P0001', CANARY]), 'database_unavailable');
    // The request for TLS, eight bytes, and nothing after it.
    expect(Buffer.concat(heard).toString('hex')).toBe('0000000804d2162f');
    sockets.forEach((socket) => socket.destroy());
    plain.close();
  });

  it('a server that goes silent, whose late answer no other call gets', async () => {
    await withLimit('statement_timeout', '0', async (of) => {
      const before = await sessionOf(of);
      await expectFailure(() => of.call('probe_sleep', [7]), 'database_unavailable');
      expect((await sessionOf(of))?.['pid']).not.toBe(before?.['pid']);
    });
  }, 15_000);
});

describe('a connection', () => {
  it('that the server closed while it was idle is replaced', async () => {
    const of = connect();
    const before = await sessionOf(of);
    await killAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await sessionOf(of))?.['pid']).not.toBe(before?.['pid']);
  });

  it('that was not used for five minutes is not trusted, and a used one is kept', async () => {
    const of = connect();
    const before = await sessionOf(of);
    expect((await sessionOf(of))?.['pid']).toBe(before?.['pid']);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 5 * 60_000 + 1_000);
    const after = await sessionOf(of).finally(() => clock.mockRestore());
    expect(after?.['pid']).not.toBe(before?.['pid']);
  });

  it('asks for its password anew, since a token lives fifteen minutes', async () => {
    const password = jest.fn(() => Promise.resolve(service.cluster.password));
    const of = connect({ password });
    await sessionOf(of);
    await sessionOf(of);
    expect(password).toHaveBeenCalledTimes(1);
    await killAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sessionOf(of);
    expect(password).toHaveBeenCalledTimes(2);
  });
});
