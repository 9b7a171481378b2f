import type { Check } from '../../check';
import { expectAtLeast, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, valueAt } from '../../model/read';
import { decide } from '../../policy/evaluate';
import { statementsOf } from '../../policy/statement';
import { expectOwnKeyAtAll } from '../storage/own-keys';

/** Less than this would outlive no attack. */
const LEAST_DAYS = 7;

const LOSING = [
  'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault', 'backup:DeleteBackupVaultAccessPolicy', 'backup:DeleteBackupVaultLockConfiguration',
  'backup:DisassociateRecoveryPoint', 'backup:PutBackupVaultAccessPolicy', 'backup:UpdateRecoveryPointLifecycle',
];

/** Attackers go for backups first: no role can take one away before its day. */
export const vaultsAreLocked: Check = {
  id: 'strength/vaults-are-locked',
  claim: 'every vault is under a customer key, locked for a week or more, and denies deletion and unlocking to every role but break-glass',
  citations: ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::BackupVault'], '164.308(a)(7)(ii)(A)', (vault) => [
      ...expectOwnKeyAtAll(environment, vault, 'EncryptionKeyArn'),
      ...expectAtLeast(vault, 'LockConfiguration.MinRetentionDays', LEAST_DAYS),
      ...bounds(vault),
      ...deniesDeletion(environment, vault),
    ]),
};

function bounds(vault: Resource): readonly Fault[] {
  const [least, most] = [numberAt(vault, 'LockConfiguration.MinRetentionDays'), numberAt(vault, 'LockConfiguration.MaxRetentionDays')];
  return most !== undefined && least !== undefined && most < least ? [{ property: 'LockConfiguration.MaxRetentionDays', value: most, expected: `at least ${least}` }] : [];
}

function deniesDeletion(environment: EnvironmentModel, vault: Resource): readonly Fault[] {
  const { account } = environment.place;
  const statements = statementsOf(vault.name, valueAt(vault, 'AccessPolicy'));
  const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
  return LOSING.flatMap((action): Fault[] =>
    decide(statements, { by, action, resource: environment.arnOf(vault) }) === 'denied' ? [] : [{ property: 'AccessPolicy', value: `${action} is not denied`, expected: 'denied' }],
  );
}
