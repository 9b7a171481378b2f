import type { WeakeningGroup } from '../../support/weakening';

/** The database, its proxy and its backups. */
export const DATA_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::RDS::DBInstance', 'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBProxy', 'AWS::RDS::DBProxyTargetGroup', 'AWS::RDS::DBSubnetGroup', 'AWS::Backup::BackupPlan', 'AWS::Backup::BackupSelection', 'AWS::Backup::BackupVault', 'AWS::Backup::RestoreTestingPlan', 'AWS::Backup::RestoreTestingSelection'],
  rows: [],
  neutral: [],
};
