import type { Check } from '../../check';
import { expectAtLeast, expectEqual, judgeTypes } from '../../judge';

/** As far back as RDS can: the least and the most. */
const RECOVERY_DAYS = 35;

/** A database survives a zone, a mistake and its own stack. */
export const databasesCanBeRecovered: Check = {
  id: 'strength/databases-can-be-recovered',
  claim:
    `every database stands in two zones, can be set back ${RECOVERY_DAYS} days, keeps its backups when it goes, and in production ` +
    'refuses to go',
  citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance'], '164.308(a)(7)(ii)(A)', (database) => [
      ...expectEqual(database, 'MultiAZ', true),
      ...expectAtLeast(database, 'BackupRetentionPeriod', RECOVERY_DAYS),
      ...expectEqual(database, 'DeleteAutomatedBackups', false),
      ...expectEqual(database, 'CopyTagsToSnapshot', true),
      ...(environment.isProduction ? expectEqual(database, 'DeletionProtection', true) : []),
    ]),
};
