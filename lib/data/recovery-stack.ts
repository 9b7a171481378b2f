import type { StackProps } from 'aws-cdk-lib';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { denyKeyLoss } from '../foundation/keys';
import { classify } from '../shared/data-class';
import { archiveAdministrators, vaultName } from '../shared/fixed-names';
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
    const key = new Key(this, 'Key', {
      description: `${config.name}: copies of backups`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const administrators = archiveAdministrators(this, config.name);
    key.addToResourcePolicy(denyKeyLoss(administrators.breakGlassRoleArn));
    classify(key, 'phi');
    new LockedVault(this, 'Copies', {
      name: vaultName(config.name, 'recovery'),
      key,
      administrators,
      minRetention: Duration.days(POINT_IN_TIME_DAYS),
      maxRetention: Duration.days(config.retention.longTermBackupDays),
    });
  }
}
