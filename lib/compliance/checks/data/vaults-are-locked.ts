import type { Check } from '../../check';
import { expectAtLeast, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, valueAt } from '../../model/read';
import { decide } from '../../policy/evaluate';
import { statementsOf } from '../../policy/statement';
import { REHEARSAL_DAYS, rulesOf } from '../backup/plans';
import { ARCHIVE_DAYS } from '../hard/archives-are-locked';
import { expectOwnKey } from '../storage/buckets-use-a-customer-key';

/** Less than this would outlive no attack. */
const LEAST_DAYS = 7;

const LOSING = [
  'backup:DeleteRecoveryPoint',
  'backup:DeleteBackupVault',
  'backup:DeleteBackupVaultAccessPolicy',
  'backup:DeleteBackupVaultLockConfiguration',
  'backup:PutBackupVaultAccessPolicy',
  'backup:UpdateRecoveryPointLifecycle',
  'backup:DisassociateRecoveryPoint',
];

/** Attackers go for backups first: no role can take one away before its day. */
export const vaultsAreLocked: Check = {
  id: 'strength/vaults-are-locked',
  claim:
    'every vault is under a key of its class, locked as long as fits what it keeps, and denies deletion to all but break-glass',
  citations: ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::BackupVault'], '164.308(a)(7)(ii)(A)', (vault) => [
      ...expectOwnKey(environment, vault, 'EncryptionKeyArn'),
      ...expectAtLeast(vault, 'LockConfiguration.MinRetentionDays', leastDays(environment, vault)),
      ...bounds(vault),
      ...deniesDeletion(environment, vault),
    ]),
};

/** A vault that takes nothing but what is kept for years is locked for years: else the next plan could keep it for a week. */
function leastDays(environment: EnvironmentModel, vault: Resource): number {
  const stays = environment
    .of('AWS::Backup::BackupPlan')
    .flatMap((plan) => rulesOf(environment, plan).flatMap(({ made, copies }) => [made, ...copies]));
  const shortest = Math.min(...stays.filter((stay) => stay.vault === vault).map(({ days }) => days));
  const years = environment.isProduction ? ARCHIVE_DAYS : REHEARSAL_DAYS;
  return Number.isFinite(shortest) && shortest >= years ? years : LEAST_DAYS;
}

function bounds(vault: Resource): readonly Fault[] {
  const [least, most] = [numberAt(vault, 'LockConfiguration.MinRetentionDays'), numberAt(vault, 'LockConfiguration.MaxRetentionDays')];
  return most !== undefined && least !== undefined && most < least
    ? [{ property: 'LockConfiguration.MaxRetentionDays', value: most, expected: `at least ${least}` }]
    : [];
}

function deniesDeletion(environment: EnvironmentModel, vault: Resource): readonly Fault[] {
  const { account } = environment.place;
  const statements = statementsOf(vault.name, valueAt(vault, 'AccessPolicy'));
  const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
  return LOSING.flatMap((action): Fault[] =>
    decide(statements, { by, action, resource: environment.arnOf(vault) }) === 'denied'
      ? []
      : [{ property: 'AccessPolicy', value: `${action} is not denied`, expected: 'denied' }],
  );
}
