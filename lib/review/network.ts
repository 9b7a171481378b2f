import { stableNames } from '../compliance/access/names';
import { attributeOf } from '../compliance/kinds';
import { groupRulesOf, type GroupRule } from '../compliance/checks/network/group-rules';
import { OUTWARD } from '../compliance/checks/network/routes';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { flagAt, textAt } from '../compliance/model/read';
import { CannotTell } from '../compliance/verdict';
import type { Entry, EnvironmentPair } from './entry';
import { say, toText, type Phrase } from './phrase';

/** The rule that CDK writes into a group that lets nothing out: no packet has this address. */
const NOWHERE = '255.255.255.255/32';

/** Types that are a way in or out by being there. */
const DOORS: readonly string[] = [
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGatewayV2::Api',
  'AWS::AppSync::GraphQLApi',
  'AWS::CloudFront::Distribution',
  'AWS::EC2::ClientVpnEndpoint',
  'AWS::EC2::EIP',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::Instance',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::VPNConnection',
  'AWS::GlobalAccelerator::Accelerator',
];

/** What opens to which network, and what closes: 164.312(e)(1), 164.312(a)(1). */
export function networkEntries({ base, head }: EnvironmentPair): readonly Entry[] {
  const [before, after] = [openingsOf(base), openingsOf(head)];
  if (typeof after === 'string') return after === before ? [] : [unreadable('is', after)];
  if (typeof before === 'string') return [unreadable('was', before)];
  const entry = (kind: string, weight: Entry['weight'], word: string, text: Phrase): Entry => ({
    kind,
    weight,
    text: [`${word}: `, ...text],
    details: [],
  });
  return [
    ...[...after].filter(([key]) => !before.has(key)).map(([, text]) => entry('network-opened', 'asks', 'New', text)),
    ...[...before].filter(([key]) => !after.has(key)).map(([, text]) => entry('network-closed', 'tells', 'Gone', text)),
  ];
}

function unreadable(when: string, reason: string): Entry {
  return { kind: 'network-unreadable', weight: 'asks', text: [`What ${when} open cannot be told: `, { value: reason }], details: [] };
}

/** Everything that lets something in or out, by its own words; the reason where only a deploy knows a part of it. */
function openingsOf(environment: EnvironmentModel): ReadonlyMap<string, Phrase> | string {
  try {
    const all = [
      ...groupRulesOf(environment).flatMap((rule) => ruleIn(environment, rule)),
      ...environment.all.flatMap((resource) => OPENINGS[resource.type]?.(environment, resource) ?? []),
      ...environment.all
        .filter(({ type }) => DOORS.includes(type))
        .map((resource) => say`${stableNames(environment).of(resource)} (${resource.type})`),
    ];
    return new Map(all.map((text) => [toText(text), text]));
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return error.message;
  }
}

function ruleIn(
  environment: EnvironmentModel,
  { at, group, direction, ranges, lists, peers, protocol, from, to }: GroupRule,
): readonly Phrase[] {
  const names = stableNames(environment);
  const others = [...ranges.filter((range) => range !== NOWHERE), ...lists, ...peers].map((other) => named(environment, other));
  const ports = protocol === '-1' ? 'everything' : `${protocol} ${from ?? '*'}${to === from ? '' : `-${to ?? '*'}`}`;
  const owner = names.of(group ?? at);
  return others.map((other) =>
    direction === 'in' ? say`${owner} lets in ${ports} from ${other}` : say`${owner} lets out ${ports} to ${other}`,
  );
}

function named(environment: EnvironmentModel, reference: string | undefined): string {
  const names = stableNames(environment);
  const resource = environment.at(reference);
  return resource ? names.of(resource) : names.text(reference ?? 'none');
}

/** What a resource opens, by type. */
const OPENINGS: Readonly<Record<string, (environment: EnvironmentModel, resource: Resource) => readonly Phrase[]>> = {
  'AWS::ElasticLoadBalancingV2::Listener': (environment, listener) => {
    const balancer = environment.at(textAt(listener, 'LoadBalancerArn'));
    const scheme = balancer ? (textAt(balancer, 'Scheme') ?? 'internet-facing') : 'unknown';
    const port = `${textAt(listener, 'Protocol') ?? 'any protocol'} ${textAt(listener, 'Port') ?? '*'}`;
    return [say`${named(environment, textAt(listener, 'LoadBalancerArn'))} (${scheme}) listens on ${port}`];
  },
  'AWS::EC2::Route': (environment, route) => {
    const to = OUTWARD.flatMap((property) => textAt(route, property) ?? [])
      .map((target) => named(environment, target))
      .join(', ');
    const destination = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId']
      .flatMap((property) => textAt(route, property) ?? [])
      .join(', ');
    return [say`${named(environment, textAt(route, 'RouteTableId'))} leads ${destination || 'everything'} to ${to || 'nowhere'}`];
  },
  'AWS::EC2::SubnetRouteTableAssociation': (environment, association) => [
    say`${named(environment, textAt(association, 'SubnetId'))} goes by ${named(environment, textAt(association, 'RouteTableId'))}`,
  ],
  'AWS::EC2::Subnet': (environment, subnet) =>
    flagAt(subnet, 'MapPublicIpOnLaunch') === true ? [say`${stableNames(environment).of(subnet)} gives out public addresses`] : [],
  'AWS::EC2::NetworkAclEntry': (environment, entry) => {
    const direction = flagAt(entry, 'Egress') === true ? 'out' : 'in';
    const range = textAt(entry, 'CidrBlock') ?? textAt(entry, 'Ipv6CidrBlock') ?? '*';
    return textAt(entry, 'RuleAction') === 'allow'
      ? [say`${named(environment, textAt(entry, 'NetworkAclId'))} lets ${direction} ${range}`]
      : [];
  },
  'AWS::EC2::VPCEndpoint': (environment, endpoint) => {
    const service = textAt(endpoint, 'ServiceName') ?? 'a service';
    return [say`${named(environment, textAt(endpoint, 'VpcId'))} has an endpoint to ${stableNames(environment).text(service)}`];
  },
  'AWS::Lambda::Url': (environment, url) => [
    say`${named(environment, textAt(url, 'TargetFunctionArn'))} has a URL, authentication ${textAt(url, 'AuthType') ?? 'unknown'}`,
  ],
  'AWS::RDS::DBInstance': (environment, database) =>
    flagAt(database, 'PubliclyAccessible') === true ? [say`${stableNames(environment).of(database)} has a public address`] : [],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (environment, balancer) => {
    const fails = attributeOf(balancer, 'waf.fail_open.enabled') === 'true';
    return fails ? [say`${stableNames(environment).of(balancer)} lets requests in when its web ACL cannot be asked`] : [];
  },
};
