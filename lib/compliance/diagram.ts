import { detectionDiagram } from './diagram-detection';
import { evidenceDiagram } from './diagram-evidence';
import { keysDiagram } from './diagram-keys';
import type { Diagram } from './diagram-mermaid';
import { mermaid } from './diagram-mermaid';
import type { DiagramStack } from './diagram-model';
import { TemplateGraph } from './diagram-model';
import { networkDiagram } from './diagram-network';

/** Line before the generated part of `docs/architecture.md`. */
export const DIAGRAM_START = '<!-- diagrams: written by `npm run diagram` from the templates of prod; do not edit -->';

/** Line after it. */
export const DIAGRAM_END = '<!-- end of diagrams -->';

/** The document has no place for the diagrams, or more than one. */
export class DiagramMarkerError extends Error {}

/** The pictures of one environment, derived from its templates alone: the same templates give the same pictures. */
export function diagrams(stacks: readonly DiagramStack[]): readonly Diagram[] {
  const graph = new TemplateGraph(stacks);
  return [networkDiagram(graph), keysDiagram(graph), evidenceDiagram(graph), detectionDiagram(graph)];
}

/** The pictures as Markdown: a heading, a sentence and a Mermaid block each. */
export function renderDiagrams(stacks: readonly DiagramStack[]): string {
  return diagrams(stacks)
    .map((diagram) => `### ${diagram.title}\n\n${diagram.caption}\n\n\`\`\`mermaid\n${mermaid(diagram)}\n\`\`\``)
    .join('\n\n');
}

/**
 * The document with the part between its two markers replaced.
 *
 * @throws DiagramMarkerError when it does not have each marker once, in order
 */
export function withDiagrams(document: string, stacks: readonly DiagramStack[]): string {
  const [before, rest, ...more] = document.split(DIAGRAM_START);
  const [, after, ...evenMore] = rest?.split(DIAGRAM_END) ?? [];
  if (before === undefined || after === undefined || more.length > 0 || evenMore.length > 0) {
    throw new DiagramMarkerError(`The document needs each of these lines once, in this order:\n${DIAGRAM_START}\n${DIAGRAM_END}`);
  }
  return `${before}${DIAGRAM_START}\n\n${renderDiagrams(stacks)}\n\n${DIAGRAM_END}${after}`;
}
