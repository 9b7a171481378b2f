import { refusal, setting, type Refusal } from './refusal';

const DATABASE = 'AWS::RDS::DBInstance';
const PLAN = 'AWS::Backup::BackupPlan';
const RULE = 'BackupPlan.BackupPlanRule';
const KEY = 'AWS::KMS::Key';

/** Databases and backups. */
export const DATA_REFUSALS: readonly Refusal[] = [
  refusal('databases-can-be-created', 'a retired version', setting(DATABASE, '', 'EngineVersion', '17.4')),
  refusal('databases-can-be-created', 'IOPS on small storage', setting(DATABASE, '', 'Iops', 4000)),
  refusal('databases-can-be-created', 'storage that cannot grow', setting(DATABASE, '', 'MaxAllocatedStorage', 100)),
  refusal('databases-can-be-created', 'one zone beside two', setting(DATABASE, '', 'AvailabilityZone', 'us-east-1a')),
  refusal('databases-can-be-created', 'advanced insights for a week', setting(DATABASE, '', 'DatabaseInsightsMode', 'advanced')),
  refusal('databases-can-be-created', 'windows on top of each other', (draft) => {
    draft.set(DATABASE, '', 'PreferredBackupWindow', '05:00-05:30');
    draft.set(DATABASE, '', 'PreferredMaintenanceWindow', 'sun:05:15-sun:05:45');
  }),
  refusal(
    'databases-can-be-created',
    'parameters of another major version',
    setting('AWS::RDS::DBParameterGroup', '', 'Family', 'postgres17'),
  ),
  refusal(
    'databases-can-be-created',
    'an extension that is set and not loaded',
    setting('AWS::RDS::DBParameterGroup', '', 'Parameters.shared_preload_libraries', 'pg_stat_statements'),
  ),
  refusal('values-are-offered', 'insights for ten days', setting(DATABASE, '', 'PerformanceInsightsRetentionPeriod', 10)),
  refusal('values-are-offered', 'a certificate of the old authority', setting(DATABASE, '', 'CACertificateIdentifier', 'rds-ca-2019')),
  refusal('values-are-offered', 'logs for 2190 days', setting('AWS::Logs::LogGroup', 'Firewall', 'RetentionInDays', 2190)),
  refusal('values-are-offered', 'a key that waits for 31 days', setting(KEY, 'KeysTrail', 'PendingWindowInDays', 31)),
  refusal(
    'strength/log-groups-stand-where-logs-go',
    'a log that RDS would make the group of',
    setting(DATABASE, '', 'EnableCloudwatchLogsExports.0', 'audit'),
  ),
  refusal(
    'strength/log-groups-stand-where-logs-go',
    'a database that is made before its log groups',
    (draft) => delete draft.one(DATABASE).DependsOn,
  ),
  refusal('liveness/logins-are-exact', 'a proxy whose role may nothing', (draft) => draft.remove('AWS::IAM::ManagedPolicy', 'ProxyLogin')),
  refusal(
    'liveness/logins-are-exact',
    'a database behind a proxy that takes no tokens',
    setting(DATABASE, '', 'EnableIAMDatabaseAuthentication', false),
  ),
  refusal('liveness/logins-are-exact', 'a proxy with nothing behind it', (draft) => draft.remove('AWS::RDS::DBProxyTargetGroup')),
  refusal(
    'liveness/rules-keep-within-vaults',
    'a copy that its vault would not keep so long',
    setting(PLAN, '', `${RULE}.1.CopyActions.0.Lifecycle.DeleteAfterDays`, 2193),
  ),
  refusal(
    'liveness/rules-keep-within-vaults',
    'a backup that its vault would keep longer',
    setting(PLAN, '', `${RULE}.1.Lifecycle.DeleteAfterDays`, 29),
  ),
  refusal(
    'liveness/rules-keep-within-vaults',
    'a continuous backup of other days than the database',
    setting(DATABASE, '', 'BackupRetentionPeriod', 34),
  ),
  refusal(
    'liveness/rules-keep-within-vaults',
    'a continuous backup beside a window',
    setting(DATABASE, '', 'PreferredBackupWindow', '03:00-03:30'),
  ),
  refusal(
    'liveness/rules-keep-within-vaults',
    'a copy of continuous backups',
    setting(PLAN, '', `${RULE}.0.CopyActions`, [
      { DestinationBackupVaultArn: 'arn:aws:backup:us-west-2:111122223333:backup-vault:prod-recovery', Lifecycle: { DeleteAfterDays: 35 } },
    ]),
  ),
  refusal(
    'liveness/rules-keep-within-vaults',
    'cold storage for a month',
    setting(PLAN, '', `${RULE}.1.Lifecycle.MoveToColdStorageAfterDays`, 5),
  ),
  refusal('liveness/rules-keep-within-vaults', 'half an hour to start', setting(PLAN, '', `${RULE}.0.StartWindowMinutes`, 30)),
  refusal('liveness/rules-keep-within-vaults', 'no time to complete', setting(PLAN, '', `${RULE}.0.CompletionWindowMinutes`, 90)),
  refusal('liveness/rules-keep-within-vaults', 'a vault that is not there', setting(PLAN, '', `${RULE}.0.TargetBackupVault`, 'Default')),
  refusal('liveness/backup-roles-can-use-keys', 'a backup role without the policy for buckets', (draft) =>
    draft.edit(
      'AWS::IAM::Role',
      'BackupServiceRole',
      (role) => void (role['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup']),
    ),
  ),
  refusal(
    'liveness/restores-are-tested',
    'a year and a day to select from',
    setting('AWS::Backup::RestoreTestingPlan', '', 'RecoveryPointSelection.SelectionWindowDays', 366),
  ),
  refusal(
    'liveness/restores-are-tested',
    'a database restored to nowhere',
    setting('AWS::Backup::RestoreTestingSelection', 'RestoreTestsDatabase', 'RestoreMetadataOverrides.dbSubnetGroupName', undefined),
  ),
  refusal(
    'liveness/restores-are-tested',
    'a selection of no plan',
    setting('AWS::Backup::RestoreTestingSelection', 'RestoreTestsDatabase', 'RestoreTestingPlanName', 'monthly'),
  ),
  refusal(
    'what-cannot-be-undone-is-for-production',
    'a vault lock that closes for good',
    setting('AWS::Backup::BackupVault', 'BackupLongTerm', 'LockConfiguration.ChangeableForDays', 3),
  ),
  refusal('what-cannot-be-undone-is-for-production', 'a key in many Regions', setting(KEY, 'KeysRecords', 'MultiRegion', 'true')),
];
