import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import type { LogLanding } from '../foundation/log-landing';
import type { ServiceRole } from '../shared/service-role';
import { StaffRoles } from './staff-roles';
import { RecordsUserPool } from './user-pool';

/** What identities reach. */
export interface IdentityStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly archive: LogArchive;
  readonly landing: LogLanding;
  readonly documents: IBucket;
  readonly backupRole: ServiceRole;
  /** Functions that only break-glass invokes. */
  readonly administration: readonly IFunction[];
}

/** Users of the service, staff of the account, and the analyzer that watches what is shared outside it. */
export class IdentityStack extends Stack {
  readonly users: RecordsUserPool;
  readonly staff: StaffRoles;

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { config, keys, archive, landing, documents, backupRole, administration } = props;
    this.users = new RecordsUserPool(this, 'Users', { config, archive: archive.trailBucket });
    this.staff = new StaffRoles(this, 'Staff', {
      environment: config.name,
      keys,
      userPool: this.users.userPool,
      archives: [archive.trailBucket, archive.auditBucket, landing.accessLogBucket, landing.albLogBucket, landing.configBucket],
      documents,
      backupRole,
      administration,
    });
    if (config.accountServices.accessAnalyzer.source === 'create') {
      // L1: aws-accessanalyzer has no L2.
      new CfnAnalyzer(this, 'Analyzer', { type: 'ACCOUNT' });
    }
  }
}
