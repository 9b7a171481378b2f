import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';

/** No database keeps or sends anything in the clear, and none is reachable from the internet. */
export const databasesAreEncrypted: Check = {
  id: 'hard/databases-are-encrypted',
  claim: 'every database is encrypted at rest, takes TLS only, is not public, and its proxy demands TLS',
  citations: ['164.312(a)(2)(iv)', '164.312(e)(1)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::DBProxy'], '164.312(a)(2)(iv)', (resource) =>
      resource.type === 'AWS::RDS::DBProxy' ? expectEqual(resource, 'RequireTLS', true) : faultsOfDatabase(environment, resource),
    ),
};

function faultsOfDatabase(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const isInstance = database.type === 'AWS::RDS::DBInstance';
  return [
    ...expectEqual(database, 'StorageEncrypted', true),
    ...(isInstance ? expectEqual(database, 'PubliclyAccessible', false) : []),
    ...forcesTls(environment, database, isInstance ? 'DBParameterGroupName' : 'DBClusterParameterGroupName'),
  ];
}

/** The parameter is judged in the group that the database uses: set in any other it does nothing. */
function forcesTls(environment: EnvironmentModel, database: Resource, property: string): readonly Fault[] {
  const group = environment.at(textAt(database, property));
  if (!group)
    return [{ property, value: valueAt(database, property), expected: 'a parameter group of these templates with rds.force_ssl 1' }];
  const parameters = valueAt(group, 'Parameters') as Readonly<Record<string, unknown>> | undefined;
  const value = parameters?.['rds.force_ssl'];
  return String(value) === '1' ? [] : [{ property: `${property} rds.force_ssl`, value, expected: '1' }];
}
