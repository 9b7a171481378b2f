import type { Chart } from '../chart';
import { html, table, type Html } from './html';
import { LANE, layoutOf, type PlacedEdge, type PlacedNode } from './layout';

const WIDTH = 156;
/** Of the number and the protocol of an arrow, at its end. */
const LABEL = 66;
const GAP = LABEL + 58;
const MARGIN = 12;

/** Characters of a line that fit into a box; the whole text stands in the table below. */
const LINE = 25;

/** A picture as SVG, with its arrows numbered, and the same in words below: for whoever does not see it, and for paper. */
export function picture(chart: Chart, id: string): Html {
  const { nodes, edges, columns, height } = layoutOf(chart);
  const width = MARGIN * 2 + (WIDTH + GAP) * (columns - 1) + WIDTH + (edges.some(({ isBack }) => isBack) ? GAP : 0);
  const [w, h] = [width, height + MARGIN * 2];
  const { title, caption } = chart;
  return html`<section class="picture"><h3>${title}</h3>
<p>${caption} At its end stand its number in the table, and its protocol. A broken line is not encrypted; a dotted one stays inside
a service.</p>
<div class="scroll" role="region" tabindex="0" aria-label="${title}, drawn"><svg viewBox="0 0 ${w} ${h}" width="${w}"
 height="${h}" role="img" aria-label="${title}; the table below says the same"><defs><marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4"
 markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
${edges.map((edge) => line(edge, nodes, id))}${nodes.map(box)}${edges.map((edge) => label(edge, nodes))}</svg></div>
<div data-search>${table(
    `${title}, in words`,
    ['no.', 'from', 'to', 'what', 'port', 'protocol', 'encrypted', 'seen in'],
    edges.map(({ number, edge: { from, to, what, port, protocol, encrypted, evidence } }) => {
      return [number, from.lines.join(', '), to.lines.join(', '), what, port ?? '', protocol, encrypted, evidence];
    }),
  )}</div></section>
`;
}

function leftOf(column: number): number {
  return MARGIN + column * (WIDTH + GAP);
}

function box({ node, column, y, height }: PlacedNode): Html {
  const x = leftOf(column);
  const top = MARGIN + y;
  const [name = '', ...rest] = node.lines;
  return html`<g><title>${node.lines.join(', ')}</title>
<rect class="${node.zone}" x="${x}" y="${top}" width="${WIDTH}" height="${height}" rx="${node.shape === 'store' ? 14 : 4}"/>
<text x="${x + 8}" y="${top + 15}">${cut(name)}</text><text class="what" x="${x + 8}" y="${top + 28}">${cut(rest.join(', '))}</text>
<text class="where" x="${x + 8}" y="${top + 40}">${node.stack === undefined ? 'outside' : `${node.stack}; ${node.zone}`}</text></g>
`;
}

/** Where an arrow ends; one that leads back comes from the right. */
function endOf({ edge, heights, isBack }: PlacedEdge, nodes: readonly PlacedNode[]): { readonly x: number; readonly y: number } {
  const column = nodes.find(({ node }) => node.id === edge.to.id)?.column ?? 0;
  return { x: leftOf(column) + (isBack ? WIDTH : 0), y: MARGIN + (heights.at(-1) ?? 0) };
}

/** From box to box: a curve through each gap, straight past each column and below the label. */
function line(placed: PlacedEdge, nodes: readonly PlacedNode[], id: string): Html {
  const { edge, column, heights, isBack } = placed;
  const end = endOf(placed, nodes);
  const curve = (x1: number, y1: number, x2: number, y2: number): string => {
    const half = Math.round((x1 + x2) / 2);
    return `C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
  };
  const points = heights.map((height) => MARGIN + height);
  const [first = 0] = points;
  const start = leftOf(column) + WIDTH;
  const forth = points.slice(1).map((y, at) => {
    const next = leftOf(column + at + 1);
    const way = (to: number, straight: number): string => `${curve(leftOf(column + at) + WIDTH, points[at] ?? y, to, y)}H${straight}`;
    return at === points.length - 2 ? way(next - LABEL - 8, next) : way(next, next + WIDTH);
  });
  const around = `C${start + GAP} ${first} ${end.x + GAP} ${end.y} ${end.x + LABEL + 8} ${end.y}H${end.x}`;
  return html`<path class="${edge.encrypted.replace(' ', '-')}" d="M${start} ${first}${isBack ? around : forth.join('')}"
 marker-end="url(#${id})"/>
`;
}

function label(placed: PlacedEdge, nodes: readonly PlacedNode[]): Html {
  const { edge, number, isBack } = placed;
  const { x, y } = endOf(placed, nodes);
  const left = isBack ? x + 8 : x - LABEL - 8;
  const height = LANE - 3;
  return html`<g class="label"><rect x="${left}" y="${y - height / 2}" width="${LABEL}" height="${height}" rx="6"/>
<text x="${left + LABEL / 2}" y="${y + 3}" text-anchor="middle">${[number, edge.short, edge.port ?? ''].join(' ').trim()}</text></g>
`;
}

function cut(text: string): string {
  return text.length > LINE ? `${text.slice(0, LINE - 1)}…` : text;
}
