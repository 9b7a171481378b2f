import { App, Validations } from 'aws-cdk-lib';
import { Baseline } from '../lib/baseline';
import { CHECKS } from '../lib/compliance/catalogue';
import { selectEnvironments } from '../lib/config/select';
import { PolicyPlugin } from '../lib/policy-plugin';
import { RecordingPack } from '../lib/recording-pack';

// The CLI judges only the stacks that a command selects, and with environments as stages `cdk synth` selects none: without
// this an open finding would pass in silence. Here the app itself fails, whatever is selected.
const app = new App({ postCliContext: { '@aws-cdk/core:failSynthOnValidationErrors': true } });
for (const config of selectEnvironments(app.node.tryGetContext('environment'))) new Baseline(app, config);
Validations.of(app).addPlugins(new RecordingPack(app), new PolicyPlugin(CHECKS));
