import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORDS_ENVIRONMENT } from '../../lambda/records/contract';
import { albEvent } from '../support/alb-event';
import { ASSEMBLY_FOLDER, ENVIRONMENT_NAMES } from '../support/assembly';
import { judge, judgeAll } from '../support/claims';
import { landscapeOf } from '../support/landscape';

interface CodeProperties {
  readonly Code: { readonly S3Bucket: string; readonly S3Key: string };
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

const MAX_RECORDS_BUNDLE_BYTES = 700 * 1024;
const BUILTINS = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
/** What is named, and never loaded, and why. */
const NEVER_LOADED: Readonly<Record<string, string>> = {
  'pg-native': 'required inside a `try`: the client is used without its native binding',
  '@aws-sdk/signature-v4-crt': 'advice in the text of an error message of the SDK',
};

/** Bundle of a function, by the hash that its template names. */
function bundleOf(hash: string): string {
  return join(ASSEMBLY_FOLDER, `asset.${hash.replace(/\.zip$/, '')}`);
}

function recordsBundle(): string {
  return bundleOf(landscapeOf('prod').one<CodeProperties>('AWS::Lambda::Function', 'RecordsApi').properties.Code.S3Key);
}

/** Modules that a bundle names. */
function requiredBy(source: string): string[] {
  return [...new Set([...source.matchAll(/(?<![\w.$])require\("([^"]+)"\)/g)].flatMap(([, name]) => name ?? []))];
}

/** Runs an expression over `require('./index.js')` beside a copy of the bundle, where no other package is in reach. */
function runAlone(expression: string, environment: Readonly<Record<string, string>>): { value?: unknown; error?: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-alone-'));
  try {
    copyFileSync(join(recordsBundle(), 'index.js'), join(folder, 'index.js'));
    // A stack trace would print the whole bundle, which is one line.
    writeFileSync(
      join(folder, 'run.js'),
      `(async () => ({ value: await (${expression}) }))()
      .catch(({ message }) => ({ error: message }))
      .then((outcome) => require('node:fs').writeFileSync('outcome.json', JSON.stringify(outcome)));`,
    );
    spawnSync(process.execPath, ['run.js'], { cwd: folder, env: { ...environment }, timeout: 15_000 });
    return JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8')) as { value?: unknown; error?: string };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the bundle of every function', () => {
  it.each(ENVIRONMENT_NAMES)('is in the assembly, as the template names it (%s)', (environment) => {
    const land = landscapeOf(environment);
    expect(
      judge('functions', land.of<CodeProperties>('AWS::Lambda::Function'), ({ stack, properties }) => [
        !existsSync(join(bundleOf(properties.Code.S3Key), 'index.js')) && `has no index.js at ${properties.Code.S3Key}`,
        properties.Code.S3Bucket !== `cdk-hnb659fds-assets-${land.account}-${land.regionOf(stack)}` &&
          `comes from ${properties.Code.S3Bucket}`,
      ]),
    ).toEqual([]);
  });

  it('is the same in every environment', () => {
    const keys = ENVIRONMENT_NAMES.map((environment) =>
      landscapeOf(environment)
        .of<CodeProperties>('AWS::Lambda::Function')
        .map(({ logicalId, properties }) => `${logicalId}: ${properties.Code.S3Key}`),
    );
    expect(new Set(keys.map((each) => each.join())).size).toBe(1);
  });

  it('loads nothing but modules of Node.js', () => {
    const bundles = readdirSync(ASSEMBLY_FOLDER).filter(
      (name) => name.startsWith('asset.') && existsSync(join(ASSEMBLY_FOLDER, name, 'index.js')),
    );
    expect(
      judgeAll('bundles', bundles, (name) => {
        const required = requiredBy(readFileSync(join(ASSEMBLY_FOLDER, name, 'index.js'), 'utf8'));
        return [
          required.length === 0 && `${name}: no module found`,
          ...required.filter((module) => !BUILTINS.has(module) && !(module in NEVER_LOADED)).map((module) => `${name}: ${module}`),
        ];
      }),
    ).toEqual([]);
  });

  it('notices a module that was left outside', () => {
    expect(requiredBy('var a=y(require("node:fs")),b=x(()=>{c=require("@aws-sdk/client-ssm")});_require("no");d.require("no")')).toEqual([
      'node:fs',
      '@aws-sdk/client-ssm',
    ]);
  });

  it('carries the migrations where they are applied', () => {
    const { Code } = landscapeOf('prod').one<CodeProperties>('AWS::Lambda::Function', 'MigrationsMigrate').properties;
    const files = readdirSync(join(bundleOf(Code.S3Key), 'sql'));
    expect(files.filter((file) => file.endsWith('.sql'))).not.toEqual([]);
    expect(files.sort()).toEqual(readdirSync(join(__dirname, '..', '..', 'lambda', 'migrate', 'sql')).sort());
  });
});

describe('the bundle of the records API', () => {
  const environment = Object.fromEntries(
    RECORDS_ENVIRONMENT.map((name) => [
      name,
      name === 'USER_POOL_ID' ? 'us-east-1_Example01' : name === 'DATABASE_PORT' ? '5432' : 'example',
    ]),
  );

  it('is at most 700 KiB', () => {
    expect(statSync(join(recordsBundle(), 'index.js')).size).toBeLessThanOrEqual(MAX_RECORDS_BUNDLE_BYTES);
  });

  it('answers by itself, and no request otherwise than audited: without a database 503, as a problem document', () => {
    const { value, error } = runAlone(
      `require('./index.js').handler(${JSON.stringify(albEvent())}, { awsRequestId: '7e5f4d2c-0b1a-4c3d-9e8f-112233445566' })`,
      { ...environment, AWS_REGION: 'us-east-1' },
    );
    expect(error).toBeUndefined();
    const answer = value as { statusCode: number; body: string; multiValueHeaders: Record<string, string[]> };
    const headers = Object.fromEntries(Object.entries(answer.multiValueHeaders).map(([name, values]) => [name.toLowerCase(), values]));
    expect(answer.statusCode).toBe(503);
    expect(headers['content-type']).toEqual([expect.stringContaining('application/problem+json')]);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 503, code: 'audit_unavailable' });
  });

  it('refuses to start without its environment', () => {
    expect(runAlone(`require('./index.js')`, {}).error).toContain('Missing environment variables: USER_POOL_ID');
  });
});
