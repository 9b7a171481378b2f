import type { Diagram, DiagramEdge } from './diagram-mermaid';
import { outsideNode, resourceNode } from './diagram-mermaid';
import type { GraphResource, TemplateGraph } from './diagram-model';
import { isMap, listOf, mapsOf } from './diagram-model';

/** Types that have security groups of their own. */
const GROUPED_TYPES = [
  'AWS::EC2::VPCEndpoint', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::Lambda::Function', 'AWS::RDS::DBInstance',
  'AWS::RDS::DBProxy',
];

const TOKEN_KEYS = 'public token keys, HTTPS';

const INTERNET = outsideNode('Internet', 'Clients', 'internet');

/** Who may open a connection to whom, on which port, and what stands in between. Any other connection has no rule. */
export function networkDiagram(graph: TemplateGraph): Diagram {
  return {
    title: 'Network path',
    caption: 'An arrow is a connection that a security group, the web ACL, a listener rule or a role allows; nothing else is connected.',
    edges: [...openEdges(graph), ...groupEdges(graph), ...prefixListEdges(graph), ...edgeOfNetwork(graph), ...parameterEdges(graph)],
  };
}

/** From the internet: rules with an address range. */
function openEdges(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::EC2::SecurityGroup').flatMap((group) =>
    mapsOf(group.properties['SecurityGroupIngress'])
      .filter((rule) => rule['CidrIp'] !== undefined || rule['CidrIpv6'] !== undefined)
      .flatMap((rule) => membersOf(graph, group).map((member) => ({ from: INTERNET, to: member, label: portOf(rule) }))),
  );
}

/** From one tier to the next: rules that name a group. */
function groupEdges(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::EC2::SecurityGroupIngress').flatMap((rule) => {
    const [target] = graph.references(rule, rule.properties['GroupId']);
    const [source] = graph.references(rule, rule.properties['SourceSecurityGroupId']);
    if (!target || !source) return [];
    return membersOf(graph, source).flatMap((from) =>
      membersOf(graph, target).map((to) => ({ from, to, label: portOf(rule.properties) })),
    );
  });
}

/** To S3, through its gateway: rules that name a prefix list. */
function prefixListEdges(graph: TemplateGraph): DiagramEdge[] {
  const gateways = graph.ofType('AWS::EC2::VPCEndpoint').filter(({ properties }) => properties['VpcEndpointType'] === 'Gateway');
  return graph
    .ofType('AWS::EC2::SecurityGroupEgress')
    .filter(({ properties }) => properties['DestinationPrefixListId'] !== undefined)
    .flatMap((rule) => graph.references(rule, rule.properties['GroupId']).map((group) => ({ rule, group })))
    .flatMap(({ rule, group }) =>
      membersOf(graph, group).flatMap((from) =>
        gateways.map((gateway) => ({ from, to: resourceNode(gateway), label: portOf(rule.properties) })),
      ),
    );
}

/** Web ACL to load balancer to function, and where the load balancer gets the keys that it checks tokens with. */
function edgeOfNetwork(graph: TemplateGraph): DiagramEdge[] {
  const guarded = graph.ofType('AWS::WAFv2::WebACLAssociation').flatMap((association) =>
    graph.references(association, association.properties['WebACLArn']).flatMap((from) =>
      graph
        .references(association, association.properties['ResourceArn'])
        .map((to) => ({ from: resourceNode(from), to: resourceNode(to), label: 'filters' })),
    ),
  );
  const routed = graph.ofType('AWS::ElasticLoadBalancingV2::ListenerRule').flatMap((rule) => {
    const [listener] = graph.references(rule, rule.properties['ListenerArn']);
    const balancers = listener ? graph.references(listener, listener.properties['LoadBalancerArn']) : [];
    return balancers.flatMap((balancer) => routesOf(graph, rule, balancer));
  });
  return [...guarded, ...routed];
}

function routesOf(graph: TemplateGraph, rule: GraphResource, balancer: GraphResource): DiagramEdge[] {
  const actions = mapsOf(rule.properties['Actions']);
  const checks = actions.some((action) => action['Type'] === 'jwt-validation') ? 'after JWT check' : 'forward';
  const targets = graph.references(rule, actions.map((action) => action['TargetGroupArn']))
    .flatMap((group) => graph.references(group, group.properties['Targets']))
    .map((target) => ({ from: resourceNode(balancer), to: resourceNode(target), label: `${pathsOf(rule)} ${checks}` }));
  const issuers = graph.references(rule, actions.map((action) => action['JwtValidationConfig']))
    .filter(({ type }) => type === 'AWS::Cognito::UserPool')
    .map((pool) => ({ from: resourceNode(balancer), to: resourceNode(pool), label: TOKEN_KEYS }));
  return [...targets, ...issuers];
}

/** Functions and the parameters that their roles may use; those outside the VPC also with the pool they read. */
function parameterEdges(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::Lambda::Function').flatMap((fn) => {
    const parameters = graph.permissionsOf(fn).flatMap(({ policy, statement }) =>
      graph.references(policy, statement['Resource'])
        .filter(({ type }) => type === 'AWS::SSM::Parameter')
        .map((parameter) => ({ from: resourceNode(fn), to: resourceNode(parameter), label: [statement['Action']].flat().join(', ') })),
    );
    const pools = fn.properties['VpcConfig'] === undefined
      ? graph.references(fn, fn.properties['Environment']).filter(({ type }) => type === 'AWS::Cognito::UserPool')
      : [];
    return [...parameters, ...pools.map((pool) => ({ from: resourceNode(fn), to: resourceNode(pool), label: TOKEN_KEYS }))];
  });
}

function membersOf(graph: TemplateGraph, group: GraphResource): ReturnType<typeof resourceNode>[] {
  return graph
    .ofType(...GROUPED_TYPES)
    .filter((resource) => graph.references(resource, groupProperties(resource)).includes(group))
    .map((resource) => resourceNode(resource));
}

function groupProperties({ properties }: GraphResource): unknown[] {
  const { VpcConfig: vpcConfig } = properties;
  const places = { ...properties, ...(isMap(vpcConfig) ? vpcConfig : {}) };
  return Object.entries(places).filter(([name]) => /SecurityGroup/i.test(name)).map(([, value]) => value);
}

function pathsOf({ properties }: GraphResource): string {
  return mapsOf(properties['Conditions'])
    .flatMap((condition) => (isMap(condition['PathPatternConfig']) ? listOf(condition['PathPatternConfig']['Values']) : []))
    .join(', ');
}

function portOf(rule: Readonly<Record<string, unknown>>): string {
  return `TCP ${String(rule['FromPort'])}`;
}
