import { randomUUID } from 'node:crypto';
import { Linter } from 'eslint';
import { Client, Query } from 'pg';
import { clientConfig } from '../../lambda/shared/database';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { admitPatients, arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import type { Row } from '../support/sql-service';

/**
 * What a client is told when the transaction that holds an answer's audit row does not commit: 164.312(b). The statement has run by then
 * and its rows are on their way, so this is where an answer could get ahead of its row.
 */
const PAGE = 100;

let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  await admitPatients(api, scene.clinician, PAGE - 1);
}, 60_000);
afterAll(() => api.stop());

/** Ways for a commit to fail, by what a deferred trigger does on behalf of the rows that it is for. */
const FAILURES = {
  'a constraint that is checked at COMMIT': `RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation'`,
  'a disk that is full at COMMIT': `RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'`,
  'a backend that is ended at COMMIT': 'PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)',
} as const;

async function failAtCommit(statement: string, rows: string): Promise<void> {
  await api.sql.admin(
    `CREATE OR REPLACE FUNCTION public.fail_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
     AS $$ BEGIN ${statement}; RETURN NULL; END $$`,
  );
  await api.sql.admin(
    `CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON audit.event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
     WHEN (${rows}) EXECUTE FUNCTION public.fail_at_commit()`,
  );
}

afterEach(async () => {
  await api.sql.admin('DROP TRIGGER IF EXISTS fail_at_commit ON audit.event');
});

const READS: readonly (readonly [string, () => Promise<Answer>, number])[] = [
  ['one record', () => api.send(scene.clinician, 'GET', `/v1/patients/${scene.patient}`), 1],
  ['a full page', () => api.send(scene.clinician, 'GET', '/v1/patients', { query: { limit: String(PAGE) } }), PAGE],
];

describe.each(READS)('a read of %s', (_, read, events) => {
  it('is answered with what it reads while commits succeed', async () => {
    const answer = await read();
    expect(answer.status).toBe(200);
    expect(answer.raw.split(VALUES.name)).toHaveLength(events + 1);
    expect(answer.events).toHaveLength(events);
  });

  it.each(Object.entries(FAILURES))('meets %s: a refusal without a value, and the trail has the failure alone', async (name, statement) => {
    await failAtCommit(statement, `NEW.outcome = 'success'`);
    const answer = await read();
    // A server that is out of reach is not asked for a second row; the log line of this request is what remains.
    const isPassing = name !== 'a constraint that is checked at COMMIT';
    expect(answer).toMatchObject({ status: isPassing ? 503 : 500, body: { code: isPassing ? 'database_unavailable' : 'internal_error' } });
    expect(answer.raw).not.toMatch(/Avery|Canary/);
    expect(answer.events.map(({ outcome, reason }) => [outcome, reason])).toEqual(isPassing ? [] : [['failed', 'internal_error']]);
  });

  it('is answered 503 when no row of any kind can be committed', async () => {
    await failAtCommit(FAILURES['a constraint that is checked at COMMIT'], 'true');
    const answer = await read();
    expect(answer).toMatchObject({ status: 503, body: { code: 'audit_unavailable' }, events: [] });
    expect(answer.raw).not.toMatch(/Avery|Canary/);
  });
});

describe('the driver', () => {
  const sql = 'SELECT * FROM api.clinician_list_patients($1, $2, $3, $4, $5, $6, $7)';
  const values = () => [scene.clinician.sub, new Date(), randomUUID(), '203.0.113.9', randomUUID(), null, PAGE];
  let client: Client;
  beforeEach(async () => {
    const { cluster, database } = api.sql;
    const address = { host: 'localhost', port: cluster.port, database, user: 'records_api' };
    client = new Client(clientConfig(address, cluster.password, cluster.trust));
    client.on('error', () => undefined);
    await client.connect();
    await failAtCommit(FAILURES['a constraint that is checked at COMMIT'], 'true');
  });
  afterEach(() => client.end());

  it('rejects its promise when the commit fails', async () => {
    await expect(client.query(sql, values())).rejects.toMatchObject({ code: '23514' });
  });

  it('has delivered every row of the page by then to whoever listens for rows, which is why that is banned', async () => {
    const delivered: Row[] = [];
    const failure = await new Promise<unknown>((resolve) => {
      const query = new Query<Row>(sql, values());
      query.on('row', (row) => delivered.push(row));
      query.on('error', resolve);
      client.query(query);
    });
    expect(failure).toMatchObject({ code: '23514' });
    expect(delivered).toHaveLength(PAGE);
    expect(delivered[0]?.['name']).toBeInstanceOf(Buffer);
  });
});

describe('the linter', () => {
  // The rules of the functions' own block, without the parser that knows types: a second instead of ten.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the configuration is a CommonJS file of JavaScript
  const whole = require('../../eslint.config.js') as readonly Linter.Config[];
  const own = whole.filter(({ files }) => files?.some((pattern) => pattern === 'lambda/**/*.ts'));
  const config = own.map(({ rules = {} }) => ({ files: ['**/*.js'], rules }));
  const verify = (code: string) => new Linter().verify(code, config, 'lambda/records/x.js').map(({ ruleId }) => ruleId);

  it.each([
    `query.on('row', (row) => send(row));`,
    `query.once('row', send);`,
    `pool.query(text).addListener('row', send);`,
    `client.query(new Cursor('SELECT 1'));`,
    `client.query(new pg.Query('SELECT 1'));`,
    `client.query(new QueryStream('SELECT 1'));`,
    `import Cursor from 'pg-cursor';`,
    `import Stream from 'pg-query-stream';`,
    `import { Query } from 'pg';`,
    `const { Query } = await import('pg-cursor');`,
    `const Cursor = require('pg-cursor');`,
  ])('refuses a function that takes rows one by one: %s', (code) => {
    expect(verify(code)).toEqual([expect.stringMatching(/^no-restricted-/) as string]);
  });

  it.each([`pool.on('error', ignore);`, `const { rows } = await pool.query('SELECT 1');`, `import { Pool } from 'pg';`])(
    'takes what waits for the commit: %s',
    (code) => {
      expect(verify(code)).toEqual([]);
    },
  );
});
