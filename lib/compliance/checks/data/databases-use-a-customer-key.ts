import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { flagAt, valueAt } from '../../model/read';
import { expectOwnKey } from '../storage/buckets-use-a-customer-key';

/** The database, its insights and its master secret open with the key of PHI and no other. */
export const databasesUseACustomerKey: Check = {
  id: 'strength/databases-use-a-customer-key',
  claim: 'every database, its performance insights and its master secret are under a customer key of the database’s class of data',
  citations: ['164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance'], '164.312(a)(2)(iv)', (database) => [
      ...expectOwnKey(environment, database, 'KmsKeyId'),
      ...(valueAt(database, 'ManageMasterUserPassword') === undefined
        ? []
        : expectOwnKey(environment, database, 'MasterUserSecret.KmsKeyId')),
      ...(flagAt(database, 'EnablePerformanceInsights') !== true && valueAt(database, 'PerformanceInsightsKMSKeyId') === undefined
        ? []
        : expectOwnKey(environment, database, 'PerformanceInsightsKMSKeyId')),
    ]),
};
