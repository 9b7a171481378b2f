import { addedResource } from '../../support/added-resource';
import type { Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const PEERS = 'strength/groups-name-their-peers';
const REACH = 'strength/rules-reach-groups';
const INNER = 'strength/inner-tiers-let-in-callers-only';
const NETWORK = 'strength/everything-stands-in-our-network';

const group = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::EC2::SecurityGroup', `Groups${prefix}`, `the group of ${name}`);
const balancer = group('LoadBalancer', 'the load balancer');
const records = group('RecordsFunction', 'the records function');
const database = group('Database', 'the database');
const toProxy = new WeakeningRows('AWS::EC2::SecurityGroupEgress', 'GroupsRecordsFunctiontoprodNetworkGroupsProxy', 'the way to the proxy');
const toS3 = new WeakeningRows('AWS::EC2::SecurityGroupEgress', 'GroupsAuditExportertopl', 'the way to S3');
const intoProxy = new WeakeningRows('AWS::EC2::SecurityGroupIngress', 'GroupsProxyfrom', 'the way into the proxy');
const intoDatabase = new WeakeningRows('AWS::EC2::SecurityGroupIngress', 'GroupsDatabasefromprodNetworkGroupsProxy', 'the way into the database');

type Json = Record<string, unknown>;
const HTTPS_FROM_ALL = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const idOf = (logicalId: string): Json => ({ 'Fn::GetAtt': [logicalId, 'GroupId'] });
const LOAD_BALANCER = idOf('GroupsLoadBalancer5374B351');
const DATABASE = idOf('GroupsDatabase43A0544C');
const letIn = (extra: Json): ((properties: Json) => void) => (properties) => void Object.assign(properties, { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, ...extra }] });

/** Security groups and their rules, within them and apart. */
export const GROUP_ROWS: readonly Weakening[] = [
  balancer.set('SecurityGroupIngress.0.FromPort', 80, PEERS),
  balancer.set('SecurityGroupIngress.0.ToPort', 65_535, PEERS),
  balancer.set('SecurityGroupIngress.0.IpProtocol', '-1', PEERS),
  balancer.set('SecurityGroupEgress.0.FromPort', 0, PEERS),
  balancer.set('SecurityGroupEgress.0.ToPort', 65_535, PEERS),
  balancer.set('SecurityGroupEgress.0.IpProtocol', '-1', PEERS),
  records.set('SecurityGroupEgress.0.CidrIp', '0.0.0.0/0', PEERS),
  records.edit('without a rule for what goes out', [], (properties) => void delete properties['SecurityGroupEgress'], 'strength/groups-let-nothing-out-unsaid'),
  records.edit('open for HTTPS', [], (properties) => Object.assign(properties, { SecurityGroupEgress: [HTTPS_FROM_ALL] }), PEERS),
  database.edit('open to a range', ['SecurityGroupIngress.0.CidrIp'], letIn({ CidrIp: '10.0.0.0/8' }), PEERS),
  database.edit('open to a range of version 6', [], letIn({ CidrIpv6: '::/0' }), PEERS),
  database.edit('open to a list of addresses', [], letIn({ SourcePrefixListId: 'pl-63a5400a' }), PEERS),
  database.edit('open to the load balancer', [], letIn({ SourceSecurityGroupId: LOAD_BALANCER }), INNER),
  database.edit('open to a group of another account', [], letIn({ SourceSecurityGroupId: 'sg-0123456789abcdef0', SourceSecurityGroupOwnerId: '444455556666' }), PEERS),
  database.set('VpcId', 'vpc-0123456789abcdef0', NETWORK),

  toProxy.set('FromPort', 0, PEERS),
  toProxy.set('ToPort', 65_535, PEERS),
  toProxy.set('IpProtocol', '-1', PEERS),
  toProxy.set('DestinationSecurityGroupId', 'sg-0123456789abcdef0', REACH),
  toProxy.set('GroupId', 'sg-0123456789abcdef0', REACH),
  toProxy.edit('to everywhere', [], (properties) => {
    delete properties['DestinationSecurityGroupId'];
    Object.assign(properties, { CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 });
  }, PEERS),
  toS3.set('DestinationPrefixListId', 'pl-0123456789abcdef0', PEERS),

  intoProxy.set('FromPort', 0, PEERS),
  intoProxy.set('ToPort', 65_535, PEERS),
  intoProxy.set('IpProtocol', '-1', PEERS),
  intoProxy.set('SourceSecurityGroupId', LOAD_BALANCER, INNER, 'the load balancer'),
  intoDatabase.set('SourceSecurityGroupId', 'sg-0123456789abcdef0', REACH),
  intoDatabase.set('GroupId', 'sg-0123456789abcdef0', REACH),
  addedResource('a way into the database for everybody', 'Network', { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: DATABASE, CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 } }, PEERS),
  addedResource('a way into the database for the load balancer', 'Network', { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: DATABASE, SourceSecurityGroupId: LOAD_BALANCER, IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 } }, INNER),
  new WeakeningRows('AWS::ElasticLoadBalancingV2::LoadBalancer', '', 'the load balancer').edit(
    'in the group of the records function too', [],
    (properties) => void (properties['SecurityGroups'] as unknown[]).push({ 'Fn::ImportValue': 'prod-Network:ExportsOutputFnGetAttGroupsRecordsFunctionC61C9214GroupId2EB76C0D' }),
    INNER,
  ),
];
