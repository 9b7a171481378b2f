import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, recordsAt, textAt, textsAt, valueAt, within } from '../../model/read';

/** Where each type names its security groups. */
const GROUPS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance': 'VPCSecurityGroups',
  'AWS::RDS::DBProxy': 'VpcSecurityGroupIds',
  'AWS::RDS::DBProxyEndpoint': 'VpcSecurityGroupIds',
};

const DATABASE = 'AWS::RDS::DBInstance';

const POSTGRES_PORT = 5432;

/** Who may come in by one of the groups of a database or proxy. */
interface Admitted {
  readonly source: unknown;
  readonly from: unknown;
  readonly to: unknown;
}

/** It is the groups attached that decide who reaches a database, however well other groups are kept. */
export const databasesAdmitNamedGroups: Check = {
  id: 'strength/databases-admit-named-groups',
  claim:
    'every database and proxy has groups of its own, which admit groups of functions and proxies, on its port alone',
  citations: ['164.312(a)(1)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, Object.keys(GROUPS), '164.312(a)(1)', (resource) => faultsOf(environment, resource)),
};

function faultsOf(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  const property = GROUPS[resource.type] ?? '';
  const groups = groupsOf(environment, resource);
  if (groups.length === 0 || groups.length < textsAt(resource, property).length) {
    return [{ property, value: valueAt(resource, property), expected: 'security groups of these templates' }];
  }
  const admitted = groups.flatMap((group) => admittedBy(environment, group));
  const port = numberAt(resource, 'Port') ?? POSTGRES_PORT;
  const sources = admitted.map(({ source }) => environment.at(source, 'AWS::EC2::SecurityGroup'));
  const balancers = environment
    .of('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .flatMap((balancer) => textsAt(balancer, 'SecurityGroups').map((group) => environment.at(group)));
  const isOpen = sources.some((source) => source === undefined || balancers.includes(source));
  const others = Object.keys(GROUPS)
    .flatMap((type) => environment.of(type))
    .filter(({ type }) => (type === DATABASE) !== (resource.type === DATABASE));
  const shared = groups.filter((group) => others.some((other) => groupsOf(environment, other).includes(group)));
  return [
    ...(admitted.length > 0
      ? []
      : [{ property, value: groups.map(({ logicalId }) => logicalId), expected: 'a group that lets somebody in' }]),
    ...(isOpen ? [{ property, value: admitted, expected: 'groups that let in groups of functions and proxies alone' }] : []),
    ...(admitted.every(({ from, to }) => Number(from) === port && Number(to) === port)
      ? []
      : [{ property, value: admitted, expected: `port ${port} alone` }]),
    ...shared.map(({ logicalId }): Fault => ({ property, value: logicalId, expected: 'a group that database and proxy do not share' })),
    ...proxiesOf(environment, resource)
      .filter((proxy) => !groupsOf(environment, proxy).some((group) => sources.includes(group)))
      .map((proxy): Fault => ({
        property,
        value: groups.map(({ logicalId }) => logicalId),
        expected: `a group that lets in ${proxy.logicalId}`,
      })),
  ];
}

function groupsOf(environment: EnvironmentModel, resource: Resource): readonly Resource[] {
  return textsAt(resource, GROUPS[resource.type] ?? '').flatMap((group) => environment.at(group, 'AWS::EC2::SecurityGroup') ?? []);
}

function admittedBy(environment: EnvironmentModel, group: Resource): readonly Admitted[] {
  return [
    ...recordsAt(group, 'SecurityGroupIngress').map((rule) => ({
      source: within(group, rule, 'SourceSecurityGroupId'),
      from: within(group, rule, 'FromPort'),
      to: within(group, rule, 'ToPort'),
    })),
    ...environment
      .of('AWS::EC2::SecurityGroupIngress')
      .filter((rule) => environment.at(textAt(rule, 'GroupId'), group.type) === group)
      .map((rule) => ({ source: valueAt(rule, 'SourceSecurityGroupId'), from: valueAt(rule, 'FromPort'), to: valueAt(rule, 'ToPort') })),
  ];
}

function proxiesOf(environment: EnvironmentModel, database: Resource): readonly Resource[] {
  return environment
    .of('AWS::RDS::DBProxyTargetGroup')
    .filter((targets) =>
      textsAt(targets, 'DBInstanceIdentifiers').some((identifier) => environment.at(identifier, 'AWS::RDS::DBInstance') === database),
    )
    .flatMap((targets) => environment.at(textAt(targets, 'DBProxyName'), 'AWS::RDS::DBProxy') ?? []);
}
