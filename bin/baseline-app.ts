import { App, Validations } from 'aws-cdk-lib';
import { Baseline } from '../lib/baseline';
import { CHECKS } from '../lib/compliance/catalogue';
import { selectEnvironments } from '../lib/config/select';
import { PolicyPlugin } from '../lib/policy-plugin';
import { RecordingPack } from '../lib/recording-pack';

/**
 * The app with the environments that the context selects, judged by the HIPAA pack and our checks. CDK synthesizes it when the program has
 * nothing else to do.
 *
 * @throws Error when the context selects an environment that there is not, or a configuration is not filled in; the message says which.
 */
export function baselineApp(): void {
  // The CLI judges only the stacks that a command selects, and with environments as stages `cdk synth` selects none: without
  // this an open finding would pass in silence. Here the app itself fails, whatever is selected.
  const app = new App({ postCliContext: { '@aws-cdk/core:failSynthOnValidationErrors': true } });
  for (const config of selectEnvironments(app.node.tryGetContext('environment'))) new Baseline(app, config);
  Validations.of(app).addPlugins(new RecordingPack(app), new PolicyPlugin(CHECKS));
}
