import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { numberAt, recordsAt, textAt, textsAt, toNumber } from '../../model/read';

/** One rule of a security group, wherever it is written. */
interface GroupRule {
  readonly at: Resource;
  readonly property: string;
  readonly direction: 'in' | 'out';
  readonly groupOf: Resource | undefined;
  readonly range: string | undefined;
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const HTTPS = 443;

/** The rule that CDK writes into a group that lets nothing out: no packet has this address. */
const NOWHERE = '255.255.255.255/32';

/** The only open range is HTTPS on the load balancer; everything else names another group, on one port. */
export const groupsNameTheirPeers: Check = {
  id: 'strength/groups-name-their-peers',
  claim: 'no security group opens a range of addresses but HTTPS on a load balancer, and none opens more than one port',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const rules = rulesOf(environment);
    const ofBalancers = environment
      .of('AWS::ElasticLoadBalancingV2::LoadBalancer')
      .flatMap((balancer) => textsAt(balancer, 'SecurityGroups').map((group) => environment.at(group)));
    const findings = rules.flatMap((rule) => {
      const isOpen = rule.range !== undefined && rule.range !== NOWHERE;
      const isHttps = rule.protocol === 'tcp' && rule.from === HTTPS && rule.to === HTTPS;
      const isOnePort = rule.range === NOWHERE || (rule.protocol === 'tcp' && rule.from !== undefined && rule.from === rule.to);
      const faults = [
        ...(isOpen && !(isHttps && rule.groupOf && ofBalancers.includes(rule.groupOf)) ? ['another security group, or HTTPS on a load balancer'] : []),
        ...(isOnePort ? [] : ['one TCP port']),
      ];
      return faults.map((expected) =>
        toFinding(rule.at, '164.312(e)(1)', { property: rule.property, value: `${rule.direction} ${rule.range ?? 'group'} ${rule.protocol} ${rule.from ?? '*'}-${rule.to ?? '*'}`, expected }),
      );
    });
    return verdictOf([...environment.of('AWS::EC2::SecurityGroup'), ...rules.map(({ at }) => at)], findings);
  },
};

function rulesOf(environment: EnvironmentModel): readonly GroupRule[] {
  const inside = environment.of('AWS::EC2::SecurityGroup').flatMap((group) =>
    (['SecurityGroupIngress', 'SecurityGroupEgress'] as const).flatMap((property) =>
      recordsAt(group, property).map((rule, at): GroupRule => ({
        at: group,
        property: `${property}.${at}`,
        direction: property === 'SecurityGroupIngress' ? 'in' : 'out',
        groupOf: group,
        range: rangeOf(rule['CidrIp'] ?? rule['CidrIpv6']),
        protocol: String(rule['IpProtocol']),
        from: toNumber(rule['FromPort']),
        to: toNumber(rule['ToPort']),
      })),
    ),
  );
  const apart = (['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'] as const).flatMap((type) =>
    environment.of(type).map((rule): GroupRule => ({
      at: rule,
      property: 'rule',
      direction: type.endsWith('Ingress') ? 'in' : 'out',
      groupOf: environment.at(textAt(rule, 'GroupId')),
      range: rangeOf(textAt(rule, 'CidrIp') ?? textAt(rule, 'CidrIpv6')),
      protocol: String(textAt(rule, 'IpProtocol')),
      from: numberAt(rule, 'FromPort'),
      to: numberAt(rule, 'ToPort'),
    })),
  );
  return [...inside, ...apart];
}

function rangeOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
