import type { GraphResource } from './diagram-model';
import { compareText, layerRank, tagOf } from './diagram-model';

/** How a node is drawn. */
export type Shape = 'box' | 'store' | 'key' | 'queue' | 'outside';

/** One node. */
export interface DiagramNode {
  readonly id: string;
  readonly lines: readonly string[];
  readonly shape: Shape;
  /** Stack, drawn as a frame; none for what stands outside the account. */
  readonly stack?: string;
  /** CloudFormation type of the resource, or of each of several; none for what no template makes. */
  readonly type?: string;
  /** Of the one resource that the node is, below its stack. */
  readonly logicalId?: string;
}

/** One arrow. */
export interface DiagramEdge {
  readonly from: DiagramNode;
  readonly to: DiagramNode;
  /** Empty where the caption of the picture says it. */
  readonly label: string;
}

/** One picture. */
export interface Diagram {
  readonly title: string;
  /** What an arrow says, in one sentence. */
  readonly caption: string;
  readonly edges: readonly DiagramEdge[];
}

/** Words for a type, and the shape it has. A type that is not here shows as its CloudFormation name. */
const TYPES: Readonly<Record<string, { readonly name: string; readonly shape: Shape }>> = {
  'AWS::Backup::BackupPlan': { name: 'backup plan', shape: 'box' },
  'AWS::Backup::BackupVault': { name: 'backup vault, locked', shape: 'store' },
  'AWS::CloudTrail::Trail': { name: 'CloudTrail trail', shape: 'box' },
  'AWS::CloudWatch::Alarm': { name: 'alarm', shape: 'box' },
  'AWS::Cognito::UserPool': { name: 'user pool', shape: 'store' },
  'AWS::Config::DeliveryChannel': { name: 'AWS Config', shape: 'box' },
  'AWS::EC2::FlowLog': { name: 'VPC flow log', shape: 'box' },
  'AWS::EC2::VPCEndpoint': { name: 'VPC endpoint', shape: 'box' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { name: 'load balancer', shape: 'box' },
  'AWS::Events::Rule': { name: 'event rule', shape: 'box' },
  'AWS::GuardDuty::Detector': { name: 'GuardDuty', shape: 'box' },
  'AWS::KMS::Key': { name: 'KMS key', shape: 'key' },
  'AWS::Lambda::Function': { name: 'function', shape: 'box' },
  'AWS::Logs::LogGroup': { name: 'log group', shape: 'store' },
  'AWS::RDS::DBInstance': { name: 'RDS for PostgreSQL', shape: 'store' },
  'AWS::RDS::DBProxy': { name: 'RDS Proxy', shape: 'box' },
  'AWS::S3::Bucket': { name: 'S3 bucket', shape: 'store' },
  'AWS::SNS::Topic': { name: 'topic', shape: 'queue' },
  'AWS::SQS::Queue': { name: 'dead-letter queue', shape: 'queue' },
  'AWS::SSM::Parameter': { name: 'parameter', shape: 'store' },
  'AWS::SecurityHub::Hub': { name: 'Security Hub', shape: 'box' },
  'AWS::StepFunctions::StateMachine': { name: 'workflow', shape: 'box' },
  'AWS::WAFv2::WebACL': { name: 'web ACL', shape: 'box' },
};

/** Closing words of a path that the type says already. */
const TYPE_WORDS = ['Bucket', 'Function', 'Group', 'Instance', 'Queue', 'Topic', 'Vault'];

const BRACKETS: Readonly<Record<Shape, readonly [string, string]>> = {
  box: ['[', ']'], store: ['[(', ')]'], key: ['{{', '}}'], queue: ['>', ']'], outside: ['([', '])'],
};

/** Words for a resource's type. */
export function typeName(type: string): string {
  return TYPES[type]?.name ?? type;
}

/** The node of one resource: its place in the code, then its type and what it holds. */
export function resourceNode(resource: GraphResource, ...notes: readonly string[]): DiagramNode {
  const dataClass = tagOf(resource, 'DataClass');
  const what = [typeName(resource.type), ...notes, ...(dataClass === undefined || dataClass === 'none' ? [] : [dataClass])].join(', ');
  const { stack, type, logicalId } = resource;
  return { id: nodeId(resource), lines: [placeOf(resource), what], shape: TYPES[type]?.shape ?? 'box', stack, type, logicalId };
}

/** One node for several resources of one type, which would each have the same arrows: how many, and the words given. */
export function groupNode(stack: string, id: string, members: readonly GraphResource[], ...words: readonly string[]): DiagramNode {
  const type = members[0]?.type ?? '';
  const count = `${members.length} ${typeName(type)}${members.length === 1 ? '' : 's'}`;
  return { id: `${stack}_${id}`, lines: [count, ...words], shape: TYPES[type]?.shape ?? 'box', stack, type };
}

/** Something that no template makes. */
export function outsideNode(id: string, ...lines: readonly string[]): DiagramNode {
  return { id, lines, shape: 'outside' };
}

/** Mermaid text of a picture: the same edges give the same text, in whatever order they come. */
export function mermaid({ edges }: Diagram): string {
  const nodes = new Map(edges.flatMap(({ from, to }) => [[from.id, from], [to.id, to]]));
  const byLayer = (a = '', b = ''): number => layerRank(a) - layerRank(b) || compareText(a, b);
  const stacks = [...new Set([...nodes.values()].map(({ stack }) => stack))].sort(byLayer);
  const lines = ['flowchart LR'];
  for (const stack of stacks) {
    const members = [...nodes.values()].filter((node) => node.stack === stack).sort((a, b) => compareText(a.id, b.id));
    if (stack === undefined) lines.push(...members.map((node) => `  ${drawn(node)}`));
    else lines.push(`  subgraph ${stack}`, ...members.map((node) => `    ${drawn(node)}`), '  end');
  }
  const arrows = edges.map(({ from, to, label }) => `  ${from.id} -->${label === '' ? '' : `|"${escaped(label)}"|`} ${to.id}`);
  return [...lines, ...[...new Set(arrows)].sort(compareText)].join('\n');
}

/** Nodes of a picture, each once. */
export function nodeCount({ edges }: Diagram): number {
  return new Set(edges.flatMap(({ from, to }) => [from.id, to.id])).size;
}

function drawn({ id, lines, shape }: DiagramNode): string {
  const [open, close] = BRACKETS[shape];
  return `${id}${open}"${lines.map(escaped).join('<br/>')}"${close}`;
}

function escaped(text: string): string {
  return text.replaceAll('"', "'").replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function nodeId({ stack, path }: GraphResource): string {
  return [stack, ...path].join('_').replace(/[^A-Za-z0-9_]/g, '');
}

function placeOf({ path }: GraphResource): string {
  const last = path.at(-1) ?? '';
  const parts = path.length > 1 && TYPE_WORDS.includes(last) ? path.slice(0, -1) : [...path];
  const words = parts.filter((part, index) => part !== parts[index - 1]).map((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1 $2'));
  return words.join(' / ');
}
