import type { StackProps } from 'aws-cdk-lib';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { archiveAdministrators, vaultName } from '../shared/fixed-names';
import { protectedKey } from '../shared/protected-key';
import { POINT_IN_TIME_DAYS } from '../shared/retention';
import { LockedVault } from './backup-vaults';

/**
 * In the recovery Region: a locked vault under a key of its own, which receives a copy of every backup, so that the loss of
 * the home Region, or of its keys, loses no record. 164.308(a)(7)(ii)(B).
 */
export class RecoveryStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly config: EnvironmentConfig }) {
    super(scope, id, props);
    const { config } = props;
    const key = protectedKey(this, 'Key', { environment: config.name, dataClass: 'phi', description: 'copies of backups' });
    new LockedVault(this, 'Copies', {
      name: vaultName(config.name, 'recovery'),
      key,
      administrators: archiveAdministrators(this, config.name),
      minRetention: Duration.days(POINT_IN_TIME_DAYS),
      maxRetention: Duration.days(config.retention.longTermBackupDays),
    });
  }
}
