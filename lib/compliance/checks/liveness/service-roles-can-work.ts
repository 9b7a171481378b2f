import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { textAt } from '../../model/read';
import { identitiesOf, type Identity } from '../../policy/identities';
import { covers } from '../../policy/pattern';

/** A policy of AWS that a service's work needs, and one action of it, by which a policy of one's own for the same work is known. */
interface Need {
  readonly policy: string;
  readonly action: string;
  /** The type of what is restored in a test; what is never restored by the templates needs no policy for it. */
  readonly forRestoresOf?: 'RDS' | 'S3';
}

/** What each service needs of the role that is made for it. What AWS's own policies hold, no template shows: they are known by name. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  'backup.amazonaws.com': [
    { policy: 'service-role/AWSBackupServiceRolePolicyForBackup', action: 'rds:CreateDBSnapshot' },
    { policy: 'service-role/AWSBackupServiceRolePolicyForRestores', action: 'rds:RestoreDBInstanceToPointInTime', forRestoresOf: 'RDS' },
    { policy: 'AWSBackupServiceRolePolicyForS3Backup', action: 's3:GetInventoryConfiguration', forRestoresOf: 'S3' },
    { policy: 'AWSBackupServiceRolePolicyForS3Restore', action: 's3:PutObject', forRestoresOf: 'S3' },
  ],
  'config.amazonaws.com': [{ policy: 'service-role/AWS_ConfigRole', action: 'config:PutConfigurationSnapshot' }],
  'monitoring.rds.amazonaws.com': [{ policy: 'service-role/AmazonRDSEnhancedMonitoringRole', action: 'logs:PutLogEvents' }],
};

/** A service without its policy fails at its work, at night, and the template looks as before: 164.308(a)(7)(ii)(A), 164.308(a)(8). */
export const serviceRolesCanWork: Check = {
  id: 'liveness/service-roles-can-work',
  claim: 'every role for AWS Backup, AWS Config and the monitoring of RDS may do what the service does with it: back up and restore, record, publish',
  citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const identities = identitiesOf(environment).filter((identity) => needsOf(environment, identity).length > 0);
    return judgeEach(
      identities.map(({ role }) => role),
      '164.308(a)(7)(ii)(A)',
      (role) => identities.filter((identity) => identity.role === role).flatMap((identity) => faultsOf(environment, identity)),
      'the templates hold no role for these services',
    );
  },
};

function needsOf(environment: EnvironmentModel, { role, trust }: Identity): readonly Need[] {
  const services = trust.flatMap(({ effect, principal }) => (effect === 'Allow' && typeof principal === 'object' ? (principal['Service'] ?? []) : []));
  const restored = environment
    .of('AWS::Backup::RestoreTestingSelection')
    .filter((selection) => environment.at(textAt(selection, 'IamRoleArn'), role.type) === role)
    .map((selection) => textAt(selection, 'ProtectedResourceType'));
  return services.flatMap((service) => NEEDS[service] ?? []).filter(({ forRestoresOf: type }) => type === undefined || restored.includes(type));
}

function faultsOf(environment: EnvironmentModel, identity: Identity): readonly Fault[] {
  const { awsManaged, statements } = identity;
  const isAllowed = (action: string): boolean => statements.some(({ effect, actions }) => effect === 'Allow' && actions.some((pattern) => covers(pattern, action, true)));
  return needsOf(environment, identity)
    .filter(({ policy, action }) => !awsManaged.includes(policy) && !isAllowed(action))
    .map(({ policy, action }) => ({ property: 'ManagedPolicyArns', value: awsManaged, expected: `${policy}, or a policy with ${action}` }));
}
