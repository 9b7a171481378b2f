import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import type { Route } from '../../support/routes';
import { routesOf } from '../../support/routes';

interface Subnet {
  readonly AvailabilityZone: string;
  readonly CidrBlock: string;
  readonly MapPublicIpOnLaunch?: boolean;
  readonly AssignIpv6AddressOnCreation?: boolean;
}

interface FlowLog {
  readonly LogDestination: string;
  readonly LogDestinationType: string;
  readonly ResourceId: string;
  readonly TrafficType: string;
}

const SUBNET = 'AWS::EC2::Subnet';
const EDGE = 'RecordsVpcLoadBalancer';
const TIERS = [EDGE, 'RecordsVpcApplication', 'RecordsVpcDatabase'];

/** Everything that takes part in carrying traffic in or out of a VPC, beside the one gateway. */
const OTHER_WAYS_OUT = [
  'AWS::EC2::NatGateway',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::VPNGateway',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::CarrierGateway',
  'AWS::EC2::EIP',
  'AWS::EC2::Instance',
  'AWS::EC2::NetworkInterface',
  'AWS::EC2::ClientVpnEndpoint',
];

const oneWayOut: Claim = (land) => [
  ...land.all.filter(({ type }) => OTHER_WAYS_OUT.includes(type)).map(({ name, type }) => `${name}: is a ${type}`),
  ...judge(
    'gateways',
    land.of<{ VpcId: string; InternetGatewayId?: string; VpnGatewayId?: string }>('AWS::EC2::VPCGatewayAttachment'),
    ({ properties }) => [
      !land.at(properties.InternetGatewayId, 'AWS::EC2::InternetGateway') && 'attaches what is no internet gateway',
      !land.at(properties.VpcId, 'AWS::EC2::VPC') && 'is attached to a VPC outside the templates',
    ],
  ),
];

const onlyTheEdgeIsRouted: Claim = (land) =>
  judge('subnets', land.of<Subnet>(SUBNET), (subnet) => {
    const routes = routesOf(land, subnet);
    if (!subnet.logicalId.startsWith(EDGE)) return routes.map(({ name }) => `has a way out of the VPC, ${name}`);
    return [
      routes.length !== 1 && `has ${routes.length} routes`,
      ...routes.map(
        ({ properties }: { properties: Route }) =>
          [properties.DestinationCidrBlock, land.at(properties.GatewayId)?.type].join() !== '0.0.0.0/0,AWS::EC2::InternetGateway' &&
          'has a route that is not the one to the internet gateway',
      ),
    ];
  });

const noPublicAddresses: Claim = (land) =>
  judge('subnets', land.of<Subnet>(SUBNET), ({ properties }) => [
    properties.MapPublicIpOnLaunch !== false && 'gives out public addresses',
    properties.AssignIpv6AddressOnCreation && 'gives out IPv6 addresses',
  ]);

const zonesAreTheConfigured: Claim = (land) =>
  judgeAll('tiers', TIERS, (tier) => {
    const zones = land
      .of<Subnet>(SUBNET)
      .filter(({ logicalId }) => logicalId.startsWith(tier))
      .map(({ properties }) => properties.AvailabilityZone);
    return [unlike(`zones of ${tier}`, zones, land.config.availabilityZones)];
  });

/** Resources outside the network itself that name a subnet, by the tier they may stand in. */
const onlyTheLoadBalancerAtTheEdge: Claim = (land) => {
  const users = land.all.filter(({ type }) => !['AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation'].includes(type));
  const edge = land.of<Subnet>(SUBNET).filter(({ logicalId }) => logicalId.startsWith(EDGE));
  const standing = users.filter(({ properties }) =>
    edge.some((subnet) => JSON.stringify(properties).includes(JSON.stringify(land.refOf(subnet)))),
  );
  return judge('users of the edge subnets', standing, ({ type }) => [
    type !== 'AWS::ElasticLoadBalancingV2::LoadBalancer' && `is a ${type} and stands at the edge`,
  ]);
};

const everyFlowIsArchived: Claim = (land) =>
  judge('VPCs', land.of('AWS::EC2::VPC'), (vpc) => {
    const logs = land.of<FlowLog>('AWS::EC2::FlowLog').filter(({ properties }) => properties.ResourceId === land.refOf(vpc));
    return [
      logs.length !== 1 && `has ${logs.length} flow logs`,
      ...logs.flatMap(({ properties }) => [
        unlike('traffic', properties.TrafficType, 'ALL'),
        unlike('destination', properties.LogDestinationType, 's3'),
        !land.at<{ ObjectLockEnabled?: boolean }>(properties.LogDestination, 'AWS::S3::Bucket')?.properties.ObjectLockEnabled &&
          'logs its flows to no locked archive',
      ]),
    ];
  });

/** The group that EC2 gives every VPC allows all traffic between its members until somebody empties it. */
const defaultGroupIsClosed: Claim = (land) =>
  judge('VPCs', land.of('AWS::EC2::VPC'), (vpc) => {
    const closers = land
      .of<{ DefaultSecurityGroupId: string; ServiceToken: string }>('Custom::VpcRestrictDefaultSG')
      .filter(({ properties }) => properties.DefaultSecurityGroupId === `\${${vpc.name.replace('/', '.')}.DefaultSecurityGroup}`);
    return [
      closers.length !== 1 && `has ${closers.length} resources that close its default group`,
      ...closers.map(
        ({ properties }) => !land.at(properties.ServiceToken, 'AWS::Lambda::Function') && 'is closed by no function of the templates',
      ),
    ];
  });

describe('the network', () => {
  holds('has one way out, an internet gateway: no NAT, no instance, no peering', oneWayOut);
  holds('routes nothing but the load balancer subnets to the internet', onlyTheEdgeIsRouted);
  holds('gives out no public address', noPublicAddresses);
  holds('spreads every tier over the configured zones', zonesAreTheConfigured);
  holds('has nothing but the load balancer at its edge', onlyTheLoadBalancerAtTheEdge);
  holds('records all of its flows in the locked archive', everyFlowIsArchived);
  holds('has its default security group emptied', defaultGroupIsClosed);

  notices(
    'a NAT gateway',
    oneWayOut,
    (draft) => draft.add('Network', 'Nat', 'AWS::EC2::NatGateway', {}),
    /^Network\/Nat: is a AWS::EC2::NatGateway/,
  );
  notices(
    'a database subnet with a way out',
    onlyTheEdgeIsRouted,
    (draft) =>
      draft.add('Network', 'Leak', 'AWS::EC2::Route', {
        DestinationIpv6CidrBlock: '::/0',
        GatewayId: { Ref: draft.id('AWS::EC2::InternetGateway', '') },
        RouteTableId: { Ref: draft.id('AWS::EC2::RouteTable', 'RecordsVpcDatabaseSubnet2') },
      }),
    /^Network\/RecordsVpcDatabaseSubnet2\w+: has a way out of the VPC, Network\/Leak/,
  );
  notices(
    'a subnet that gives out public addresses',
    noPublicAddresses,
    (draft) => draft.set(SUBNET, 'RecordsVpcLoadBalancerSubnet1', ['MapPublicIpOnLaunch'], true),
    /^Network\/RecordsVpcLoadBalancerSubnet1\w+: gives out/,
  );
  notices(
    'a zone that is not configured',
    zonesAreTheConfigured,
    (draft) => draft.set(SUBNET, 'RecordsVpcDatabaseSubnet1', ['AvailabilityZone'], 'dummy1a'),
    /zones of RecordsVpcDatabase is \["dummy1a"/,
  );
  notices(
    'an endpoint at the edge',
    onlyTheLoadBalancerAtTheEdge,
    (draft) =>
      draft.set('AWS::EC2::VPCEndpoint', 'RecordsVpcSystemsManager', ['SubnetIds', 0], {
        Ref: draft.id(SUBNET, 'RecordsVpcLoadBalancerSubnet1'),
      }),
    /^Network\/RecordsVpcSystemsManager\w+: is a AWS::EC2::VPCEndpoint and stands at the edge/,
  );
  notices(
    'flows that are half recorded',
    everyFlowIsArchived,
    (draft) => draft.set('AWS::EC2::FlowLog', '', ['TrafficType'], 'REJECT'),
    /traffic is "REJECT"/,
  );
  notices(
    'an open default group',
    defaultGroupIsClosed,
    (draft) => draft.remove('Custom::VpcRestrictDefaultSG', ''),
    /^Network\/RecordsVpc\w+: has 0 resources/,
  );
});
