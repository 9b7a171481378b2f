import type { Diagram, DiagramEdge, DiagramNode } from '../compliance/diagram-mermaid';
import type { EnvironmentModel } from '../compliance/model/environment';
import { flowOf, type Flow } from './flow';
import { keyOf, sortedBy } from './order';
import { trustZoneOf, type TrustZone } from './trust-zone';

/** A node of a picture, with the part of the world that it stands in. */
export interface ChartNode extends Omit<DiagramNode, 'type' | 'logicalId'> {
  readonly zone: TrustZone;
}

/** An arrow of a picture, with how something travels along it. */
export interface ChartEdge extends Flow {
  readonly from: ChartNode;
  readonly to: ChartNode;
  readonly what: string;
}

/** A picture with each node and each arrow once, in a stable order. */
export interface Chart {
  readonly title: string;
  readonly caption: string;
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
}

/** A picture with what it leaves out for a reader of the architecture, and an auditor asks: ports, protocols, encryption, zones. */
export function chartOf(environment: EnvironmentModel, { title, caption, edges }: Diagram): Chart {
  const all = edges.flatMap(({ from, to }) => [from, to]);
  const nodes = new Map(all.map((node) => [node.id, toNode(environment, node)]));
  const arrows = new Map(edges.map((edge) => [keyOf(edge.from.id, edge.to.id, edge.label), edge]));
  return {
    title,
    caption,
    nodes: sortedBy([...nodes.values()], ({ id }) => id),
    edges: sortedBy([...arrows], ([key]) => key).flatMap(([, edge]) => toEdge(environment, edge, nodes)),
  };
}

function toNode(environment: EnvironmentModel, node: DiagramNode): ChartNode {
  const { id, lines, shape, stack } = node;
  return { id, lines, shape, ...(stack === undefined ? {} : { stack }), zone: trustZoneOf(environment, node) };
}

function toEdge(environment: EnvironmentModel, edge: DiagramEdge, nodes: ReadonlyMap<string, ChartNode>): readonly ChartEdge[] {
  const [from, to] = [nodes.get(edge.from.id), nodes.get(edge.to.id)];
  return from && to ? [{ from, to, what: edge.label, ...flowOf(environment, edge) }] : [];
}
