import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { BackupStack } from '../data/backup-stack';
import type { Keys } from '../foundation/keys';
import type { LogLanding } from '../foundation/log-landing';
import type { StaffRoles } from '../identity/staff-roles';
import { EvidenceAccess } from './evidence-access';
import { EvidenceBucket } from './evidence-bucket';

/** What a response is made with. */
export interface ResponseStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly landing: LogLanding;
  readonly backup: BackupStack;
  readonly staff: StaffRoles;
}

/** What happens after something is detected: the record of incidents, and who keeps it. */
export class ResponseStack extends Stack {
  readonly evidence: EvidenceBucket;

  constructor(scope: Construct, id: string, props: ResponseStackProps) {
    super(scope, id, props);
    const { config, keys, landing, backup, staff } = props;
    this.evidence = new EvidenceBucket(this, 'Evidence', { config, key: keys.evidence, accessLogBucket: landing.accessLogBucket });
    new EvidenceAccess(this, 'Access', { evidence: this.evidence, staff });
    backup.include(this.evidence, 'evidence', this.evidence.bucket);
  }
}
