import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';
import { OUTWARD } from './routes';

/** Types that join a network with another one, or with an office. */
const BRIDGES: readonly string[] = [
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::TransitGatewayVpcAttachment',
  'AWS::EC2::VPNGateway',
  'AWS::EC2::VPNConnection',
  'AWS::EC2::ClientVpnEndpoint',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::CarrierGateway',
  'AWS::RAM::ResourceShare',
  // These copy what passes, or answer for names that are AWS's.
  'AWS::EC2::TrafficMirrorSession',
  'AWS::EC2::VPCDHCPOptionsAssociation',
  'AWS::Route53Resolver::ResolverRuleAssociation',
  'AWS::Route53Resolver::ResolverEndpoint',
];

/** A network leads to the internet by its own gateway, and nowhere else: no other network and no office is behind it. */
export const networksHaveOneWayOut: Check = {
  id: 'strength/networks-have-one-way-out',
  claim:
    'every route out leads to an internet gateway of these templates, nothing else is attached to a network, and none is joined with ' +
    'another',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const routes = environment.of('AWS::EC2::Route');
    const attachments = environment.of('AWS::EC2::VPCGatewayAttachment');
    const bridges = [...BRIDGES.flatMap((type) => environment.of(type)), ...zonesOfAws(environment)];
    const networks = environment.of('AWS::EC2::VPC');
    if (networks.length + routes.length + attachments.length + bridges.length === 0)
      return { state: 'notApplicable', reason: 'the templates hold no network' };
    const found = (resource: Resource, faults: readonly Fault[]): ReturnType<typeof toFinding>[] =>
      faults.map((fault) => toFinding(resource, '164.312(e)(1)', fault));
    return verdictOf(
      [...networks, ...routes, ...attachments, ...bridges],
      [
        ...routes.flatMap((route) => found(route, ofRoute(environment, route))),
        ...attachments.flatMap((attachment) => found(attachment, ofAttachment(environment, attachment))),
        ...bridges.flatMap((bridge) => found(bridge, [{ property: 'Type', value: bridge.type, expected: 'private endpoints' }])),
      ],
    );
  },
};

/** Private zones for names of AWS: whoever fills one is what a function then calls. */
function zonesOfAws(environment: EnvironmentModel): readonly Resource[] {
  return environment
    .of('AWS::Route53::HostedZone')
    .filter(
      (zone) => valueAt(zone, 'VPCs') !== undefined && /(?:^|\.)(?:amazonaws\.com|aws|api\.aws)\.?$/.test(textAt(zone, 'Name') ?? ''),
    );
}

function ofRoute(environment: EnvironmentModel, route: Resource): readonly Fault[] {
  const table = environment.at(textAt(route, 'RouteTableId'), 'AWS::EC2::RouteTable');
  return [
    ...OUTWARD.filter((property) => valueAt(route, property) !== undefined && !isGateway(environment, valueAt(route, property))).map(
      (property): Fault => ({ property, value: valueAt(route, property), expected: 'an internet gateway of these templates' }),
    ),
    ...(table ? [] : [{ property: 'RouteTableId', value: valueAt(route, 'RouteTableId'), expected: 'a route table of these templates' }]),
  ];
}

function ofAttachment(environment: EnvironmentModel, attachment: Resource): readonly Fault[] {
  const gateway = valueAt(attachment, 'InternetGatewayId');
  const vpn = valueAt(attachment, 'VpnGatewayId');
  return [
    ...(isGateway(environment, gateway)
      ? []
      : [{ property: 'InternetGatewayId', value: gateway, expected: 'an internet gateway of these templates' }]),
    ...(vpn === undefined ? [] : [{ property: 'VpnGatewayId', value: vpn, expected: 'absent' }]),
  ];
}

function isGateway(environment: EnvironmentModel, value: unknown): boolean {
  return environment.at(value, 'AWS::EC2::InternetGateway') !== undefined;
}
