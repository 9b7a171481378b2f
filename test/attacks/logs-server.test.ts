import { randomUUID } from 'node:crypto';
import { logAsInProduction, makeServerLog } from '../support/server-log';
import { startCluster } from '../support/database';
import { migratedIn, startSqlService, type SqlService } from '../support/sql-service';

const serverLog = makeServerLog();
let service: SqlService;
beforeAll(async () => {
  service = await startSqlService(() => migratedIn(startCluster(serverLog.file)));
}, 60_000);
afterAll(async () => {
  await service.stop();
  serverLog.remove();
});

type Attempt = (canary: string) => readonly [string, readonly unknown[]];

/** A row that a constraint refuses: PostgreSQL explains itself with the row. */
const refusedRow: Attempt = (canary) => [
  'SELECT * FROM api.record_denial(NULL, NULL, $1, NULL, $2, $3, $4, $5, $6, NULL, NULL, $7)',
  [randomUUID(), randomUUID(), 'session', 'E', 'denied', canary, 'forbidden'],
];
const failing: Attempt = (canary) => ['SELECT 1 / (length($1) - length($1))', [canary]];
const passing: Attempt = (canary) => ['SELECT $1::text', [canary]];
const failingLiteral: Attempt = (canary) => [`SELECT 1 / (length('${canary}') - length('${canary}'))`, []];
const literal: Attempt = (canary) => [`SELECT '${canary}'`, []];

interface Logged {
  readonly log: string;
  readonly canary: string;
}

/** What the log says of one statement of the API's login. */
async function loggedOf(attempt: Attempt, changed: Readonly<Record<string, string>>): Promise<Logged> {
  await logAsInProduction(service, 'records_api', changed);
  const before = (await serverLog.read(service)).length;
  const canary = `canary ${randomUUID()}`;
  const client = await service.connect('records_api');
  const [sql, values] = attempt(canary);
  await client.query(sql, [...values]).catch(() => undefined);
  await client.end();
  return { log: (await serverLog.read(service)).slice(before), canary };
}

describe("with the parameters of production, the server's log", () => {
  it.each<[string, Attempt, string]>([
    ['a row that is refused', refusedRow, 'violates check constraint'],
    ['a parameter of a statement that fails', failing, 'division by zero'],
    ['a parameter of a statement', passing, ''],
    ['a literal of a statement that fails', failingLiteral, 'division by zero'],
    ['a literal of a statement', literal, ''],
  ])('holds nothing of %s', async (_, attempt, said) => {
    const { log, canary } = await loggedOf(attempt, {});
    expect(log).toContain(said);
    expect(log).not.toContain(canary);
  });
});

// One net at a time, the others taken down: each parameter alone keeps the value out, and without it the value is there.
describe('a value is kept out of the log by', () => {
  it.each<[string, string, Attempt, Readonly<Record<string, string>>]>([
    ['log_error_verbosity', 'default', refusedRow, {}],
    ['log_parameter_max_length', '-1', passing, { log_error_verbosity: 'default', log_statement: 'all' }],
    ['log_parameter_max_length_on_error', '-1', failing, { log_error_verbosity: 'default' }],
    ['log_min_error_statement', 'error', failingLiteral, { log_error_verbosity: 'default' }],
    ['log_min_duration_statement', '0', literal, { log_error_verbosity: 'default' }],
    ['log_statement', 'all', literal, { log_error_verbosity: 'default' }],
  ])('%s: with %s it is there', async (parameter, weak, attempt, others) => {
    const kept = await loggedOf(attempt, others);
    expect(kept.log).not.toContain(kept.canary);
    const leaked = await loggedOf(attempt, { ...others, [parameter]: weak });
    expect(leaked.log).toContain(leaked.canary);
  });

  it('nothing where PostgreSQL quotes it in the message itself: such a value must never be sent', async () => {
    const { log, canary } = await loggedOf((value) => ['SELECT $1::uuid', [value]], {});
    expect(log).toContain(`invalid input syntax for type uuid: "${canary}"`);
  });
});
