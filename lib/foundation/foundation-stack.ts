import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { declareAdopted } from './adopted-resources';
import { Keys } from './keys';
import { LogArchive } from './log-archive';
import { LogLanding } from './log-landing';

/** Keys and log buckets: what every other stack encrypts with and writes to. */
export class FoundationStack extends Stack {
  readonly keys: Keys;
  readonly landing: LogLanding;
  readonly archive: LogArchive;

  constructor(scope: Construct, id: string, props: StackProps & { readonly config: EnvironmentConfig }) {
    super(scope, id, props);
    const { config } = props;
    declareAdopted(this, config);
    this.keys = new Keys(this, 'Keys', { environment: config.name });
    this.landing = new LogLanding(this, 'Landing', { config, auditKey: this.keys.audit });
    this.archive = new LogArchive(this, 'Archive', { config, landing: this.landing, trailKey: this.keys.trail, auditKey: this.keys.audit });
  }
}
