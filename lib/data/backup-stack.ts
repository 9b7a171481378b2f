import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import type { LogLanding } from '../foundation/log-landing';
import type { ClientGroups } from '../network/client-groups';
import type { ServiceRole } from '../shared/service-role';
import { BackupPlans } from './backup';
import type { RecordsDatabase } from './records-database';
import { RestoreTests } from './restore-tests';

/** What is backed up, and under which keys. */
export interface BackupStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly groups: ClientGroups;
  readonly database: RecordsDatabase;
  readonly documents: IBucket;
  readonly archive: LogArchive;
  readonly landing: LogLanding;
}

/** Vaults, plan and restore tests. */
export class BackupStack extends Stack {
  /** Runs backups and restores. */
  readonly role: ServiceRole;
  private readonly plans: BackupPlans;
  private readonly restoreTests: RestoreTests;

  constructor(scope: Construct, id: string, props: BackupStackProps) {
    super(scope, id, props);
    const { config, keys, groups, database, documents, archive, landing } = props;
    const buckets = [documents, archive.auditBucket];
    this.plans = new BackupPlans(this, 'Backup', {
      config,
      keys,
      database: database.instance,
      buckets,
      logBuckets: [archive.trailBucket, landing.accessLogBucket, landing.albLogBucket, landing.configBucket],
    });
    const { role, pointInTime, longTerm } = this.plans;
    this.role = role;
    this.restoreTests = new RestoreTests(this, 'RestoreTests', {
      environment: config.name,
      role,
      vaults: [pointInTime, longTerm],
      database,
      databaseGroup: groups.database,
      buckets,
    });
  }

  /**
   * Backs up a bucket of a later stack, and tries to restore it, by selections in that stack. Its key must be one of the Backup role's.
   *
   * @param name what the bucket holds, in lower case: part of the name of its restore test.
   */
  include(scope: Construct, name: string, bucket: IBucket): void {
    this.plans.include(scope, 'Backups', bucket);
    this.restoreTests.include(scope, 'Restores', name, [bucket]);
  }
}
