import type { Diagram, DiagramEdge, DiagramNode } from './diagram-mermaid';
import { groupNode, resourceNode } from './diagram-mermaid';
import type { GraphResource, TemplateGraph } from './diagram-model';
import { isMap, mapsOf, tagOf } from './diagram-model';

/** Who writes which log where. What no arrow leaves writes none. */
export function evidenceDiagram(graph: TemplateGraph): Diagram {
  return {
    title: 'Evidence flow',
    caption: 'An arrow says who writes a log, which one, and where it is kept.',
    edges: [byProperty, byLoadBalancer, byConfiguration, byDatabase, byFunctions, byExporters, byBuckets].flatMap((edges) => edges(graph)),
  };
}

/** Types that name the place of their log in one property. */
function byProperty(graph: TemplateGraph): DiagramEdge[] {
  const writers = [
    { type: 'AWS::CloudTrail::Trail', property: 'S3BucketName', label: 'every event, validated files' },
    { type: 'AWS::CloudTrail::Trail', property: 'CloudWatchLogsLogGroupArn', label: 'every event, again' },
    { type: 'AWS::EC2::FlowLog', property: 'LogDestination', label: 'accepted and rejected packets' },
    { type: 'AWS::Config::DeliveryChannel', property: 'S3BucketName', label: 'configuration history' },
  ];
  return writers.flatMap(({ type, property, label }) =>
    graph.ofType(type).flatMap((writer) =>
      graph
        .references(writer, writer.properties[property])
        .map((to) => ({ from: resourceNode(writer), to: placeNode(to), label })),
    ),
  );
}

function byLoadBalancer(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((balancer) =>
    mapsOf(balancer.properties['LoadBalancerAttributes']).flatMap(({ Key, Value }) => {
      const kind = typeof Key === 'string' ? /^(\w+)_logs\.s3\.bucket$/.exec(Key)?.[1] : undefined;
      if (kind === undefined) return [];
      return graph.references(balancer, Value).map((to) => ({ from: resourceNode(balancer), to: placeNode(to), label: `${kind} log` }));
    }),
  );
}

/** Web ACL and user pool, whose logging is a resource apart. */
function byConfiguration(graph: TemplateGraph): DiagramEdge[] {
  const configurations = [
    { type: 'AWS::WAFv2::LoggingConfiguration', writer: 'ResourceArn', place: 'LogDestinationConfigs', label: 'requests, redacted' },
    { type: 'AWS::Cognito::LogDeliveryConfiguration', writer: 'UserPoolId', place: 'LogConfigurations', label: 'sign-ins and their risk' },
  ];
  return configurations.flatMap(({ type, writer, place, label }) =>
    graph.ofType(type).flatMap((configuration) =>
      graph.references(configuration, configuration.properties[writer]).flatMap((from) =>
        graph
          .references(configuration, configuration.properties[place])
          .map((to) => ({ from: resourceNode(from), to: placeNode(to), label })),
      ),
    ),
  );
}

/** RDS writes to log groups by their names alone. */
function byDatabase(graph: TemplateGraph): DiagramEdge[] {
  const writers = [
    { type: 'AWS::RDS::DBInstance', folder: '/aws/rds/instance', name: 'DBInstanceIdentifier', label: 'statements without values' },
    { type: 'AWS::RDS::DBProxy', folder: '/aws/rds/proxy', name: 'DBProxyName', label: 'proxy log' },
  ];
  return writers.flatMap(({ type, folder, name, label }) =>
    graph.ofType(type).flatMap((writer) => {
      const groups = graph.ofType('AWS::Logs::LogGroup').filter(({ properties }) =>
        `${String(properties['LogGroupName'])}/`.startsWith(`${folder}/${String(writer.properties[name])}/`),
      );
      const [only] = groups;
      if (!only) return [];
      const to = groups.length === 1 ? placeNode(only) : groupNode(only.stack, 'DatabaseLogs', groups, 'of the database');
      return [{ from: resourceNode(writer), to, label }];
    }),
  );
}

function byFunctions(graph: TemplateGraph): DiagramEdge[] {
  const writers = graph.ofType('AWS::Lambda::Function');
  const groups = writers.flatMap((fn) => {
    const logging = fn.properties['LoggingConfig'];
    return graph.references(fn, isMap(logging) ? logging['LogGroup'] : undefined);
  });
  if (groups.length === 0) return [];
  // One pair of nodes for all stacks: each function writes to a group of its own, in its own stack.
  const from = groupNode('Api', 'Functions', writers, 'of every stack');
  const to = groupNode('Api', 'FunctionLogs', groups, 'one for each function');
  return [{ from, to, label: 'codes and ids, by allow-list' }];
}

/** Functions that may write to a bucket of audit data: batches, where they may sign them. */
function byExporters(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::Lambda::Function').flatMap((fn) =>
    graph
      .permissionsOf(fn)
      .filter(({ statement }) => [statement['Action']].flat().includes('s3:PutObject'))
      .flatMap(({ policy, statement }) => graph.references(policy, statement['Resource']))
      .filter((place) => place.type === 'AWS::S3::Bucket' && tagOf(place, 'DataClass') === 'audit')
      .map((place) => ({ from: resourceNode(fn), to: placeNode(place), label: maySign(graph, fn) ? 'audit batches, signed' : 'records' })),
  );
}

function maySign(graph: TemplateGraph, fn: GraphResource): boolean {
  return graph.permissionsOf(fn).some(({ statement }) => [statement['Action']].flat().includes('kms:Sign'));
}

function byBuckets(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::S3::Bucket').flatMap((bucket) => {
    const logging = bucket.properties['LoggingConfiguration'];
    return graph
      .references(bucket, isMap(logging) ? logging['DestinationBucketName'] : undefined)
      .map((to) => ({ from: placeNode(bucket), to: placeNode(to), label: 'access log' }));
  });
}

function placeNode(place: GraphResource): DiagramNode {
  return resourceNode(place, ...(place.properties['ObjectLockEnabled'] === true ? ['Object Lock'] : []));
}
