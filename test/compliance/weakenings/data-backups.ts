import type { Weakening } from '../../support/weakening';
import { addition, referenceTo, WeakeningRows } from '../../support/weakening-rows';

const OUTLIVES = 'strength/stores-outlive-their-stacks';
const LOCKED = 'strength/vaults-are-locked';
const SELECTED = 'liveness/selections-hold-every-store';
const FREQUENT = 'strength/backups-are-frequent-and-kept';
const WITHIN = 'liveness/rules-keep-within-vaults';
const KEYS = 'liveness/backup-roles-can-use-keys';
const TESTED = 'liveness/restores-are-tested';
const CLASSED = 'strength/stores-say-what-they-hold';

const KEY_OF_LOGS = referenceTo('AWS::KMS::Key', 'KeysLogs', 'Arn');
const ROLE_OF_PROXY = referenceTo('AWS::IAM::Role', 'ProxyLoginRole', 'Arn');
const GROUP_OF_BALANCER = referenceTo('AWS::EC2::SecurityGroup', 'GroupsLoadBalancer', 'GroupId');

const vault = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::Backup::BackupVault', prefix, `the vault ${name}`);
const pointInTime = vault('BackupPointInTime', 'for points in time');
const longTerm = vault('BackupLongTerm', 'for the long term');
const recovery = vault('Copies', 'in the recovery Region');

const VAULTS: readonly Weakening[] = [
  ...[pointInTime, longTerm, recovery].flatMap((each) => [
    ...each.givenUp(OUTLIVES),
    each.set('EncryptionKeyArn', KEY_OF_LOGS, LOCKED, 'the key for logs'),
    each.drop('EncryptionKeyArn', LOCKED),
    each.set('LockConfiguration.MinRetentionDays', '1', LOCKED),
    each.lose('LockConfiguration', LOCKED),
    each.lose('AccessPolicy', LOCKED),
    each.set('BackupVaultTags', { DataClass: 'operational' }, CLASSED),
  ]),
  longTerm.set('LockConfiguration.MinRetentionDays', 30, LOCKED),
  longTerm.set('LockConfiguration.MinRetentionDays', 3650, WITHIN),
  ...[pointInTime, recovery].map((each) => each.set('LockConfiguration.MaxRetentionDays', 34, WITHIN)),
  recovery.set('BackupVaultName', 'another', WITHIN),
  recovery.gone('presence/a-recovery-vault'),
];

const plan = new WeakeningRows('AWS::Backup::BackupPlan', 'BackupPlan', 'the backup plan');
const rule = (at: number, path: string): string => `BackupPlan.BackupPlanRule.${at}.${path}`;

const PLAN: readonly Weakening[] = [
  ...[0, 1, 2].flatMap((at) => [
    plan.set(rule(at, 'CompletionWindowMinutes'), 60, FREQUENT),
    plan.set(rule(at, 'StartWindowMinutes'), '10', WITHIN),
    plan.set(rule(at, 'TargetBackupVault'), 'Default', WITHIN),
    plan.set(rule(at, 'Lifecycle.DeleteAfterDays'), 1, WITHIN),
    plan.drop(rule(at, 'Lifecycle.DeleteAfterDays'), WITHIN),
    plan.set(rule(at, 'ScheduleExpression'), 'cron(0 5 1 1 ? *)', FREQUENT),
    plan.drop(rule(at, 'ScheduleExpression'), FREQUENT),
    plan.lose(`BackupPlan.BackupPlanRule.${at}`, FREQUENT),
  ]),
  plan.set(rule(0, 'ScheduleExpression'), 'cron(0 5 ? * SUN *)', FREQUENT),
  plan.set(rule(1, 'ScheduleExpression'), 'cron(0 7 * * ? 2026)', FREQUENT),
  plan.set(rule(0, 'EnableContinuousBackup'), 'false', FREQUENT),
  plan.set(rule(1, 'CopyActions.0.DestinationBackupVaultArn'), 'arn:aws:backup:us-west-2:999999999999:backup-vault:theirs', WITHIN),
  plan.set(
    rule(1, 'CopyActions.0.DestinationBackupVaultArn'),
    referenceTo('AWS::Backup::BackupVault', 'BackupPointInTime', 'BackupVaultArn'),
    FREQUENT,
    'here',
  ),
  plan.set(rule(1, 'CopyActions.0.Lifecycle.DeleteAfterDays'), 7, WITHIN),
  plan.set(rule(2, 'CopyActions.0.Lifecycle.DeleteAfterDays'), '365', WITHIN),
  plan.set(rule(2, 'CopyActions.1.Lifecycle.DeleteAfterDays'), 365, FREQUENT),
  ...[0, 1].map((at) => plan.lose(rule(2, `CopyActions.${at}`), FREQUENT)),
  plan.gone('presence/a-backup-plan'),
];

const selection = new WeakeningRows('AWS::Backup::BackupSelection', 'BackupPlan', 'the backup selection');
const ofEvidence = new WeakeningRows('AWS::Backup::BackupSelection', 'EvidenceBackups', 'the selection of the record of incidents');
const tag = (ConditionValue: string): unknown => ({ StringEquals: [{ ConditionKey: 'aws:ResourceTag/Backup', ConditionValue }] });

const SELECTION: readonly Weakening[] = [
  ...[0, 1, 2].flatMap((at) => [
    selection.drop(`BackupSelection.Resources.${at}`, SELECTED),
    selection.set(`BackupSelection.Resources.${at}`, 'arn:aws:rds:us-east-1:111122223333:db:another', SELECTED),
  ]),
  ofEvidence.drop('BackupSelection.Resources.0', SELECTED),
  ofEvidence.set('BackupPlanId', 'another', SELECTED),
  ofEvidence.set('BackupSelection.IamRoleArn', ROLE_OF_PROXY, KEYS, 'of the proxy'),
  ofEvidence.gone(SELECTED),
  selection.add('BackupSelection.NotResources', ['arn:aws:s3:::*'], SELECTED),
  selection.add('BackupSelection.Conditions', tag('yes'), SELECTED),
  selection.set('BackupPlanId', 'another', SELECTED),
  selection.set('BackupSelection.IamRoleArn', ROLE_OF_PROXY, KEYS, 'of the proxy'),
  selection.set('BackupSelection.IamRoleArn', 'arn:aws:iam::111122223333:role/another', KEYS),
  ...[SELECTED, TESTED].map((check) =>
    addition(`a table of PHI that nothing backs up or restores (${check})`, check, 'Data', 'AWS::DynamoDB::Table', () => ({
      Tags: [{ Key: 'DataClass', Value: 'phi' }],
    })),
  ),
  selection.gone(SELECTED),
];

const role = new WeakeningRows('AWS::IAM::Role', 'BackupService', 'the role of backups');
const keysOfRole = new WeakeningRows('AWS::IAM::ManagedPolicy', 'BackupService', 'the policy of the role of backups');
const ROLE: readonly Weakening[] = [
  ...[0, 1, 2, 3].map((at) => role.lose(`ManagedPolicyArns.${at}`, KEYS)),
  role.edit(
    'trusting somebody else',
    [],
    (properties) => {
      properties['AssumeRolePolicyDocument'] = {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
      };
    },
    KEYS,
  ),
  ...[0, 1, 2, 3].map((at) => keysOfRole.lose(`PolicyDocument.Statement.0.Resource.${at}`, KEYS)),
];

const tests = new WeakeningRows('AWS::Backup::RestoreTestingPlan', 'RestoreTests', 'the plan of restore tests');
const ofDatabase = new WeakeningRows('AWS::Backup::RestoreTestingSelection', 'RestoreTestsDatabase', 'the restore test of the database');
const ofBuckets = new WeakeningRows('AWS::Backup::RestoreTestingSelection', 'RestoreTestsBuckets', 'the restore test of buckets');
const ofRecords = new WeakeningRows(
  'AWS::Backup::RestoreTestingSelection',
  'EvidenceRestores',
  'the restore test of the record of incidents',
);

const TESTS: readonly Weakening[] = [
  tests.set('ScheduleExpression', 'cron(0 12 1 1 ? *)', TESTED),
  tests.drop('RecoveryPointSelection.IncludeVaults.1', TESTED),
  tests.set('RecoveryPointSelection.IncludeVaults.0', 'arn:aws:backup:us-east-1:111122223333:backup-vault:another', TESTED),
  tests.add('RecoveryPointSelection.ExcludeVaults', ['*'], TESTED),
  tests.drop('RecoveryPointSelection.RecoveryPointTypes.0', TESTED),
  tests.drop('RecoveryPointSelection.RecoveryPointTypes.1', TESTED),
  tests.set('RestoreTestingPlanName', 'another', TESTED),
  ...[ofDatabase, ofBuckets, ofRecords].flatMap((each) => [
    each.set('IamRoleArn', ROLE_OF_PROXY, KEYS, 'of the proxy'),
    each.drop('ProtectedResourceArns.0', TESTED),
    each.set('ProtectedResourceType', 'EBS', TESTED),
    each.set('RestoreTestingPlanName', 'another', TESTED),
    each.set('ValidationWindowHours', 168, TESTED),
    each.add('ProtectedResourceConditions', { StringEquals: [{ Key: 'aws:ResourceTag/Tested', Value: 'yes' }] }, TESTED),
    each.gone(TESTED),
  ]),
  ofDatabase.set('RestoreMetadataOverrides.publiclyAccessible', 'true', TESTED),
  ofDatabase.drop('RestoreMetadataOverrides.publiclyAccessible', TESTED),
  ofDatabase.set('RestoreMetadataOverrides.dbSubnetGroupName', 'default', TESTED),
  ofDatabase.drop('RestoreMetadataOverrides.vpcSecurityGroupIds', TESTED),
  ofDatabase.set('RestoreMetadataOverrides.vpcSecurityGroupIds', GROUP_OF_BALANCER, TESTED, 'of the load balancer'),
];

/** Weakenings of vaults, plan, selection and restore tests, and of the role that runs them. */
export const BACKUP_ROWS: readonly Weakening[] = [...VAULTS, ...PLAN, ...SELECTION, ...ROLE, ...TESTS];
