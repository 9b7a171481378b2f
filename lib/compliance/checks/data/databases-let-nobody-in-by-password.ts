import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeTypes } from '../../judge';

/** Logins are short-lived tokens; the one password there is, RDS makes, keeps and changes. */
export const databasesLetNobodyInByPassword: Check = {
  id: 'strength/databases-let-nobody-in-by-password',
  claim: 'every database takes IAM tokens and lets RDS manage its master password, and every proxy takes IAM tokens end to end',
  citations: ['164.312(d)', '164.308(a)(5)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBProxy'], '164.312(d)', (resource) =>
      resource.type === 'AWS::RDS::DBProxy'
        ? [...expectEqual(resource, 'DefaultAuthScheme', 'IAM_AUTH'), ...expectAbsent(resource, 'Auth')]
        : [
            ...expectEqual(resource, 'EnableIAMDatabaseAuthentication', true),
            ...expectEqual(resource, 'ManageMasterUserPassword', true),
            ...expectAbsent(resource, 'MasterUserPassword'),
            // Joined to a directory, a database takes the passwords of its people.
            ...expectAbsent(resource, 'Domain'),
            ...expectAbsent(resource, 'DomainFqdn'),
          ],
    ),
};
