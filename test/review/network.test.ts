import { entriesOf, ofKind, reviewOf, reviewOfUndoing } from '../support/review';
import type { RawResource, TemplateDraft } from '../support/weakening';

const add =
  (stack: string, Type: string, Properties: Record<string, unknown>) =>
  (draft: TemplateDraft): void =>
    draft.add(stack, 'Added', { Type, Properties } satisfies RawResource);
const idOf = (draft: TemplateDraft, type: string, prefix: string): string =>
  draft.all(type).find(({ logicalId }) => logicalId.startsWith(prefix))?.logicalId ?? '';

const OPENINGS: readonly (readonly [string, (draft: TemplateDraft) => void, RegExp])[] = [
  [
    'a range of addresses',
    (draft) =>
      add('Network', 'AWS::EC2::SecurityGroupIngress', {
        GroupId: { 'Fn::GetAtt': [idOf(draft, 'AWS::EC2::SecurityGroup', 'GroupsDatabase'), 'GroupId'] },
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5433,
        CidrIp: '10.0.0.0/8',
      })(draft),
    /^New: Network\/GroupsDatabase lets in tcp 5432-5433 from 10\.0\.0\.0\/8$/,
  ],
  [
    'another group',
    (draft) =>
      add('Network', 'AWS::EC2::SecurityGroupEgress', {
        GroupId: { 'Fn::GetAtt': [idOf(draft, 'AWS::EC2::SecurityGroup', 'GroupsDatabase'), 'GroupId'] },
        IpProtocol: '-1',
        DestinationSecurityGroupId: { 'Fn::GetAtt': [idOf(draft, 'AWS::EC2::SecurityGroup', 'GroupsProxy'), 'GroupId'] },
      })(draft),
    /^New: Network\/GroupsDatabase lets out everything to Network\/GroupsProxy$/,
  ],
  [
    'a rule within a group',
    (draft) =>
      draft.edit(
        'AWS::EC2::SecurityGroup',
        'GroupsProxy',
        (group) => (group['SecurityGroupIngress'] = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv6: '::/0' }),
      ),
    /GroupsProxy lets in tcp 22 from ::\/0$/,
  ],
  [
    'a listener',
    (draft) =>
      add('Api', 'AWS::ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: { Ref: idOf(draft, 'AWS::ElasticLoadBalancingV2::LoadBalancer', '') },
        Port: 80,
        Protocol: 'HTTP',
      })(draft),
    /^New: Api\/EdgeLoadBalancer \(internet-facing\) listens on HTTP 80$/,
  ],
  [
    'a load balancer that faces elsewhere',
    (draft) => draft.set('AWS::ElasticLoadBalancingV2::LoadBalancer', '', 'Scheme', 'internal'),
    /\(internal\) listens on HTTPS 443$/,
  ],
  [
    'a route',
    (draft) =>
      add('Network', 'AWS::EC2::Route', {
        RouteTableId: { Ref: idOf(draft, 'AWS::EC2::RouteTable', 'RecordsVpcDatabaseSubnet1') },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: idOf(draft, 'AWS::EC2::InternetGateway', '') },
      })(draft),
    /^New: Network\/RecordsVpcDatabaseSubnet1RouteTable leads 0\.0\.0\.0\/0 to Network\/RecordsVpcIGW/,
  ],
  [
    'another route table',
    (draft) =>
      draft.set('AWS::EC2::SubnetRouteTableAssociation', 'RecordsVpcDatabaseSubnet1', 'RouteTableId', {
        Ref: idOf(draft, 'AWS::EC2::RouteTable', 'RecordsVpcLoadBalancerSubnet1'),
      }),
    /^New: Network\/RecordsVpcDatabaseSubnet1Subnet goes by Network\/RecordsVpcLoadBalancerSubnet1RouteTable$/,
  ],
  [
    'a public subnet',
    (draft) => draft.set('AWS::EC2::Subnet', 'RecordsVpcLoadBalancerSubnet1', 'MapPublicIpOnLaunch', true),
    /gives out public addresses$/,
  ],
  [
    'a network ACL',
    add('Network', 'AWS::EC2::NetworkAclEntry', { NetworkAclId: 'acl-1', RuleAction: 'allow', Egress: false, CidrBlock: '0.0.0.0/0' }),
    /acl-1 lets in 0\.0\.0\.0\/0$/,
  ],
  [
    'an endpoint',
    add('Network', 'AWS::EC2::VPCEndpoint', {
      VpcId: 'vpc-1',
      ServiceName: 'com.amazonaws.us-east-1.sts',
      PolicyDocument: { Statement: [] },
    }),
    /vpc-1 has an endpoint to com\.amazonaws\.\{region\}\.sts$/,
  ],
  [
    'a function with a URL',
    (draft) =>
      add('Api', 'AWS::Lambda::Url', {
        TargetFunctionArn: { 'Fn::GetAtt': [idOf(draft, 'AWS::Lambda::Function', 'RecordsApi'), 'Arn'] },
        AuthType: 'NONE',
      })(draft),
    /RecordsApi\S* has a URL, authentication NONE$/,
  ],
  [
    'a database with a public address',
    (draft) => draft.set('AWS::RDS::DBInstance', '', 'PubliclyAccessible', true),
    /^New: Data\/Database\S* has a public address$/,
  ],
  [
    'requests past a web ACL that is away',
    (draft) => draft.edit('AWS::ElasticLoadBalancingV2::LoadBalancer', '', opened),
    /lets requests in when its web ACL cannot be asked$/,
  ],
  [
    'another way in',
    add('Network', 'AWS::EC2::VPCPeeringConnection', { VpcId: 'vpc-1', PeerVpcId: 'vpc-2' }),
    /^New: Network\/Added \(AWS::EC2::VPCPeeringConnection\)$/,
  ],
];

function opened(balancer: Record<string, unknown>): void {
  const attributes = balancer['LoadBalancerAttributes'] as { Key: string; Value: string }[];
  balancer['LoadBalancerAttributes'] = [
    ...attributes.filter(({ Key }) => Key !== 'waf.fail_open.enabled'),
    { Key: 'waf.fail_open.enabled', Value: 'true' },
  ];
}

describe('what opens', () => {
  it.each(OPENINGS)('%s is for a reviewer, and good to know when it closes', (_, change, sentence) => {
    const review = reviewOf(change);
    const sentences = ofKind(review, 'network-opened').filter(({ text }) => sentence.test(text));
    expect(sentences).toMatchObject([{ weight: 'asks' }]);
    expect(review.outcome).not.toBe('nothing');
    const closed = ofKind(reviewOfUndoing(change), 'network-closed').map(({ text }) => text);
    expect(closed).toContain(sentences[0]?.text.replace(/^New/, 'Gone'));
  });

  it('is for a reviewer, too, when nobody can read it', () => {
    const change = (draft: TemplateDraft): void =>
      draft.set('AWS::EC2::Route', 'RecordsVpcLoadBalancerSubnet1', 'DestinationCidrBlock', { 'Fn::Transform': 'x' });
    expect(entriesOf(reviewOf(change), 'network')).toMatchObject([
      { kind: 'network-unreadable', weight: 'asks', text: expect.stringContaining('Fn::Transform') },
    ]);
    expect(entriesOf(reviewOfUndoing(change), 'network')).toMatchObject([{ kind: 'network-unreadable' }]);
  });

  it('is nothing when a group says that nothing gets out', () => {
    const change = (draft: TemplateDraft): void =>
      draft.edit(
        'AWS::EC2::SecurityGroup',
        'GroupsProxy',
        (group) => (group['SecurityGroupEgress'] = [{ IpProtocol: 'icmp', CidrIp: '255.255.255.255/32' }]),
      );
    expect(ofKind(reviewOf(change), 'network-opened')).toEqual([]);
  });
});
