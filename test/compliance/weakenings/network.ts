import { addedResource } from '../../support/added-resource';
import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';
import { GROUP_ROWS } from './network-groups';

const FACING = 'strength/only-load-balancers-face-the-internet';
const WAY_OUT = 'strength/networks-have-one-way-out';
const NETWORK = 'strength/everything-stands-in-our-network';
const ROUTES = 'strength/subnets-have-own-routes';
const FLOWS = 'strength/flow-logs-see-everything';
const ENDPOINTS = 'strength/endpoints-are-private';
const CLOSED = 'strength/default-groups-are-closed';
const RENEWED = 'strength/certificates-renew-themselves';
const NAMES = 'strength/names-lead-to-us';
const ELSEWHERE = 'vpc-0123456789abcdef0';

const vpc = new WeakeningRows('AWS::EC2::VPC', '', 'the network');
const subnet = (prefix: string): WeakeningRows => new WeakeningRows('AWS::EC2::Subnet', `RecordsVpc${prefix}`, `the subnet ${prefix}`);
const table = new WeakeningRows('AWS::EC2::RouteTable', 'RecordsVpcApplicationSubnet1', 'a route table');
const association = new WeakeningRows('AWS::EC2::SubnetRouteTableAssociation', 'RecordsVpcApplicationSubnet1', 'the routes of an application subnet');
const outer = new WeakeningRows('AWS::EC2::SubnetRouteTableAssociation', 'RecordsVpcLoadBalancerSubnet1', 'the routes of the load balancer');
const route = new WeakeningRows('AWS::EC2::Route', 'RecordsVpcLoadBalancerSubnet1', 'the way out');
const attachment = new WeakeningRows('AWS::EC2::VPCGatewayAttachment', '', 'the attachment of the gateway');
const flows = new WeakeningRows('AWS::EC2::FlowLog', '', 'the flow log');
const kms = new WeakeningRows('AWS::EC2::VPCEndpoint', 'RecordsVpcKms', 'the endpoint of KMS');
const bus = new WeakeningRows('AWS::EC2::VPCEndpoint', 'RecordsVpcEventBridge', 'the endpoint of EventBridge');
const s3 = new WeakeningRows('AWS::EC2::VPCEndpoint', 'RecordsVpcS3', 'the endpoint of S3');
const closing = new WeakeningRows('Custom::VpcRestrictDefaultSG', '', 'the closing of the default group');
const record = new WeakeningRows('AWS::Route53::RecordSet', '', 'the name');
const certificate = new WeakeningRows('AWS::CertificateManager::Certificate', '', 'the certificate');

const APPLICATION_SUBNET = { Ref: 'RecordsVpcApplicationSubnet1Subnet0D27E42E' };
const APPLICATION_TABLE = { Ref: 'RecordsVpcApplicationSubnet1RouteTable389FD54F' };
const PEERING = { Type: 'AWS::EC2::VPCPeeringConnection', Properties: { VpcId: { Ref: 'RecordsVpc96B3B3D4' }, PeerVpcId: ELSEWHERE } };

const ROWS: readonly Weakening[] = [
  vpc.set('EnableDnsSupport', false, ENDPOINTS),
  vpc.drop('EnableDnsHostnames', ENDPOINTS),
  vpc.set('EnableDnsHostnames', 'false', ENDPOINTS),
  subnet('LoadBalancerSubnet1').set('MapPublicIpOnLaunch', true, FACING),
  subnet('ApplicationSubnet1').set('MapPublicIpOnLaunch', 'true', FACING),
  subnet('ApplicationSubnet1').add('AssignIpv6AddressOnCreation', true, FACING),
  subnet('DatabaseSubnet1').set('AvailabilityZone', 'us-east-1b', 'strength/tiers-span-zones'),
  subnet('DatabaseSubnet1').drop('AvailabilityZone', 'strength/tiers-span-zones'),
  subnet('ApplicationSubnet1').set('VpcId', ELSEWHERE, NETWORK),
  table.set('VpcId', ELSEWHERE, NETWORK),
  association.set('RouteTableId', { Ref: 'RecordsVpcLoadBalancerSubnet1RouteTable96DC1B6A' }, FACING, 'that leads out'),
  association.set('RouteTableId', 'rtb-0123456789abcdef0', ROUTES),
  association.gone(ROUTES),
  outer.set('SubnetId', 'subnet-0123456789abcdef0', ROUTES),
  outer.set('SubnetId', APPLICATION_SUBNET, FACING, 'of an application subnet'),
  route.set('RouteTableId', APPLICATION_TABLE, FACING, 'of an application subnet'),
  route.set('GatewayId', 'vgw-0123456789abcdef0', WAY_OUT),
  addedResource('a way out of the database’s subnet', 'Network', { Type: 'AWS::EC2::Route', Properties: { RouteTableId: { Ref: 'RecordsVpcDatabaseSubnet1RouteTable0E9D3D8E' }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: { Ref: 'RecordsVpcIGW93A5AD88' } } }, FACING),
  addedResource('a way to another network', 'Network', { Type: 'AWS::EC2::Route', Properties: { RouteTableId: APPLICATION_TABLE, DestinationCidrBlock: '192.168.0.0/16', TransitGatewayId: 'tgw-0123456789abcdef0' } }, WAY_OUT),
  addedResource('a network joined to ours', 'Network', PEERING, WAY_OUT),
  addedResource('a copy of all traffic', 'Network', { Type: 'AWS::EC2::TrafficMirrorSession', Properties: { NetworkInterfaceId: 'eni-0', SessionNumber: 1, TrafficMirrorFilterId: 'tmf-0', TrafficMirrorTargetId: 'tmt-0' } }, WAY_OUT),
  addedResource('names that somebody else answers for', 'Network', { Type: 'AWS::EC2::VPCDHCPOptionsAssociation', Properties: { VpcId: { Ref: 'RecordsVpc96B3B3D4' }, DhcpOptionsId: 'dopt-0' } }, WAY_OUT),
  addedResource('a zone for a name of AWS', 'Network', { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'kms.us-east-1.amazonaws.com', VPCs: [{ VPCId: { Ref: 'RecordsVpc96B3B3D4' }, VPCRegion: 'us-east-1' }] } }, WAY_OUT),
  addedResource('a NAT gateway', 'Network', { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: APPLICATION_SUBNET } }, WAY_OUT),
  addedResource('a network without a flow log', 'Network', { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.99.0.0/16' } }, FLOWS),
  attachment.set('InternetGatewayId', 'igw-0123456789abcdef0', WAY_OUT),
  attachment.add('VpnGatewayId', 'vgw-0123456789abcdef0', WAY_OUT),
  attachment.set('VpcId', ELSEWHERE, NETWORK),

  flows.set('TrafficType', 'REJECT', FLOWS),
  flows.set('ResourceType', 'Subnet', FLOWS),
  flows.set('ResourceId', ELSEWHERE, FLOWS),
  flows.set('LogDestination', 'arn:aws:s3:::somebody-elses-bucket', FLOWS),
  flows.set('LogDestinationType', 'cloud-watch-logs', FLOWS),
  flows.add('LogFormat', '${start} ${end} ${action}', FLOWS),
  flows.edit('without its class', ['Tags'], (properties) => Object.assign(properties, { Tags: [] }), 'strength/carriers-say-what-they-carry'),
  flows.gone('presence/flow-logs'),

  kms.set('PrivateDnsEnabled', false, ENDPOINTS),
  kms.set('ServiceName', 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0', ENDPOINTS),
  kms.set('ServiceName', 'com.amazonaws.us-east-1.execute-api', ENDPOINTS),
  kms.set('VpcEndpointType', 'GatewayLoadBalancer', ENDPOINTS),
  kms.set('VpcId', ELSEWHERE, NETWORK),
  kms.set('SecurityGroupIds.0', 'sg-0123456789abcdef0', ENDPOINTS),
  kms.drop('SecurityGroupIds.0', ENDPOINTS),
  kms.drop('SubnetIds.0', 'strength/tiers-span-zones'),
  kms.set('SubnetIds.0', { Ref: 'RecordsVpcLoadBalancerSubnet1Subnet80E17E53' }, FACING, 'that leads out'),
  bus.set('PrivateDnsEnabled', false, ENDPOINTS),
  bus.set('ServiceName', 'com.amazonaws.us-east-1.scheduler', ENDPOINTS),
  bus.edit('under the policy of AWS', [], (properties) => void delete properties['PolicyDocument'], ENDPOINTS),
  s3.set('RouteTableIds.0', 'rtb-0123456789abcdef0', ENDPOINTS),
  s3.drop('RouteTableIds.1', ROUTES),

  closing.set('ServiceToken', 'arn:aws:lambda:us-east-1:444455556666:function:other', CLOSED),
  closing.set('DefaultSecurityGroupId', 'sg-0123456789abcdef0', CLOSED),
  closing.gone(CLOSED),

  record.set('AliasTarget.DNSName', 'old.us-east-1.elb.amazonaws.com', NAMES),
  record.set('AliasTarget.HostedZoneId', 'Z35SXDOTRQ7X7K', NAMES),
  record.set('HostedZoneId', 'Z11111111111EXAMPLE', NAMES),
  record.set('Name', 'www.telehealth.example.', NAMES),
  record.set('Type', 'CNAME', NAMES),
  addedResource('a name that leads to an address', 'Api', { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: 'Z00000000000000EXAMPLE', Name: 'old.telehealth.example.', Type: 'A', TTL: '300', ResourceRecords: ['192.0.2.1'] } }, NAMES),

  certificate.set('ValidationMethod', 'EMAIL', RENEWED),
  certificate.set('DomainName', '*.telehealth.example', RENEWED),
  certificate.set('DomainValidationOptions.0.DomainName', 'www.telehealth.example', RENEWED),
  certificate.drop('DomainValidationOptions.0.HostedZoneId', RENEWED),
  certificate.add('CertificateTransparencyLoggingPreference', 'DISABLED', RENEWED),
  certificate.add('CertificateExport', 'ENABLED', RENEWED),
  certificate.add('SubjectAlternativeNames', ['unvalidated.telehealth.example'], RENEWED),
];

/** The network, its endpoints, groups and names. */
export const NETWORK_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::RouteTable', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::Route', 'AWS::EC2::InternetGateway',
    'AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::FlowLog', 'AWS::EC2::VPCEndpoint', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress',
    'AWS::EC2::SecurityGroupEgress', 'Custom::VpcRestrictDefaultSG', 'AWS::Route53::RecordSet', 'AWS::CertificateManager::Certificate',
  ],
  rows: [...ROWS, ...GROUP_ROWS],
  neutral: [
    { patterns: ['AWS::EC2::VPC CidrBlock', 'AWS::EC2::Subnet CidrBlock'], because: 'Sizes and places within private addresses: who may speak with whom, groups say by name and not by range.' },
    { patterns: ['AWS::EC2::VPC InstanceTenancy'], because: 'No instance runs in this network; the other tenancy is the stricter one.' },
    { patterns: ['AWS::EC2::Route DestinationCidrBlock'], because: 'A narrower range takes reachability away from the load balancer, which stands alone in these subnets; a wider one there is not.' },
    {
      patterns: [
        'AWS::EC2::VPC Tags', 'AWS::EC2::Subnet Tags', 'AWS::EC2::RouteTable Tags', 'AWS::EC2::InternetGateway Tags', 'AWS::EC2::VPCEndpoint Tags', 'AWS::EC2::SecurityGroup Tags',
        'AWS::CertificateManager::Certificate Tags',
      ],
      because: 'Names and the environment, for people and bills; none of these holds data, so none has a class.',
    },
    {
      patterns: ['AWS::EC2::SecurityGroup GroupDescription', 'AWS::EC2::SecurityGroup *.Description', 'AWS::EC2::SecurityGroupEgress Description', 'AWS::EC2::SecurityGroupIngress Description'],
      because: 'Texts for people; what a rule lets through stands in its ports and peers.',
    },
    { patterns: ['Custom::VpcRestrictDefaultSG ServiceTimeout'], because: 'How long CloudFormation waits: one too short fails the deploy, and says so.' },
    {
      patterns: ['Custom::VpcRestrictDefaultSG DeletionPolicy', 'Custom::VpcRestrictDefaultSG UpdateReplacePolicy'],
      because: 'There is nothing behind it to keep: it stands for work done at a deploy, and its deletion opens nothing again.',
    },
  ],
};
