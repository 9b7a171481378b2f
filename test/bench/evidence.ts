import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main as evidence } from '../../bin/evidence';
import { main as review } from '../../bin/review';
import { TYPESCRIPT } from '../support/command';
import { printFigures, progress, type Figure } from './figures';

/**
 * `npm run bench:evidence [-- ROUNDS]`: what the evidence pack of one environment costs against the synthesis of that environment, both as
 * commands, and how long a review of two assemblies takes after their synthesis, in turns of one run.
 */
const ROUNDS = Number(process.argv[2] ?? 5);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`ROUNDS is ${process.argv[2]}; expected a whole number of 1 or more.`);

const ROOT = join(__dirname, '..', '..');
const REVIEW_LIMIT_MS = 1_000;

/** Milliseconds of one command, from its start to its end. */
function command(args: readonly string[]): number {
  const before = performance.now();
  const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return performance.now() - before;
}

function synthesize(outdir: string, ...context: readonly string[]): number {
  return command([join(ROOT, 'node_modules', '.bin', 'cdk'), 'synth', '--quiet', '--no-lookups', '--no-notices', '-o', outdir, ...context]);
}

/** The same assembly, but for one property of the database in every environment. */
function changedCopy(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const templates = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((name) => /Data\w*\.template\.json$/.test(name));
  const changed = templates.filter((name) => {
    const text = readFileSync(join(to, name), 'utf8');
    writeFileSync(join(to, name), text.replace('"MultiAZ": true', '"MultiAZ": false'));
    return text.includes('"MultiAZ": true');
  });
  if (changed.length !== 3) throw new Error(`${changed.length} databases changed; there are three environments.`);
}

/** Milliseconds that a call takes, which must end with one of the codes. */
async function timed(call: () => number | Promise<number>, ...codes: readonly number[]): Promise<number> {
  const before = performance.now();
  const code = await call();
  if (!codes.includes(code)) throw new Error(`ended with ${code}`);
  return performance.now() - before;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-evidence-'));
  const [one, base, head] = ['one', 'base', 'head'].map((name) => join(folder, name)) as [string, string, string];
  const samples = { synth: [] as number[], pack: [] as number[], packInside: [] as number[], same: [] as number[], changed: [] as number[] };
  const silent = { print: () => undefined, complain: (text: string) => void process.stderr.write(text), progress: () => undefined };
  try {
    progress('synthesizing what is reviewed');
    synthesize(base);
    changedCopy(base, head);
    for (let round = 0; round <= ROUNDS; round += 1) {
      progress(`round ${round} of ${ROUNDS}`);
      const synth = synthesize(one, '-c', 'environment=prod');
      const out = join(folder, `pack-${round}`);
      const pack = command([...TYPESCRIPT, 'bin/evidence.ts', '--env', 'prod', '--assembly', one, '--out', out]);
      const inside = await timed(
        () =>
          evidence(['--env', 'prod', '--assembly', one, '--out', `${out}-inside`], { ...silent, sourceDateEpoch: '1795694400', commit: undefined }),
        0,
      );
      const run = { ...silent, today: '2026-11-27', repository: ROOT };
      const same = await timed(() => review([base, base], run), 0);
      const changed = await timed(() => review([base, head], run), 10, 20);
      // The first round warms up.
      if (round === 0) continue;
      samples.synth.push(synth);
      samples.pack.push(pack);
      samples.packInside.push(inside);
      samples.same.push(same);
      samples.changed.push(changed);
    }
    progress('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const synth: Figure = { name: 'cdk synth of one environment', samples: samples.synth };
  printFigures('The evidence pack of one environment', [
    synth,
    { name: 'npm run evidence', samples: samples.pack, against: synth, target: 1 },
    { name: 'the pack alone, in a process that is warm', samples: samples.packInside, against: synth, target: 1 },
  ]);
  printFigures('A review, in a process that is warm', [
    { name: 'three environments against themselves', samples: samples.same, target: REVIEW_LIMIT_MS },
    { name: 'three environments, each with a weaker database', samples: samples.changed, target: REVIEW_LIMIT_MS },
  ]);
}

void main();
