import type { Diagram } from '../../compliance/diagram-mermaid';
import { html, table, type Html } from './html';
import { layoutOf, type PlacedNode } from './layout';

const BOX = { width: 190, height: 50 };
const STEP = { x: 284, y: 68 };
const MARGIN = 12;

/** Characters of a line that fit into a box; the whole text stands in the table below. */
const LINE = 28;

/** A picture as SVG, with its arrows numbered, and the same in words below: for whoever does not see it, and for paper. */
export function picture(diagram: Diagram, id: string): Html {
  const { nodes, edges, columns, rows } = layoutOf(diagram);
  const placed = new Map(nodes.map((each) => [each.node.id, each]));
  const width = MARGIN * 2 + STEP.x * Math.max(0, columns - 1) + BOX.width;
  const height = MARGIN * 2 + STEP.y * Math.max(0, rows - 1) + BOX.height;
  const arrows = edges.flatMap(({ from, to }, at) => {
    const [start, end] = [placed.get(from.id), placed.get(to.id)];
    return start && end ? [arrow(start, end, at + 1, id)] : [];
  });
  return html`<h3>${diagram.title}</h3><p>${diagram.caption}</p>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"
 aria-label="${diagram.title}; the table below says the same"><defs><marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4"
 markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
${arrows.map(({ line }) => line)}${nodes.map(box)}${arrows.map(({ label }) => label)}</svg>
${table(
  `${diagram.title}, in words`,
  ['no.', 'from', 'to', 'what'],
  edges.map(({ from, to, label }, at) => [at + 1, from.lines.join(', '), to.lines.join(', '), label]),
)}`;
}

function box({ node, column, row }: PlacedNode): Html {
  const [x, y] = [MARGIN + column * STEP.x, MARGIN + row * STEP.y];
  const [name = '', ...rest] = node.lines;
  return html`<g><title>${node.lines.join(', ')}</title>
<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="${node.shape === 'store' ? 14 : 4}"/>
<text x="${x + 8}" y="${y + 16}">${cut(name)}</text><text class="what" x="${x + 8}" y="${y + 30}">${cut(rest.join(', '))}</text>
<text class="where" x="${x + 8}" y="${y + 43}">${cut(node.stack ?? 'outside')}</text></g>
`;
}

/** The line lies below the boxes, and its number above them. */
function arrow(from: PlacedNode, to: PlacedNode, number: number, id: string): { readonly line: Html; readonly label: Html } {
  const isBack = to.column <= from.column;
  const x1 = MARGIN + from.column * STEP.x + BOX.width;
  const x2 = MARGIN + to.column * STEP.x + (isBack ? BOX.width : 0);
  const y1 = middle(from);
  const y2 = middle(to);
  const bend = isBack ? 60 : (x2 - x1) / 2;
  const d = `M${x1} ${y1}C${x1 + bend} ${y1} ${isBack ? x2 + bend : x2 - bend} ${y2} ${x2} ${y2}`;
  // Numbers of arrows that meet would lie on each other halfway: each stands at its own share of the way.
  const share = 0.3 + (number % 5) * 0.1;
  const [nx, ny] = pointOf([x1, y1], [x1 + bend, y1], [isBack ? x2 + bend : x2 - bend, y2], [x2, y2], share);
  return {
    line: html`<path d="${d}" marker-end="url(#${id})"/>\n`,
    label: html`<circle cx="${nx}" cy="${ny}" r="8"/><text x="${nx}" y="${ny + 4}" text-anchor="middle">${number}</text>\n`,
  };
}

function middle({ row }: PlacedNode): number {
  return MARGIN + row * STEP.y + BOX.height / 2;
}

type Point = readonly [number, number];

/** A point of a cubic curve, in whole units, so that no machine rounds another way. */
function pointOf(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const at = (k: 0 | 1): number =>
    Math.round((1 - t) ** 3 * a[k] + 3 * (1 - t) ** 2 * t * b[k] + 3 * (1 - t) * t ** 2 * c[k] + t ** 3 * d[k]);
  return [at(0), at(1)];
}

function cut(text: string): string {
  return text.length > LINE ? `${text.slice(0, LINE - 1)}…` : text;
}
