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
const ROUNDS = Number(process.argv[2] ?? 15);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`ROUNDS is ${process.argv[2]}; expected a whole number of 1 or more.`);

const TODAY = '2026-11-25';
const COPIES = [1, 3, 10];

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
    const models = COPIES.map((count) => ({ count, model: copiesOf(join(outdir, 'assembly-dev'), count) }));
    const samples = { pack: [] as number[], checks: COPIES.map(() => [] as number[]) };
    // The first round warms up. In turns, so that a busy moment of the machine falls on all of them.
    for (let round = 0; round <= ROUNDS; round += 1) {
      progress(`round ${round} of ${ROUNDS}`);
      const ofPack = timed(() => pack.validateScope(stage));
      const ofChecks = models.map(({ model }) => timed(() => runChecks(model(), CHECKS, TODAY)));
      if (round === 0) continue;
      samples.pack.push(ofPack);
      ofChecks.forEach((sample, at) => samples.checks[at]?.push(sample));
    }
    progress('');
    report(
      models.map(({ model }) => model().all.length),
      samples,
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function report(
  sizes: readonly number[],
  samples: { readonly pack: readonly number[]; readonly checks: readonly (readonly number[])[] },
): void {
  const pack: Figure = { name: 'HIPAA pack of cdk-nag, one environment', samples: samples.pack };
  const [one = []] = samples.checks;
  printFigures('Checks of one environment', [
    pack,
    { name: `our ${CHECKS.length} checks, the same environment`, samples: one, against: pack, target: 1 },
  ]);
  const perResource = samples.checks.map((each, at): Figure => ({
    name: `our checks, ${COPIES[at]} x the environment: ${sizes[at]} resources`,
    samples: each.map((sample) => (sample * 1_000) / (sizes[at] ?? 1)),
    unit: 'µs each',
  }));
  const [first] = perResource;
  printFigures(
    'Growth: the cost of one resource',
    perResource.map((figure, at) => (first && at > 0 ? { ...figure, against: first, target: 1.5 } : figure)),
  );
  if (median(one) > median(samples.pack)) process.exitCode = 1;
}

main();
