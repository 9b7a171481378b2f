import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Baseline } from '../../lib/baseline';
import { CHECKS } from '../../lib/compliance/catalogue';
import type { Check } from '../../lib/compliance/check';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { ENVIRONMENTS } from '../../lib/config/select';
import { PolicyPlugin } from '../../lib/policy-plugin';
import { RecordingPack } from '../../lib/recording-pack';

/** Feature flags of `cdk.json`: outside the CLI nobody loads them, and templates would differ. */
export const CDK_CONTEXT = (
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as { context: Record<string, unknown> }
).context;

/**
 * Synthesizes environments as `bin/app.ts` does, without the CLI.
 *
 * @throws Error with the findings when the HIPAA pack or a check of ours has open ones
 */
export function synthesize({ outdir, environments = Object.values(ENVIRONMENTS), checks = CHECKS }: {
  readonly outdir: string;
  /** @default all */
  readonly environments?: readonly EnvironmentConfig[];
  /** Of ours, at the synth. @default all */
  readonly checks?: readonly Check[];
}): void {
  const app = new App({ outdir, context: { ...CDK_CONTEXT, 'aws:cdk:enable-path-metadata': true }, builtinCloudFormationValidation: false });
  for (const config of environments) new Baseline(app, config);
  Validations.of(app).addPlugins(new RecordingPack(app), new PolicyPlugin(checks));
  app.synth();
}
