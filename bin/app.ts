import { App, Validations } from 'aws-cdk-lib';
import { Baseline } from '../lib/baseline';
import { selectEnvironments } from '../lib/config/select';
import { RecordingPack } from '../lib/recording-pack';

const app = new App();
for (const config of selectEnvironments(app.node.tryGetContext('environment'))) new Baseline(app, config);
Validations.of(app).addPlugins(new RecordingPack(app));
