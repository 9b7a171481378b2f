import type { Check } from '../../check';
import type { Fault } from '../../judge';
import { grantsOf } from '../../policy/grants';
import { identitiesOf, type Identity } from '../../policy/identities';
import { judgeIdentities } from '../../policy/judge-identities';

/** One action by which the work of a service is known, and the policy of AWS that allows it. */
interface Need {
  readonly policy: string;
  readonly action: string;
  /** Whether another role of the service may do it instead: the role of each selection is judged beside it. */
  readonly isDivisible?: boolean;
}

/** What each service needs of the role that is made for it. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  'backup.amazonaws.com': [
    { policy: 'service-role/AWSBackupServiceRolePolicyForBackup', action: 'rds:CreateDBSnapshot', isDivisible: true },
    { policy: 'service-role/AWSBackupServiceRolePolicyForRestores', action: 'rds:RestoreDBInstanceToPointInTime', isDivisible: true },
    { policy: 'AWSBackupServiceRolePolicyForS3Backup', action: 's3:GetInventoryConfiguration', isDivisible: true },
    { policy: 'AWSBackupServiceRolePolicyForS3Restore', action: 's3:PutObject', isDivisible: true },
  ],
  'config.amazonaws.com': [{ policy: 'service-role/AWS_ConfigRole', action: 'config:PutConfigurationSnapshot' }],
  'monitoring.rds.amazonaws.com': [{ policy: 'service-role/AmazonRDSEnhancedMonitoringRole', action: 'logs:PutLogEvents' }],
};

/** A service without its policy fails at its work, at night, and the template looks as before: 164.308(a)(7)(ii)(A), 164.308(a)(8). */
export const serviceRolesCanWork: Check = {
  id: 'liveness/service-roles-can-work',
  claim:
    'every role for AWS Config and the monitoring of RDS may do the work of the service, and those for AWS Backup together back up ' +
    'and restore',
  citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const identities = identitiesOf(environment).filter((identity) => needsOf(identity).length > 0);
    return judgeIdentities(
      identities,
      '164.308(a)(7)(ii)(A)',
      (identity) => faultsOf(identity, identities),
      'the templates hold no role for these services',
    );
  },
};

function needsOf({ trust }: Identity): readonly Need[] {
  return trust
    .flatMap(({ effect, principal }) => (effect === 'Allow' && typeof principal === 'object' ? (principal['Service'] ?? []) : []))
    .flatMap((service) => NEEDS[service] ?? []);
}

function faultsOf(identity: Identity, all: readonly Identity[]): readonly Fault[] {
  return needsOf(identity)
    .filter((need) => {
      const able = need.isDivisible === true ? all.filter((each) => needsOf(each).includes(need)) : [identity];
      return !able.some((each) => grantsOf(each, need.action, '*').length > 0);
    })
    .map(({ policy, action }) => ({
      property: 'ManagedPolicyArns',
      value: identity.awsManaged,
      expected: `${policy}, or a policy with ${action}`,
    }));
}
