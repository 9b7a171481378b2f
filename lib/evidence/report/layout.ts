import type { Diagram, DiagramEdge, DiagramNode } from '../../compliance/diagram-mermaid';
import { byText, groupedBy, keyOf, sortedBy } from '../order';

/** A node with its place: column from the left, row from the top. */
export interface PlacedNode {
  readonly node: DiagramNode;
  readonly column: number;
  readonly row: number;
}

/** A picture with every node placed, and its arrows numbered in the order of their text. */
export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly DiagramEdge[];
  readonly columns: number;
  readonly rows: number;
}

/** Places the nodes of a picture so that arrows go from left to right, but for a circle. The order of the edges makes no difference. */
export function layoutOf({ edges: all }: Diagram): Layout {
  const named = new Map(all.map((edge) => [keyOf(edge.from.id, edge.to.id, edge.label), edge]));
  const edges = [...named].sort(([a], [b]) => byText(a, b)).map(([, edge]) => edge);
  const nodes = sortedBy(
    [
      ...new Map(
        edges.flatMap(
          ({ from, to }) =>
            [
              [from.id, from],
              [to.id, to],
            ] as const,
        ),
      ).values(),
    ],
    ({ id }) => id,
  );
  const columnOf = columnsOf(nodes, edges);
  const rowOf = new Map<string, number>();
  const columns = [...groupedBy(nodes, ({ id }) => String(columnOf.get(id) ?? 0))].sort(([a], [b]) => Number(a) - Number(b));
  for (const [, members] of columns) {
    // Near to what points at it, so that arrows cross less.
    const height = (node: DiagramNode): number => {
      const rows = edges.flatMap(({ from, to }) => (to.id === node.id ? (rowOf.get(from.id) ?? []) : []));
      return rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + row, 0) / rows.length;
    };
    const ordered = members.map((node) => ({ node, at: height(node) })).sort((a, b) => a.at - b.at || byText(a.node.id, b.node.id));
    ordered.forEach(({ node }, row) => rowOf.set(node.id, row));
  }
  return {
    nodes: nodes.map((node) => ({ node, column: columnOf.get(node.id) ?? 0, row: rowOf.get(node.id) ?? 0 })),
    edges,
    columns: columns.length,
    rows: Math.max(0, ...columns.map(([, members]) => members.length)),
  };
}

/** The longest way from a node that nothing points at; a way that comes back to itself ends there. */
function columnsOf(nodes: readonly DiagramNode[], edges: readonly DiagramEdge[]): ReadonlyMap<string, number> {
  const before = groupedBy(edges, ({ to }) => to.id);
  const known = new Map<string, number>();
  const depth = (id: string, way: ReadonlySet<string>): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const sources = (before.get(id) ?? []).map(({ from }) => from.id).filter((source) => source !== id && !way.has(source));
    const made = Math.max(-1, ...sources.map((source) => depth(source, new Set([...way, id])))) + 1;
    known.set(id, made);
    return made;
  };
  for (const { id } of nodes) depth(id, new Set());
  // Without the columns that nothing stands in.
  const used = [...new Set(known.values())].sort((a, b) => a - b);
  return new Map([...known].map(([id, column]) => [id, used.indexOf(column)]));
}
