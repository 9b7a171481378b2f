import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';

/** RDS makes a missing group by itself, without a key and forever; what it made first, a template cannot make any more. */
export const databaseLogsHaveTheirGroups: Check = {
  id: 'deploy/database-logs-have-their-groups',
  claim: 'every log that a database exports has a log group in the templates that is made before the database',
  citations: ['164.312(b)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'], '164.312(b)', (database) =>
      textsAt(database, 'EnableCloudwatchLogsExports').flatMap((log) => faultsOf(environment, database, log)),
    ),
};

function faultsOf(environment: EnvironmentModel, database: Resource, log: string): readonly Fault[] {
  const kind = database.type === 'AWS::RDS::DBCluster' ? 'cluster' : 'instance';
  const name = `/aws/rds/${kind}/${environment.refOf(database)}/${log}`;
  const group = environment.of('AWS::Logs::LogGroup').find((each) => textAt(each, 'LogGroupName') === name);
  if (!group) return [{ property: 'EnableCloudwatchLogsExports', value: log, expected: `a log group ${name} of these templates` }];
  const isFirst = group.stack !== database.stack || database.dependsOn.includes(group.logicalId);
  return isFirst ? [] : [{ property: 'DependsOn', value: database.dependsOn.join(', '), expected: `with ${group.logicalId}` }];
}
