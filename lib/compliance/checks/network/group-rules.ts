import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupBy, groupByEach } from '../../model/group-by';
import { once } from '../../model/once';
import { recordsAt, textsAt, toNumber } from '../../model/read';
import { unknownIn } from '../../model/unknown';
import { CannotTell } from '../../verdict';

type Json = Readonly<Record<string, unknown>>;

/** One rule of a security group, wherever it is written. */
export interface GroupRule {
  readonly at: Resource;
  readonly property: string;
  readonly direction: 'in' | 'out';
  /** The group that it belongs to; undefined when it is of no template. */
  readonly group: Resource | undefined;
  /** Ranges of addresses, of either version. */
  readonly ranges: readonly string[];
  /** Ids of prefix lists. */
  readonly lists: readonly string[];
  /** Ids of security groups. */
  readonly peers: readonly string[];
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Every rule of every security group, within a group or apart from it; worked out once for each environment.
 *
 * @throws CannotTell when only a deploy knows a part of a rule: what cannot be read could be open to everybody.
 */
export const groupRulesOf = once((environment: EnvironmentModel): readonly GroupRule[] => {
  const inside = environment
    .of('AWS::EC2::SecurityGroup')
    .flatMap((group) =>
      (['SecurityGroupIngress', 'SecurityGroupEgress'] as const).flatMap((property) =>
        recordsAt(group, property).map((rule, at) => toRule(group, `${property}.${at}`, property.endsWith('Ingress'), group, rule)),
      ),
    );
  const apart = (['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'] as const).flatMap((type) =>
    environment
      .of(type)
      .map((rule) =>
        toRule(
          rule,
          'rule',
          type.endsWith('Ingress'),
          environment.at(rule.properties['GroupId'], 'AWS::EC2::SecurityGroup'),
          rule.properties,
        ),
      ),
  );
  return [...inside, ...apart];
});

function toRule(at: Resource, property: string, isInward: boolean, group: Resource | undefined, rule: Json): GroupRule {
  const unknown = unknownIn(rule);
  if (unknown !== undefined) throw new CannotTell(`${at.name}.${property}: ${unknown}`);
  const given = (...names: readonly string[]): readonly string[] =>
    names.map((name) => rule[name]).filter((value) => typeof value === 'string');
  return {
    at,
    property,
    direction: isInward ? 'in' : 'out',
    group,
    ranges: given('CidrIp', 'CidrIpv6'),
    lists: given('SourcePrefixListId', 'DestinationPrefixListId'),
    peers: given('SourceSecurityGroupId', 'DestinationSecurityGroupId'),
    protocol: String(rule['IpProtocol']),
    from: toNumber(rule['FromPort']),
    to: toNumber(rule['ToPort']),
  };
}

const rulesByGroup = once((environment: EnvironmentModel) => groupBy(groupRulesOf(environment), ({ group }) => group));

/** The rules of security groups that ids name. */
export function rulesOf(environment: EnvironmentModel, ids: readonly string[]): readonly GroupRule[] {
  const groups = new Set(ids.flatMap((id) => environment.at(id, 'AWS::EC2::SecurityGroup') ?? []));
  return [...groups].flatMap((group) => rulesByGroup(environment).get(group) ?? []);
}

/** What may have a security group, and the property that says which. */
const USERS: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'SecurityGroups',
  'AWS::Lambda::Function': 'VpcConfig.SecurityGroupIds',
  'AWS::RDS::DBProxy': 'VpcSecurityGroupIds',
  'AWS::RDS::DBInstance': 'VPCSecurityGroups',
  'AWS::RDS::DBCluster': 'VpcSecurityGroupIds',
  'AWS::EC2::VPCEndpoint': 'SecurityGroupIds',
  'AWS::ECS::Service': 'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups',
  'AWS::EC2::Instance': 'SecurityGroupIds',
};

/** Everything that stands in a security group. */
export function usersOf(environment: EnvironmentModel, group: Resource): readonly Resource[] {
  return usersByGroup(environment).get(group) ?? [];
}

const usersByGroup = once((environment: EnvironmentModel): ReadonlyMap<Resource, readonly Resource[]> =>
  groupByEach(
    Object.keys(USERS).flatMap((type) => environment.of(type)),
    (user) => new Set(textsAt(user, USERS[user.type] ?? '').flatMap((id) => environment.at(id) ?? [])),
  ),
);
