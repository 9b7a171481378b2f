import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { exportGroupsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, textAt, textsAt } from '../../model/read';

/** Name of the group of enhanced monitoring, one for each account and Region. */
const METRICS = 'RDSOSMetrics';

/** WAF refuses any other. */
const OF_WEB_ACLS = 'aws-waf-logs-';

/** RDS makes the log groups that it does not find: without a key, and keeping everything for ever or for nobody. */
export const logGroupsStandWhereLogsGo: Check = {
  id: 'strength/log-groups-stand-where-logs-go',
  claim: 'every log of a database, its metrics, its proxy and a web ACL goes to a log group of these templates, by the name that AWS wants',
  citations: ['164.312(b)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBProxy', 'AWS::WAFv2::LoggingConfiguration'], '164.312(b)', (resource) =>
      resource.type === 'AWS::WAFv2::LoggingConfiguration' ? ofWebAcl(environment, resource) : ofDatabase(environment, resource),
    ),
};

function ofDatabase(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  return groupsOf(resource)
    .filter((name) => environment.at(name, 'AWS::Logs::LogGroup') === undefined && !environment.adopted('AWS::Logs::LogGroup', name))
    .map((name) => ({ property: 'log group', value: 'absent', expected: `a log group of these templates named ${name}` }));
}

function groupsOf(resource: Resource): readonly string[] {
  if (resource.type === 'AWS::RDS::DBProxy') return [`/aws/rds/proxy/${textAt(resource, 'DBProxyName') ?? ''}`];
  return [...exportGroupsOf(resource), ...((numberAt(resource, 'MonitoringInterval') ?? 0) > 0 ? [METRICS] : [])];
}

function ofWebAcl(environment: EnvironmentModel, logging: Resource): readonly Fault[] {
  return textsAt(logging, 'LogDestinationConfigs').flatMap((destination): readonly Fault[] => {
    const group = environment.at(destination, 'AWS::Logs::LogGroup');
    const name = group && textAt(group, 'LogGroupName');
    const fits = group === undefined || name?.startsWith(OF_WEB_ACLS) === true;
    return fits ? [] : [{ property: 'LogDestinationConfigs', value: name, expected: `a log group named ${OF_WEB_ACLS}*` }];
  });
}
