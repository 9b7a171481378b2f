import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Administrators } from '../shared/break-glass-deny';
import { denyUnlessBreakGlass } from '../shared/break-glass-deny';
import { classify } from '../shared/data-class';

/** One vault. */
export interface LockedVaultProps {
  readonly key: IKey;
  readonly administrators: Administrators;
  /** A job whose retention is outside the bounds fails, so every rule must keep within them. */
  readonly minRetention: Duration;
  /** Above `minRetention`. @default no upper bound */
  readonly maxRetention?: Duration;
  readonly name: string;
}

/**
 * A locked vault under a customer key: nobody but break-glass deletes a recovery point or shortens its life, and the lock
 * refuses retention outside its bounds. 164.308(a)(7)(ii)(A).
 *
 * The lock has no lock date, which would make it immutable for ever: break-glass, and nobody else on staff, may remove it.
 */
export class LockedVault extends Construct {
  readonly vault: IBackupVault;

  constructor(scope: Construct, id: string, props: LockedVaultProps) {
    super(scope, id);
    this.vault = new BackupVault(this, 'Vault', {
      backupVaultName: props.name,
      encryptionKey: props.key,
      lockConfiguration: { minRetention: props.minRetention, maxRetention: props.maxRetention },
      accessPolicy: new PolicyDocument({
        statements: [
          denyUnlessBreakGlass({
            sid: 'DenyRecoveryPointLoss',
            actions: [
              'backup:DeleteBackupVault',
              'backup:DeleteBackupVaultLockConfiguration',
              'backup:DeleteRecoveryPoint',
              'backup:DisassociateRecoveryPoint',
              'backup:UpdateRecoveryPointLifecycle',
            ],
            resources: ['*'],
            exceptRoleArns: [props.administrators.breakGlassRoleArn],
          }),
          denyUnlessBreakGlass({
            sid: 'DenyPolicyChange',
            // Whoever may replace this policy may then delete. A deploy still can.
            actions: ['backup:DeleteBackupVaultAccessPolicy', 'backup:PutBackupVaultAccessPolicy'],
            resources: ['*'],
            exceptRoleArns: [props.administrators.breakGlassRoleArn, props.administrators.deploymentRoleArn],
          }),
        ],
      }),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    classify(this, 'phi');
  }
}
