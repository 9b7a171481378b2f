import type { WeakeningGroup } from '../../support/weakening';
import { BACKUP_ROWS } from './data-backups';
import { DATABASE_ROWS } from './data-databases';

/** The database, its proxy and its backups. */
export const DATA_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBParameterGroup',
    'AWS::RDS::DBProxy',
    'AWS::RDS::DBProxyTargetGroup',
    'AWS::RDS::DBSubnetGroup',
    'AWS::Backup::BackupPlan',
    'AWS::Backup::BackupSelection',
    'AWS::Backup::BackupVault',
    'AWS::Backup::RestoreTestingPlan',
    'AWS::Backup::RestoreTestingSelection',
  ],
  rows: [...DATABASE_ROWS, ...BACKUP_ROWS],
  neutral: [
    {
      patterns: ['AWS::RDS::DBParameterGroup Description', 'AWS::RDS::DBSubnetGroup DBSubnetGroupDescription'],
      because: 'A text for whoever reads the console; nothing looks at it.',
    },
    {
      patterns: [
        'AWS::RDS::DBParameterGroup Tags',
        'AWS::RDS::DBSubnetGroup Tags',
        'AWS::Backup::RestoreTestingPlan Tags',
        'AWS::Backup::BackupPlan BackupPlanTags.Environment',
      ],
      because: 'These hold no data: a tag of theirs is for the bill, and no policy and no selection asks for it.',
    },
    {
      patterns: [
        'AWS::Backup::BackupPlan BackupPlan.BackupPlanName',
        'AWS::Backup::BackupPlan BackupPlan.BackupPlanRule.*.RuleName',
        'AWS::Backup::BackupSelection BackupSelection.SelectionName',
        'AWS::Backup::RestoreTestingSelection RestoreTestingSelectionName',
      ],
      because: 'A name that nothing refers to: the plan is selected by its id, and the test runs under any name.',
    },
    {
      patterns: [
        'AWS::RDS::DBInstance AllocatedStorage',
        'AWS::RDS::DBInstance MaxAllocatedStorage',
        'AWS::RDS::DBInstance StorageType',
        'AWS::RDS::DBInstance DBInstanceClass',
      ],
      because: 'A size: the database is slower or fuller, which its own alarms tell, and no less protected.',
    },
    {
      patterns: ['AWS::RDS::DBInstance DBName', 'AWS::RDS::DBInstance MasterUsername'],
      because: 'Functions know the one name: with another nobody gets in, and a name is no secret.',
    },
    {
      patterns: ['AWS::RDS::DBInstance EngineLifecycleSupport'],
      because: 'With extended support an old engine costs more and still gets fixes; how old it may be, the check of the version says.',
    },
    {
      patterns: ['AWS::RDS::DBParameterGroup Parameters.pgaudit.log_catalog'],
      because: 'On, as it is when nobody sets it, the audit holds the reading of catalogues besides; it never holds less.',
    },
    {
      patterns: [
        'AWS::RDS::DBProxyTargetGroup ConnectionPoolConfigurationInfo.ConnectionBorrowTimeout',
        'AWS::RDS::DBProxyTargetGroup TargetGroupName',
      ],
      because: 'How long a client waits for a connection before it is refused; the group must be called default, or AWS refuses it.',
    },
    {
      patterns: [
        'AWS::Backup::RestoreTestingPlan RecoveryPointSelection.Algorithm',
        'AWS::Backup::RestoreTestingPlan RecoveryPointSelection.SelectionWindowDays',
        'AWS::Backup::RestoreTestingPlan StartWindowHours',
      ],
      because:
        'Whichever recovery point is chosen, out of however many days, one is restored; and a start some hours later is the same test.',
    },
  ],
};
