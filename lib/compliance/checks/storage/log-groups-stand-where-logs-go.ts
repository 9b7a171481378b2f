import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { exportGroupsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, textAt, textsAt } from '../../model/read';

/** Name of the group of enhanced monitoring, one for each account and Region. */
const METRICS = 'RDSOSMetrics';

/** WAF refuses any other. */
const OF_WEB_ACLS = 'aws-waf-logs-';

const WRITERS = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::DBProxy', 'AWS::WAFv2::LoggingConfiguration'];

/**
 * RDS makes the log groups that it does not find: without a key, and keeping everything for ever or for nobody. What it made first, a
 * template cannot make any more.
 */
export const logGroupsStandWhereLogsGo: Check = {
  id: 'strength/log-groups-stand-where-logs-go',
  claim:
    'every log of a database, its metrics, its proxy and a web ACL goes to a log group of these templates, by the name that AWS wants, ' +
    'and of a database to one that is made before it',
  citations: ['164.312(b)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, WRITERS, '164.312(b)', (resource) =>
      resource.type === 'AWS::WAFv2::LoggingConfiguration' ? ofWebAcl(environment, resource) : ofDatabase(environment, resource),
    ),
};

function ofDatabase(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  const absent = groupsOf(environment, resource).filter(
    (name) => environment.at(name, 'AWS::Logs::LogGroup') === undefined && !environment.adopted('AWS::Logs::LogGroup', name),
  );
  return [
    ...absent.map((name) => ({ property: 'log group', value: 'absent', expected: `a log group of these templates named ${name}` })),
    ...lateGroups(environment, resource),
  ];
}

function groupsOf(environment: EnvironmentModel, resource: Resource): readonly string[] {
  if (resource.type === 'AWS::RDS::DBProxy') return [`/aws/rds/proxy/${textAt(resource, 'DBProxyName') ?? ''}`];
  return [...exportGroupsOf(environment, resource), ...((numberAt(resource, 'MonitoringInterval') ?? 0) > 0 ? [METRICS] : [])];
}

/** Groups of exports that a database does not wait for. */
function lateGroups(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  return exportGroupsOf(environment, database)
    .flatMap((name) => environment.at(name, 'AWS::Logs::LogGroup') ?? [])
    .filter(({ stack, logicalId }) => stack === database.stack && !database.dependsOn.includes(logicalId))
    .map(({ logicalId }) => ({ property: 'DependsOn', value: database.dependsOn.join(', '), expected: `with ${logicalId}` }));
}

function ofWebAcl(environment: EnvironmentModel, logging: Resource): readonly Fault[] {
  return textsAt(logging, 'LogDestinationConfigs').flatMap((destination): readonly Fault[] => {
    const group = environment.at(destination, 'AWS::Logs::LogGroup');
    const name = group && textAt(group, 'LogGroupName');
    const fits = group === undefined || name?.startsWith(OF_WEB_ACLS) === true;
    return fits ? [] : [{ property: 'LogDestinationConfigs', value: name, expected: `a log group named ${OF_WEB_ACLS}*` }];
  });
}
