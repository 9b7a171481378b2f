import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { ADMINISTER_ENVIRONMENT } from '../../lambda/administer/contract';
import { JWKS_REFRESHER_ENVIRONMENT } from '../../lambda/jwks-refresher/contract';
import { KEY_ROTATION_ENVIRONMENT } from '../../lambda/key-rotation/contract';
import { MIGRATE_ENVIRONMENT } from '../../lambda/migrate/contract';
import { RECORDS_ENVIRONMENT } from '../../lambda/records/contract';
import { albEvent } from '../support/alb-event';
import { startAwsEndpoint } from '../support/aws-endpoint';
import { CLIENT_ID, jwksOf, makeKey, signToken, SUB, USER_POOL_ID } from '../support/token-issuer';

const LAMBDA = path.join(__dirname, '..', '..', 'lambda');
const FUNCTIONS = ['records', 'jwks-refresher', 'migrate', 'default-security-group', 'key-rotation', 'administer'];
/** What the functions need besides their contract is what Lambda sets itself. */
const LAMBDA_VARIABLES = { AWS_REGION: 'us-east-1', PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bundles-'));
  buildSync({
    entryPoints: Object.fromEntries(FUNCTIONS.map((name) => [`${name}/index`, path.join(LAMBDA, name, 'handler.ts')])),
    outdir: directory,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // The SDK's ES modules, from which what is not used is left out.
    mainFields: ['module', 'main'],
  });
  cpSync(path.join(LAMBDA, 'migrate', 'sql'), path.join(directory, 'migrate', 'sql'), { recursive: true });
});
afterAll(() => rmSync(directory, { recursive: true }));

/**
 * Runs an expression over the bundle, as `bundle`, in a process that knows only the given variables, and returns the lines it wrote.
 * A bundle that does not load leaves its message as the only line.
 */
async function run(name: string, expression: string, environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const program = `
    const say = (value) => console.log(JSON.stringify(value));
    let bundle;
    try { bundle = require(${JSON.stringify(path.join(directory, name, 'index.js'))}); } catch (error) { say(error.message); process.exit(); }
    Promise.resolve(${expression}).then(say);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', program], { env: { ...LAMBDA_VARIABLES, ...environment } });
  return stdout.trim().split('\n');
}

const values = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name === 'DATABASE_PORT' ? '5432' : name]));

describe('the bundle of', () => {
  it.each([
    ['records', RECORDS_ENVIRONMENT],
    ['jwks-refresher', JWKS_REFRESHER_ENVIRONMENT],
    ['migrate', MIGRATE_ENVIRONMENT],
    ['key-rotation', KEY_ROTATION_ENVIRONMENT],
    ['administer', ADMINISTER_ENVIRONMENT],
    ['default-security-group', []],
  ])('%s starts with exactly the variables of its contract and exports a handler', async (name, environment) => {
    await expect(run(name, 'typeof bundle.handler', values(environment))).resolves.toEqual(['"function"']);
  });

  it.each([
    ['records', RECORDS_ENVIRONMENT],
    ['jwks-refresher', JWKS_REFRESHER_ENVIRONMENT],
    ['migrate', MIGRATE_ENVIRONMENT],
    ['key-rotation', KEY_ROTATION_ENVIRONMENT],
    ['administer', ADMINISTER_ENVIRONMENT],
  ])('%s does not start without them, and names each', async (name, environment) => {
    await expect(run(name, '1', {})).resolves.toEqual([expect.stringContaining(environment.join(', ')) as string]);
  });

  it('records stays within 700 KB', () => {
    expect(statSync(path.join(directory, 'records', 'index.js')).size).toBeLessThan(700_000);
  });

  it('records answers a request with the key set out of Parameter Store, and writes one line', async () => {
    const key = makeKey('current-key=');
    const endpoint = await startAwsEndpoint(() => ({ status: 200, body: JSON.stringify({ Parameter: { Value: jwksOf(key) } }) }));
    const event = albEvent({}, { authorization: [`Bearer ${signToken(key)}`] });
    const lines = await run('records', `bundle.handler(${JSON.stringify(event)}, {}).then(({ statusCode, body }) => [statusCode, body])`, {
      ...values(RECORDS_ENVIRONMENT),
      ...endpoint.environment,
      USER_POOL_ID,
      USER_POOL_CLIENT_ID: CLIENT_ID,
    });
    await endpoint.close();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ event: 'request', route: 'me.read', status: 200, code: 'ok', role: 'clinician', sub: SUB }),
      [200, JSON.stringify({ sub: SUB, role: 'clinician' })],
    ]);
    expect(endpoint.calls.map(({ operation, body }) => [operation, JSON.parse(body) as unknown])).toEqual([
      ['AmazonSSM.GetParameter', { Name: 'JWKS_PARAMETER_NAME' }],
    ]);
  });
});
