import type { Diagram, DiagramEdge, DiagramNode } from './diagram-mermaid';
import { groupNode, outsideNode, resourceNode } from './diagram-mermaid';
import type { GraphResource, TemplateGraph } from './diagram-model';
import { compareText, isMap, listOf, mapsOf } from './diagram-model';

/** Who sends the events of a source, where a template makes it. */
const SENDERS: Readonly<Record<string, string>> = {
  'aws.backup': 'AWS::Backup::BackupPlan',
  'aws.guardduty': 'AWS::GuardDuty::Detector',
  'aws.securityhub': 'AWS::SecurityHub::Hub',
};

/** What an alarm reads of its source. */
const SOURCE_LABELS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'metrics, log, failed runs',
  'AWS::Logs::LogGroup': 'metric filter',
};

/** From what happens to who is told. */
export function detectionDiagram(graph: TemplateGraph): Diagram {
  return {
    title: 'Detection',
    caption: 'Arrows lead from what is watched, over the alarms and rules that the runbook explains, to who is told.',
    edges: [...alarmEdges(graph), ...ruleEdges(graph), ...subscriptionEdges(graph)],
  };
}

/** Alarms that watch the same thing and tell the same people are one node, which names them. */
function alarmEdges(graph: TemplateGraph): DiagramEdge[] {
  const groups = new Map<string, { source: GraphResource; topics: GraphResource[]; alarms: GraphResource[] }>();
  for (const alarm of graph.ofType('AWS::CloudWatch::Alarm')) {
    const topics = graph.references(alarm, alarm.properties['AlarmActions']);
    for (const source of watchedBy(graph, alarm)) {
      const key = [source, ...topics].map(({ stack, logicalId }) => `${stack}/${logicalId}`).join(' ');
      const group = groups.get(key) ?? { source, topics, alarms: [] };
      group.alarms.push(alarm);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ source, topics, alarms }) => {
    const names = alarms.map(({ path }) => path.at(-1) ?? '').sort(compareText);
    const node = groupNode('Detection', `Alarms_${names[0] ?? ''}`, alarms, ...names);
    return [
      { from: resourceNode(source), to: node, label: SOURCE_LABELS[source.type] ?? 'metric' },
      ...topics.map((topic) => ({ from: node, to: resourceNode(topic), label: '' })),
    ];
  });
}

/**
 * A log group, where a metric filter makes the metric; otherwise the resources that the dimensions name. What belongs to a function, its
 * log and its dead-letter queue, is drawn as the function.
 */
function watchedBy(graph: TemplateGraph, alarm: GraphResource): GraphResource[] {
  const { MetricName: name, Namespace: namespace } = alarm.properties;
  const filters = graph.ofType('AWS::Logs::MetricFilter').filter(({ properties }) =>
    mapsOf(properties['MetricTransformations']).some((made) => made['MetricName'] === name && made['MetricNamespace'] === namespace),
  );
  const groups = filters.flatMap((filter) => graph.references(filter, filter.properties['LogGroupName']));
  const watched = groups.length > 0 ? groups : graph.references(alarm, alarm.properties['Dimensions']);
  return watched.map((source) => functionOf(graph, source) ?? source);
}

function functionOf(graph: TemplateGraph, source: GraphResource): GraphResource | undefined {
  return graph.ofType('AWS::Lambda::Function').find((fn) => {
    const { DeadLetterConfig, LoggingConfig } = fn.properties;
    return graph.references(fn, [DeadLetterConfig, LoggingConfig]).includes(source);
  });
}

/** Rules over events; one that only keeps time, or starts a function that looks into the matter, tells nobody. */
function ruleEdges(graph: TemplateGraph): DiagramEdge[] {
  const groups = new Map<string, { sender: DiagramNode; rules: GraphResource[] }>();
  for (const rule of graph.ofType('AWS::Events::Rule')) {
    if (targetsOf(graph, rule).every(({ type }) => type === 'AWS::Lambda::Function')) continue;
    for (const source of sourcesOf(rule.properties['EventPattern'])) {
      const group = groups.get(source) ?? { sender: senderOf(graph, source), rules: [] };
      group.rules.push(rule);
      groups.set(source, group);
    }
  }
  return [...groups.values()].flatMap(({ sender, rules }) => {
    const names = rules.map(({ path }) => path.at(-1) ?? '').sort(compareText);
    const node = groupNode('Detection', `Rules_${names[0] ?? ''}`, rules, ...names);
    const targets = rules.flatMap((rule) => mapsOf(rule.properties['Targets']).map((target) => ({ rule, target })));
    return [
      { from: sender, to: node, label: 'events' },
      ...targets.flatMap(({ rule, target }) =>
        graph.references(rule, target['Arn']).map((to) => ({ from: node, to: resourceNode(to), label: '' })),
      ),
      ...targets.flatMap(({ rule, target }) =>
        graph.references(rule, target['DeadLetterConfig']).map((to) => ({ from: node, to: resourceNode(to), label: 'undelivered' })),
      ),
    ];
  });
}

/** Calls of any service come by way of the trail; what a service tells by itself, from it. */
function sourcesOf(pattern: unknown): readonly string[] {
  if (!isMap(pattern)) return [];
  const kinds = listOf(pattern['detail-type']).map(String);
  if (kinds.every((kind) => kind.endsWith(' via CloudTrail'))) return ['AWS::CloudTrail::Trail'];
  return listOf(pattern['source']).map(String);
}

function targetsOf(graph: TemplateGraph, rule: GraphResource): readonly GraphResource[] {
  return mapsOf(rule.properties['Targets']).flatMap((target) => graph.references(rule, target['Arn']));
}

function senderOf(graph: TemplateGraph, source: string): DiagramNode {
  const [sender] = graph.ofType(SENDERS[source] ?? source);
  return sender ? resourceNode(sender) : outsideNode(source.replace(/\W/g, '_'), source, 'managed elsewhere');
}

/** Without the address, which belongs to the configuration. */
function subscriptionEdges(graph: TemplateGraph): DiagramEdge[] {
  return graph.ofType('AWS::SNS::Subscription').flatMap((subscription) =>
    graph.references(subscription, subscription.properties['TopicArn']).map((topic) => {
      const officer = `${topic.path[0] ?? ''} officer`;
      const to = outsideNode(officer.replace(/\W/g, ''), officer);
      return { from: resourceNode(topic), to, label: String(subscription.properties['Protocol']) };
    }),
  );
}
