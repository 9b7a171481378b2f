import { postgresDatabase, type PostgresDatabase } from '../../lambda/records/adapters/postgres';
import { albEvent } from '../support/alb-event';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { ownServer } from '../support/run-loan';
import { startSqlService } from '../support/sql-service';
import { arrangeRecords, type RecordsScene } from '../support/records-scene';
import type { Actor } from '../support/sql-world';

let api: RecordsApi;
let scene: RecordsScene;
const opened: PostgresDatabase[] = [];
beforeAll(async () => {
  api = await startRecordsApi({}, () => startSqlService(ownServer));
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((database) => database.end()));
  await api.stop();
});
beforeEach(() => void api.log.lines.splice(0));

/** A connection of its own to the database, or to a port where there is none. */
function connect(port = api.sql.cluster.port): PostgresDatabase {
  const { password, trust } = api.sql.cluster;
  const address = { host: 'localhost', port, database: api.sql.database, user: 'records_api' };
  const made = postgresDatabase({ address, password, trust, connections: 1 });
  opened.push(made);
  return made;
}

async function ask(database: PostgresDatabase, actor: Actor, path: string) {
  const before = await api.world.countEvents();
  const service = api.compose({ database });
  const { statusCode, body } = await service(albEvent({ path }, { authorization: [`Bearer ${api.token(actor)}`] }), {});
  return {
    answer: [statusCode, (JSON.parse(body) as { readonly code?: string }).code],
    lines: api.log.parsed().map(({ event, code, auditEvents }) => [event, code, auditEvents]),
    rows: (await api.world.countEvents()) - before,
  };
}

const record = (): string => `/v1/patients/${scene.patient}`;

describe('without a database', () => {
  it('the answer is 503, and the log says that there is no row', async () => {
    await expect(ask(connect(1), scene.clinician, '/v1/me')).resolves.toEqual({
      answer: [503, 'database_unavailable'],
      lines: [
        ['audit_unavailable', 'database_unavailable', undefined],
        ['request', 'database_unavailable', 0],
      ],
      rows: 0,
    });
  });

  it.each<[string, string, () => [Actor, string]]>([
    ['a role that may not', 'forbidden', () => [scene.admin, record()]],
    ['a route that is none', 'not_found', () => [scene.clinician, '/v1/none']],
    ['keys that cannot be looked up', 'key_list_unavailable', () => [scene.clinician, record()]],
  ])('a refusal is not told as what it is: %s', async (_, code, make) => {
    await expect(ask(connect(1), ...make())).resolves.toEqual({
      answer: [503, 'audit_unavailable'],
      lines: [
        ['audit_unavailable', code, undefined],
        ['request', 'audit_unavailable', 0],
      ],
      rows: 0,
    });
  });
});

it('a proxy that has no connection left is the same outage', async () => {
  await api.sql.admin('ALTER ROLE records_api CONNECTION LIMIT 0');
  try {
    const { answer, rows } = await ask(connect(), scene.clinician, '/v1/me');
    expect([answer, rows]).toEqual([[503, 'database_unavailable'], 0]);
  } finally {
    await api.sql.admin('ALTER ROLE records_api CONNECTION LIMIT -1');
  }
});

it('a login that the database does not know any more is the same outage', async () => {
  await api.sql.admin('ALTER ROLE records_api NOLOGIN');
  try {
    await expect(ask(connect(), scene.clinician, '/v1/me')).resolves.toMatchObject({ answer: [503, 'database_unavailable'], rows: 0 });
  } finally {
    await api.sql.admin('ALTER ROLE records_api LOGIN');
  }
});

it('the same instance serves again once the database is back, without being started anew', async () => {
  const database = connect();
  await expect(ask(database, scene.clinician, record())).resolves.toMatchObject({ answer: [200, undefined], rows: 1 });
  await api.sql.admin('ALTER ROLE records_api CONNECTION LIMIT 0');
  await api.sql.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'records_api'`);
  expect((await ask(database, scene.clinician, '/v1/me')).answer[0]).toBe(503);
  await api.sql.admin('ALTER ROLE records_api CONNECTION LIMIT -1');
  await expect(ask(database, scene.clinician, record())).resolves.toMatchObject({ answer: [200, undefined], rows: 1 });
});

it('a function that the login may not execute is a fault of ours, with its row', async () => {
  await api.sql.admin('REVOKE EXECUTE ON FUNCTION api.clinician_read_patient FROM records_api');
  try {
    await expect(ask(connect(), scene.clinician, record())).resolves.toMatchObject({ answer: [500, 'internal_error'], rows: 1 });
  } finally {
    await api.sql.admin('GRANT EXECUTE ON FUNCTION api.clinician_read_patient TO records_api');
  }
});
