import type { Diagram, DiagramNode } from '../compliance/diagram-mermaid';
import { keyOf, sortedBy } from './order';
import { jsonFile, type PackFile } from './pack-file';

/** `dataflow.json`: the pictures as data, each with its nodes and arrows: 164.308(a)(1)(ii)(A), 164.312(e)(1). */
export function dataflowFile(diagrams: readonly Diagram[]): PackFile {
  return jsonFile('dataflow.json', {
    pictures: diagrams.map(({ title, caption, edges }) => {
      const nodes = new Map<string, DiagramNode>(
        edges.flatMap(
          ({ from, to }) =>
            [
              [from.id, from],
              [to.id, to],
            ] as const,
        ),
      );
      const arrows = new Map(edges.map(({ from, to, label }) => [keyOf(from.id, to.id, label), { from: from.id, to: to.id, what: label }]));
      return {
        title,
        caption,
        nodes: sortedBy([...nodes.values()], ({ id }) => id).map(({ id, lines, stack }) => ({ id, lines, zone: stack ?? 'outside' })),
        edges: sortedBy([...arrows.values()], ({ from, to, what }) => keyOf(from, to, what)),
      };
    }),
  });
}
