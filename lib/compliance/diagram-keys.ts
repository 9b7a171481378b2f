import type { Diagram, DiagramEdge, DiagramNode } from './diagram-mermaid';
import { groupNode, outsideNode, resourceNode } from './diagram-mermaid';
import type { GraphResource, TemplateGraph } from './diagram-model';
import { isMap, listOf, mapsOf } from './diagram-model';

/** Types that keep or carry data, each drawn as itself. */
const STORES = ['AWS::Backup::BackupVault', 'AWS::RDS::DBInstance', 'AWS::S3::Bucket', 'AWS::SNS::Topic'];

const S3_MANAGED = outsideNode('S3ManagedKeys', 'Keys that S3 manages', 'AES-256');

/** Which key encrypts what, and where the backups of each store of record go. */
export function keysDiagram(graph: TemplateGraph): Diagram {
  return {
    title: 'Data and keys',
    caption:
      'An arrow to a key says what it encrypts, or what a function does with it; one to a vault, which rules of the backup plan fill it.',
    edges: [...storeEdges(graph), ...collapsedEdges(graph), ...callEdges(graph), ...backupEdges(graph)],
  };
}

function storeEdges(graph: TemplateGraph): DiagramEdge[] {
  const stores = graph.ofType(...STORES);
  const isManaged = (store: GraphResource): boolean => keysOf(graph, store).length === 0 && JSON.stringify(store.properties).includes('"AES256"');
  return stores.flatMap((store) => {
    if (!isManaged(store)) return keysOf(graph, store).map((key) => ({ from: storeNode(store), to: resourceNode(key), label: '' }));
    // What AWS delivers to no bucket under a key of ours is logs, all alike.
    const alike = stores.filter((other) => isManaged(other) && other.stack === store.stack);
    return [{ from: alike.length > 1 ? groupNode(store.stack, 'LogBuckets', alike, 'of logs') : storeNode(store), to: S3_MANAGED, label: '' }];
  });
}

/** Functions, log groups and dead-letter queues, which are many and alike: one node for each key. */
function collapsedEdges(graph: TemplateGraph): DiagramEdge[] {
  const kinds = [
    { type: 'AWS::Lambda::Function', id: 'FunctionEnvironments', words: 'their environments' },
    { type: 'AWS::Logs::LogGroup', id: 'LogGroups', words: 'of every stack' },
    { type: 'AWS::SQS::Queue', id: 'DeadLetterQueues', words: 'of every stack' },
  ];
  return kinds.flatMap(({ type, id, words }) =>
    graph.ofType('AWS::KMS::Key').flatMap((key) => {
      const members = graph.ofType(type).filter((resource) => keysOf(graph, resource).includes(key));
      const from = groupNode(key.stack, id, members, words);
      return members.length === 0 ? [] : [{ from, to: resourceNode(key), label: '' }];
    }),
  );
}

/** Keys that nothing is stored under: functions call them. Those for blind indexes are alike, and one node. */
function callEdges(graph: TemplateGraph): DiagramEdge[] {
  const encrypting = graph.resources.flatMap((resource) => keysOf(graph, resource));
  const called = graph.ofType('AWS::KMS::Key').filter((key) => !encrypting.includes(key));
  const ofIndexes = called.filter(({ properties }) => properties['KeyUsage'] === 'GENERATE_VERIFY_MAC');
  return graph.ofType('AWS::Lambda::Function').flatMap((fn) =>
    graph.permissionsOf(fn).flatMap(({ policy, statement }) =>
      graph
        .references(policy, statement['Resource'])
        .filter((key) => called.includes(key))
        .map((key) => ({
          from: resourceNode(fn),
          to: ofIndexes.includes(key) ? groupNode(key.stack, 'IndexKeys', ofIndexes, 'of blind indexes') : resourceNode(key),
          label: [statement['Action']].flat().join(', '),
        })),
    ),
  );
}

function backupEdges(graph: TemplateGraph): DiagramEdge[] {
  const plans = graph.ofType('AWS::Backup::BackupPlan');
  return graph.ofType('AWS::Backup::BackupSelection').flatMap((selection) => {
    const chosen = isMap(selection.properties['BackupSelection']) ? selection.properties['BackupSelection']['Resources'] : undefined;
    const sources = graph.references(selection, chosen);
    return graph
      .references(selection, selection.properties['BackupPlanId'])
      .filter((plan) => plans.includes(plan))
      .flatMap((plan) => planEdges(graph, plan, sources));
  });
}

function planEdges(graph: TemplateGraph, plan: GraphResource, sources: readonly GraphResource[]): DiagramEdge[] {
  const body = plan.properties['BackupPlan'];
  const rules = mapsOf(isMap(body) ? body['BackupPlanRule'] : undefined);
  const filled = new Map<GraphResource, string[]>();
  const copied = new Map<string, { from: GraphResource; to: GraphResource; rules: string[] }>();
  for (const rule of rules) {
    const name = String(rule['RuleName']);
    for (const vault of graph.references(plan, rule['TargetBackupVault'])) {
      filled.set(vault, [...(filled.get(vault) ?? []), name]);
      for (const to of copyTargets(graph, rule)) {
        const key = `${vault.logicalId}>${to.logicalId}`;
        copied.set(key, { from: vault, to, rules: [...(copied.get(key)?.rules ?? []), name] });
      }
    }
  }
  const backups = [...filled].flatMap(([vault, names]) =>
    sources.map((source) => ({ from: storeNode(source), to: storeNode(vault), label: names.join(', ') })),
  );
  const copies = [...copied.values()].map(({ from, to, rules: names }) => ({
    from: storeNode(from), to: storeNode(to), label: `copy: ${names.join(', ')}`,
  }));
  return [...backups, ...copies];
}

/** A vault in another Region is named by its ARN, since a reference cannot reach it. */
function copyTargets(graph: TemplateGraph, rule: Readonly<Record<string, unknown>>): GraphResource[] {
  const destinations = mapsOf(rule['CopyActions']).map((action) => JSON.stringify(action['DestinationBackupVaultArn']));
  return graph
    .ofType('AWS::Backup::BackupVault')
    .filter(({ properties }) => destinations.some((arn) => arn.includes(`:${String(properties['BackupVaultName'])}"`)));
}

/** Keys under any property whose name speaks of a key. */
function keysOf(graph: TemplateGraph, resource: GraphResource): GraphResource[] {
  const values: unknown[] = [];
  const walk = (value: unknown): void => {
    if (isMap(value)) {
      for (const [name, child] of Object.entries(value)) {
        if (/kms|encryptionkey/i.test(name)) values.push(child);
        walk(child);
      }
    }
    for (const item of listOf(value)) walk(item);
  };
  walk(resource.properties);
  return graph.references(resource, values).filter(({ type }) => type === 'AWS::KMS::Key');
}

function storeNode(store: GraphResource): DiagramNode {
  return resourceNode(store, ...(store.properties['ObjectLockEnabled'] === true ? ['Object Lock'] : []));
}
