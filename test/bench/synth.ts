import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { FUNCTION_NAMES, withFunctionBundle } from '../../lib/shared/function-bundles';
import { median, progress } from './figures';

/**
 * `npm run bench:synth [-- ROUNDS]`: medians and ratios of one run.
 *
 * The floor is the same app as plain JavaScript, with the functions built beforehand and no validators. All of them go
 * through the CLI, whose own second and a half is part of every figure.
 */
const ROOT = join(__dirname, '..', '..');
const WORK = join(ROOT, '.cache', 'bench-synth');
const FLOOR_APP = `node ${join(WORK, 'bin', 'app.js')}`;
const ROUNDS = Number(process.argv[2] ?? 5);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`ROUNDS is ${process.argv[2]}; expected a whole number of 1 or more.`);

interface Variant {
  readonly name: string;
  readonly args: readonly string[];
}

const ONE = ['-c', 'environment=dev'];
const VARIANTS = {
  floorOne: { name: 'floor, one environment', args: ['-a', FLOOR_APP, ...ONE] },
  floorAll: { name: 'floor, three environments', args: ['-a', FLOOR_APP] },
  innerOne: { name: 'inner loop (HIPAA pack), one environment', args: ['--no-validation', ...ONE] },
  innerAll: { name: 'inner loop (HIPAA pack), three environments', args: ['--no-validation'] },
  gatedOne: { name: 'full gate, one environment', args: ONE },
  gatedAll: { name: 'full gate, three environments', args: [] },
} as const satisfies Record<string, Variant>;

type VariantName = keyof typeof VARIANTS;

/** The floor's copy of the app: transpiled, without the pack and our checks, its bundler replaced by a look at what is built already. */
function buildFloor(): void {
  rmSync(WORK, { recursive: true, force: true });
  const sources = ['bin', 'lib', 'lambda'].flatMap((folder) => typescriptBelow(folder));
  buildSync({ absWorkingDir: ROOT, entryPoints: sources, outdir: WORK, outbase: ROOT, format: 'cjs', platform: 'node', target: 'node20' });
  for (const folder of ['lib/hipaa', 'lib/config', 'lambda/migrate/sql']) {
    cpSync(join(ROOT, folder), join(WORK, folder), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  }
  const functions = join(WORK, 'functions');
  for (const name of FUNCTION_NAMES) {
    withFunctionBundle(name, (folder) => cpSync(folder, join(functions, name), { recursive: true }));
  }
  writeFileSync(
    join(WORK, 'lib', 'shared', 'function-bundles.js'),
    `exports.withFunctionBundle = (name, use) => use(require('node:path').join(${JSON.stringify(functions)}, name));\n`,
  );
  const app = readFileSync(join(WORK, 'bin', 'baseline-app.js'), 'utf8');
  const bare = app
    .split('\n')
    .filter((line) => !/RecordingPack|recording-pack|policy-plugin|compliance\/catalogue/.test(line))
    .join('\n')
    .replace('new import_aws_cdk_lib.App({', 'new import_aws_cdk_lib.App({ builtinCloudFormationValidation: false,');
  if (!bare.includes('builtinCloudFormationValidation')) throw new Error('The floor still validates: bin/baseline-app.ts no longer has the shape this script expects.');
  writeFileSync(join(WORK, 'bin', 'baseline-app.js'), bare);
  writeFileSync(join(WORK, 'bin', 'app.js'), `require('./baseline-app').baselineApp();\n`);
}

function typescriptBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** Milliseconds of one synth. */
function measure({ name, args }: Variant): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', '.bin', 'cdk'), 'synth', '--quiet', '--no-lookups', '--no-notices', '-o', join(WORK, 'cdk.out'), ...args],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' } },
  );
  if (status !== 0) throw new Error(`${name} failed:\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function main(): void {
  buildFloor();
  const samples = new Map<VariantName, number[]>();
  const names = Object.keys(VARIANTS) as VariantName[];
  // Interleaved, so that a busy moment of the machine falls on all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      progress(`round ${round + 1} of ${ROUNDS}: ${VARIANTS[name].name}`);
      samples.set(name, [...(samples.get(name) ?? []), measure(VARIANTS[name])]);
    }
  }
  progress('');
  const medianOf = (name: VariantName): number => median(samples.get(name) ?? []);
  for (const name of names) {
    const floor = medianOf(name.endsWith('One') ? 'floorOne' : 'floorAll');
    console.log(`${VARIANTS[name].name.padEnd(46)} ${medianOf(name).toFixed(0).padStart(6)} ms  ${(medianOf(name) / floor).toFixed(2)} x its floor`);
  }
  console.log(`inner loop against the floor, one environment: ${(medianOf('innerOne') / medianOf('floorOne')).toFixed(2)} (target: at most 2)`);
  const added = (medianOf('innerAll') - medianOf('innerOne')) / 2;
  console.log(`each further environment adds ${added.toFixed(0)} ms to the inner loop, ${((medianOf('gatedAll') - medianOf('gatedOne')) / 2).toFixed(0)} ms to the full gate`);
}

main();
