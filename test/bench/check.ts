import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { HIPAASecurityChecks } from 'cdk-nag';
import { Baseline } from '../../lib/baseline';
import { CHECKS } from '../../lib/compliance/catalogue';
import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { parseTemplate } from '../../lib/compliance/model/template';
import { runChecks } from '../../lib/compliance/run-checks';
import { ENVIRONMENTS } from '../../lib/config/select';
import { CDK_CONTEXT } from '../support/synthesize';
import { median, printFigures, progress, type Figure } from './figures';

/**
 * `npm run bench:check [-- ROUNDS]`: what our checks cost over one environment whose templates are read, against what the published HIPAA
 * pack costs over the constructs of the same environment, in turns of one run; and how the cost grows with the templates.
 */
const ROUNDS = Number(process.argv[2] ?? 30);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`ROUNDS is ${process.argv[2]}; expected a whole number of 1 or more.`);

const TODAY = '2026-11-25';
const COPIES = [1, 3, 10];
/** Rounds after which Node.js has compiled most of what it is going to compile. */
const WARM_UP = 40;

/** Milliseconds that the processors spent on one call: others may use the machine, too. */
function timed(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The environment so many times over, each copy with names of its own, as one environment. */
function copiesOf(folder: string, count: number): () => EnvironmentModel {
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const [original] = readEnvironmentModels([join(folder, '..')]);
  if (!original || original.stacks.length !== texts.length) throw new Error(`${folder} is no environment.`);
  const stacks = Array.from({ length: count }, (_, copy) =>
    original.stacks.map(({ stack, region }, at) => {
      const own = (text: string): string => (copy === 0 ? text : text.replaceAll('dev-', `dev${copy}-`));
      return { stack: own(stack), region, template: parseTemplate(stack, own(texts[at] ?? '')) };
    }),
  ).flat();
  return () => new EnvironmentModel(original.place, stacks);
}

function main(): void {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-check-'));
  try {
    const app = new App({
      outdir,
      context: { ...CDK_CONTEXT, 'aws:cdk:enable-path-metadata': true },
      builtinCloudFormationValidation: false,
    });
    const stage = new Baseline(app, ENVIRONMENTS.dev);
    app.synth();
    const pack = new HIPAASecurityChecks(stage);
    const folder = join(outdir, 'assembly-dev');
    const checksOf = (model: () => EnvironmentModel) => () => runChecks(model(), CHECKS, TODAY);
    // Apart from the larger ones, whose garbage would be collected at the expense of whoever is next.
    const [ofPack = [], ofChecks = []] = sampleInTurns('pack and checks', [() => pack.validateScope(stage), checksOf(copiesOf(folder, 1))]);
    reportAgainstPack(ofPack, ofChecks);
    const models = COPIES.map((count) => copiesOf(folder, count));
    reportGrowth(
      models.map((model) => model().all.length),
      sampleInTurns('copies', models.map(checksOf)),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Milliseconds of every call. In turns, so that a busy moment of the machine falls on all of them. */
function sampleInTurns(label: string, calls: readonly (() => unknown)[]): readonly (readonly number[])[] {
  const samples = calls.map((): number[] => []);
  for (let round = 1; round <= WARM_UP + ROUNDS; round += 1) {
    progress(`${label}, round ${round} of ${WARM_UP + ROUNDS}`);
    calls.forEach((call, at) => {
      const sample = timed(call);
      if (round > WARM_UP) samples[at]?.push(sample);
    });
  }
  progress('');
  return samples;
}

function reportAgainstPack(ofPack: readonly number[], ofChecks: readonly number[]): void {
  const pack: Figure = { name: 'HIPAA pack of cdk-nag, one environment', samples: ofPack };
  printFigures('Checks of one environment', [
    pack,
    { name: `our ${CHECKS.length} checks, the same environment`, samples: ofChecks, against: pack, target: 1 },
  ]);
  if (median(ofChecks) > median(ofPack)) process.exitCode = 1;
}

function reportGrowth(sizes: readonly number[], samples: readonly (readonly number[])[]): void {
  const perResource = samples.map((each, at): Figure => ({
    name: `our checks, ${COPIES[at]} x the environment: ${sizes[at]} resources`,
    samples: each.map((sample) => (sample * 1_000) / (sizes[at] ?? 1)),
    unit: 'µs each',
  }));
  const [first] = perResource;
  printFigures(
    'Growth: the cost of one resource',
    perResource.map((figure, at) => (first && at > 0 ? { ...figure, against: first, target: 1.5 } : figure)),
  );
}

main();
