import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import type { Landscape } from '../../support/landscape';

interface Group {
  readonly SecurityGroupEgress?: readonly Rule[];
  readonly SecurityGroupIngress?: readonly Rule[];
}

/** One rule, inside its group or as a resource apart. */
interface Rule {
  readonly GroupId?: string;
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
  readonly SourceSecurityGroupId?: string;
  readonly SourcePrefixListId?: string;
  readonly DestinationSecurityGroupId?: string;
  readonly DestinationPrefixListId?: string;
}

const GROUP = 'AWS::EC2::SecurityGroup';

/** Tier name of a group: its logical id without what CDK adds. */
function tierOf(land: Landscape, groupId: string | undefined): string {
  const group =
    land.at(groupId, GROUP) ?? land.all.find((resource) => groupId?.startsWith(`\${${resource.name.replace('/', '.')}.GroupId`));
  return group?.logicalId.replace(/^Groups/, '').replace(/[0-9A-F]{8}$/, '') ?? `unknown group ${groupId}`;
}

type Direction = 'in' | 'out';

/** A rule in words: `in Proxy 5432 from RecordsFunction`. EC2's own way of saying nothing is left out. */
function rulesOf(land: Landscape): string[] {
  const words = (direction: Direction, group: string, rule: Rule) => {
    const peer =
      rule.CidrIp ??
      rule.CidrIpv6 ??
      rule.SourcePrefixListId ??
      rule.DestinationPrefixListId ??
      tierOf(land, rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId);
    const port =
      rule.IpProtocol === 'tcp' && rule.FromPort === rule.ToPort
        ? `${rule.FromPort}`
        : `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`;
    return `${direction} ${group} ${port} ${direction === 'in' ? 'from' : 'to'} ${peer}`;
  };
  const inside = land.of<Group>(GROUP).flatMap((group) => {
    const tier = tierOf(land, `\${${group.name.replace('/', '.')}.GroupId}`);
    return [
      ...(group.properties.SecurityGroupIngress ?? []).map((rule) => words('in', tier, rule)),
      ...(group.properties.SecurityGroupEgress ?? []).filter((rule) => !saysNothing(rule)).map((rule) => words('out', tier, rule)),
    ];
  });
  const apart = (type: string, direction: Direction) =>
    land.of<Rule>(type).map(({ properties }) => words(direction, tierOf(land, properties.GroupId), properties));
  return [...inside, ...apart('AWS::EC2::SecurityGroupIngress', 'in'), ...apart('AWS::EC2::SecurityGroupEgress', 'out')].sort();
}

/** To an address that is nobody's, by a protocol that carries nothing. */
function saysNothing({ CidrIp, IpProtocol }: Rule): boolean {
  return CidrIp === '255.255.255.255/32' && IpProtocol === 'icmp';
}

/** Every connection of the environment; an addition is a decision. */
const rulesAreExact: Claim = (land) => {
  const fault = unlike('the rules', rulesOf(land), [
    'in Database 5432 from Administration',
    'in Database 5432 from AuditExporter',
    'in Database 5432 from AuditSignals',
    'in Database 5432 from KeyRotation',
    'in Database 5432 from MigrationFunction',
    'in Database 5432 from Proxy',
    'in Database 5432 from SessionRevoker',
    'in Endpoints 443 from AuditExporter',
    'in Endpoints 443 from AuditSignals',
    'in Endpoints 443 from KeyRotation',
    'in Endpoints 443 from MigrationFunction',
    'in Endpoints 443 from RecordsFunction',
    'in LoadBalancer 443 from 0.0.0.0/0',
    'in Proxy 5432 from RecordsFunction',
    `out Administration 443 to ${land.config.network.s3PrefixListId}`,
    'out Administration 5432 to Database',
    'out AuditExporter 443 to Endpoints',
    `out AuditExporter 443 to ${land.config.network.s3PrefixListId}`,
    'out AuditExporter 5432 to Database',
    'out AuditSignals 443 to Endpoints',
    'out AuditSignals 5432 to Database',
    'out KeyRotation 443 to Endpoints',
    `out KeyRotation 443 to ${land.config.network.s3PrefixListId}`,
    'out KeyRotation 5432 to Database',
    'out LoadBalancer 443 to 0.0.0.0/0',
    'out MigrationFunction 443 to Endpoints',
    `out MigrationFunction 443 to ${land.config.network.s3PrefixListId}`,
    'out MigrationFunction 5432 to Database',
    'out Proxy 5432 to Database',
    'out RecordsFunction 443 to Endpoints',
    'out RecordsFunction 5432 to Proxy',
    'out SessionRevoker 5432 to Database',
  ]);
  return fault === undefined ? [] : [fault];
};

/** EC2 lets everything out of a group that is made without an egress rule; rules added later do not take that back. */
const nothingIsLetOutByDefault: Claim = (land) =>
  judge('security groups', land.of<Group>(GROUP), ({ properties }) => [
    (properties.SecurityGroupEgress ?? []).length === 0 && 'is made without an egress rule, so EC2 lets everything out',
    ...(properties.SecurityGroupEgress ?? []).map(({ IpProtocol }) => IpProtocol === '-1' && 'lets every protocol out'),
  ]);

const rangesAreOnlyAtTheEdge: Claim = (land) =>
  judgeAll('rules', rulesOf(land), (rule) => [
    /(\d\/\d|::\/)/.test(rule) && !/^(in|out) LoadBalancer 443 (from|to) 0\.0\.0\.0\/0$/.test(rule) && rule,
  ]);

/** Every network interface of the environment has a group of its tier, and only that. */
const everyInterfaceHasItsGroup: Claim = (land) => {
  const groups: readonly (readonly [string, string, (properties: Record<string, unknown>) => unknown])[] = [
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'LoadBalancer', ({ SecurityGroups }) => SecurityGroups],
    ['AWS::RDS::DBInstance', 'Database', ({ VPCSecurityGroups }) => VPCSecurityGroups],
    ['AWS::RDS::DBProxy', 'Proxy', ({ VpcSecurityGroupIds }) => VpcSecurityGroupIds],
  ];
  return groups.flatMap(([type, tier, read]) =>
    judge(type, land.of<Record<string, unknown>>(type), ({ properties }) => [
      unlike(
        'its groups',
        ((read(properties) ?? []) as string[]).map((id) => tierOf(land, id)),
        [tier],
      ),
    ]),
  );
};

/** What a function of the VPC may reach shows in the group that is named after it; no two share one. */
const FUNCTION_GROUPS: Readonly<Record<string, string>> = {
  RecordsApi: 'RecordsFunction',
  MigrationsMigrate: 'MigrationFunction',
  AdministrationAdminister: 'Administration',
  AuditExporter: 'AuditExporter',
  KeyRotationRotate: 'KeyRotation',
  SignalsCount: 'AuditSignals',
  SessionRevokerRevoke: 'SessionRevoker',
};

const everyFunctionHasItsGroup: Claim = (land) =>
  judge(
    'functions of the VPC',
    land
      .of<{ VpcConfig?: { SecurityGroupIds: readonly string[] } }>('AWS::Lambda::Function')
      .filter(({ properties }) => properties.VpcConfig !== undefined),
    ({ logicalId, properties }) => [
      unlike(
        'its groups',
        properties.VpcConfig?.SecurityGroupIds.map((id) => tierOf(land, id)),
        [FUNCTION_GROUPS[logicalId.replace(/Function[0-9A-F]{8}$/, '')]],
      ),
    ],
  );

describe('the security groups', () => {
  holds('connect the tiers, and nothing else, port by port', rulesAreExact);
  holds('let nothing out by default', nothingIsLetOutByDefault);
  holds('are open to a range on port 443 of the load balancer alone', rangesAreOnlyAtTheEdge);
  holds('stand one on each interface', everyInterfaceHasItsGroup);
  holds('are one for each function of the VPC, named after it', everyFunctionHasItsGroup);

  notices(
    'a database open to the network',
    rulesAreExact,
    (draft) =>
      draft.add('Network', 'Open', 'AWS::EC2::SecurityGroupIngress', {
        GroupId: { 'Fn::GetAtt': [draft.id(GROUP, 'GroupsDatabase'), 'GroupId'] },
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
        CidrIp: '10.0.0.0/8',
      }),
    /in Database 5432 from 10\.0\.0\.0\/8/,
  );
  notices(
    'a range inside the network',
    rangesAreOnlyAtTheEdge,
    (draft) =>
      draft.add('Network', 'Open', 'AWS::EC2::SecurityGroupEgress', {
        GroupId: { 'Fn::GetAtt': [draft.id(GROUP, 'GroupsRecordsFunction'), 'GroupId'] },
        IpProtocol: '-1',
        CidrIp: '0.0.0.0/0',
      }),
    /^out RecordsFunction -1 undefined-undefined to 0\.0\.0\.0\/0$/,
  );
  notices(
    'a group that EC2 leaves open',
    nothingIsLetOutByDefault,
    (draft) => draft.unset(GROUP, 'GroupsProxy', ['SecurityGroupEgress']),
    /^Network\/GroupsProxy\w+: is made without an egress rule/,
  );
  notices(
    'a database in the group of the proxy',
    everyInterfaceHasItsGroup,
    (draft) => draft.set('AWS::RDS::DBInstance', '', ['VPCSecurityGroups'], []),
    /^Data\/DatabaseInstance\w+: its groups is \[\]/,
  );
  notices(
    'an administration function that could reach the endpoints',
    everyFunctionHasItsGroup,
    (draft) => {
      const rotation = draft.templates
        .flatMap(({ resources }) => resources)
        .find(({ logicalId }) => logicalId.startsWith('KeyRotationRotateFunction'));
      draft.set('AWS::Lambda::Function', 'AdministrationAdminister', ['VpcConfig'], rotation?.Properties['VpcConfig']);
    },
    /^Data\/AdministrationAdminister\w+: its groups is \["KeyRotation"\]/,
  );
});
