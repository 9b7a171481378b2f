import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import type { LogLanding } from '../foundation/log-landing';
import { AuditTrail } from './audit-trail';
import { ConfigRecorder } from './config-recorder';
import { HipaaConformancePack } from './conformance-pack';
import { TrailGuardian } from './trail-guardian';

/** What the trail takes from the foundation. */
export interface TrailStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly archive: LogArchive;
  readonly landing: LogLanding;
}

/** Who did what (CloudTrail), what is configured how (AWS Config), and whether that fits the rules (conformance pack). */
export class TrailStack extends Stack {
  /** What the trail records, for metric filters. */
  readonly eventLogGroup: ILogGroup;
  /** Watches over the trail; undefined where another team runs it. */
  readonly guardian: TrailGuardian | undefined;

  constructor(scope: Construct, id: string, props: TrailStackProps) {
    super(scope, id, props);
    const { config, keys, archive, landing } = props;
    const { accountTrail, configRecorder } = config.accountServices;
    if (accountTrail.source === 'adopt') {
      this.eventLogGroup = LogGroup.fromLogGroupName(this, 'AdoptedTrailEvents', accountTrail.logGroupName);
    } else {
      const trail = new AuditTrail(this, 'AuditTrail', {
        environment: config.name,
        archive: archive.trailBucket,
        accessLogBucket: landing.accessLogBucket,
        trailKey: keys.trail,
        logsKey: keys.logs,
      });
      this.eventLogGroup = trail.logGroup;
      this.guardian = new TrailGuardian(this, 'Guardian', { config, trail, archive: archive.trailBucket, keys });
    }
    const recorder = configRecorder.source === 'create'
      ? new ConfigRecorder(this, 'Config', { bucket: landing.configBucket, key: keys.audit })
      : undefined;
    new HipaaConformancePack(this, 'ConformancePack', { recorder });
  }
}
