import type { Diagram, DiagramEdge, DiagramNode } from './diagram-mermaid';
import { groupNode, outsideNode, resourceNode } from './diagram-mermaid';
import type { GraphResource, TemplateGraph } from './diagram-model';
import { compareText, isMap, listOf, mapsOf } from './diagram-model';

/** Who sends the events of a source, where a template makes it. */
const SENDERS: Readonly<Record<string, string>> = {
  'baseline.heartbeat': 'AWS::Scheduler::Schedule',
  'aws.backup': 'AWS::Backup::BackupPlan',
  'aws.guardduty': 'AWS::GuardDuty::Detector',
  'aws.securityhub': 'AWS::SecurityHub::Hub',
};

/** Sent by the function that is told of a bus. */
const OURS = 'telehealth.audit-signals';

/** Calls of any service are sent by the trail. */
const CALLS = 'AWS::CloudTrail::Trail';

/** What an alarm reads of its source. */
const SOURCE_LABELS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'metrics, log, failed runs',
  'AWS::Logs::LogGroup': 'metric filter',
  'AWS::RDS::DBInstance': 'metrics, log',
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
 * log and its dead-letter queue, is drawn as the function, and the log of a database as the database; an alarm over what every rule fails
 * at, at the queue of what they failed at.
 */
function watchedBy(graph: TemplateGraph, alarm: GraphResource): GraphResource[] {
  const { MetricName: name, Namespace: namespace } = alarm.properties;
  const filters = graph.ofType('AWS::Logs::MetricFilter').filter(({ properties }) =>
    mapsOf(properties['MetricTransformations']).some((made) => made['MetricName'] === name && made['MetricNamespace'] === namespace),
  );
  const groups = filters.flatMap((filter) => graph.references(filter, filter.properties['LogGroupName']));
  if (alarm.properties['Metrics'] !== undefined) return deadLettersOfRules(graph);
  const watched = groups.length > 0 ? groups : graph.references(alarm, alarm.properties['Dimensions']);
  return [...new Set(watched.map((source) => functionOf(graph, source) ?? databaseOf(graph, source) ?? source))];
}

/** The database that RDS exports a log of, which shows in the name of the group. */
function databaseOf(graph: TemplateGraph, group: GraphResource): GraphResource | undefined {
  const [, instance] = /^\/aws\/rds\/instance\/([^/]+)\//.exec(String(group.properties['LogGroupName'])) ?? [];
  return graph.ofType('AWS::RDS::DBInstance').find(({ properties }) => properties['DBInstanceIdentifier'] === instance);
}

function deadLettersOfRules(graph: TemplateGraph): GraphResource[] {
  const telling = graph.ofType('AWS::Events::Rule').filter((rule) => rule.properties['EventPattern'] !== undefined && tellsSomebody(graph, rule));
  const letters = telling.flatMap((rule) => mapsOf(rule.properties['Targets']).flatMap((target) => graph.references(rule, target['DeadLetterConfig'])));
  return [...new Set(letters)];
}

function tellsSomebody(graph: TemplateGraph, rule: GraphResource): boolean {
  return targetsOf(graph, rule).some(({ type }) => type !== 'AWS::Lambda::Function');
}

function functionOf(graph: TemplateGraph, source: GraphResource): GraphResource | undefined {
  const worker = workerOf(graph, source);
  if (worker) return worker;
  return graph.ofType('AWS::Lambda::Function').find((fn) => {
    const { DeadLetterConfig, LoggingConfig } = fn.properties;
    return graph.references(fn, [DeadLetterConfig, LoggingConfig]).includes(source);
  });
}

/** The function that works off a queue, or off the one whose dead letters it keeps. */
function workerOf(graph: TemplateGraph, queue: GraphResource): GraphResource | undefined {
  const [before] = graph.ofType('AWS::SQS::Queue').filter((each) => graph.references(each, each.properties['RedrivePolicy']).includes(queue));
  const [mapping] = graph
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((each) => graph.references(each, each.properties['EventSourceArn']).some((from) => from === queue || from === before));
  return mapping && graph.references(mapping, mapping.properties['FunctionName'])[0];
}

/**
 * Rules over events, those over calls or over other events that tell the same people as one node. One that only keeps time, or starts a
 * function that looks into the matter, tells nobody; one that also has a queue of work hands on to whoever works it off.
 */
function ruleEdges(graph: TemplateGraph): DiagramEdge[] {
  const groups = new Map<string, { senders: Map<string, DiagramNode>; rules: GraphResource[] }>();
  for (const rule of graph.ofType('AWS::Events::Rule')) {
    const sources = sourcesOf(rule.properties['EventPattern']);
    if (sources.length === 0 || !tellsSomebody(graph, rule)) continue;
    const targets = targetsOf(graph, rule).filter((target) => !workerOf(graph, target)).map(({ stack, logicalId }) => `${stack}/${logicalId}`);
    const key = [sources.includes(CALLS), ...targets].join(' ');
    const group = groups.get(key) ?? { senders: new Map<string, DiagramNode>(), rules: [] };
    group.rules.push(rule);
    for (const source of sources) group.senders.set(source, senderOf(graph, source));
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ senders, rules }) => {
    const names = rules.map(({ path }) => path.at(-1) ?? '').sort(compareText);
    const node = groupNode('Detection', `Rules_${names[0] ?? ''}`, rules, ...names);
    const targets = rules.flatMap((rule) => mapsOf(rule.properties['Targets']).map((target) => ({ rule, target })));
    return [
      ...[...senders.values()].map((sender) => ({ from: sender, to: node, label: 'events' })),
      ...targets.flatMap(({ rule, target }) =>
        graph.references(rule, target['Arn']).map((to) => {
          const worker = workerOf(graph, to);
          return { from: node, to: resourceNode(worker ?? to), label: worker ? 'what calls for containment' : '' };
        }),
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
  if (kinds.every((kind) => kind.endsWith(' via CloudTrail'))) return [CALLS];
  return listOf(pattern['source']).map(String);
}

function targetsOf(graph: TemplateGraph, rule: GraphResource): readonly GraphResource[] {
  return mapsOf(rule.properties['Targets']).flatMap((target) => graph.references(rule, target['Arn']));
}

function senderOf(graph: TemplateGraph, source: string): DiagramNode {
  const workflows = source === 'aws.states' ? graph.ofType('AWS::StepFunctions::StateMachine') : [];
  if (workflows.length > 0) return groupNode('Response', 'Workflows', workflows, 'that contain and restore');
  const [sender] = source === OURS ? graph.ofType('AWS::Lambda::Function').filter(isToldOfBus) : graph.ofType(SENDERS[source] ?? source);
  return sender ? resourceNode(sender) : outsideNode(source.replace(/\W/g, '_'), source, 'managed elsewhere');
}

function isToldOfBus({ properties }: GraphResource): boolean {
  const { Environment: environment } = properties;
  const variables = isMap(environment) ? environment['Variables'] : undefined;
  return isMap(variables) && variables['EVENT_BUS_NAME'] !== undefined;
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
