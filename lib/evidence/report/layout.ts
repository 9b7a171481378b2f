import type { Chart, ChartEdge, ChartNode } from '../chart';
import { byText, groupedBy } from '../order';

/** Height of the one line that an arrow needs beside a box, in units of the picture. */
export const LANE = 15;

/** Least height of a box, which has three lines of text. */
const BOX_HEIGHT = 46;
const SPACE = 14;

/** A node with its place: column from the left, upper edge and height in units of the picture. */
export interface PlacedNode {
  readonly node: ChartNode;
  readonly column: number;
  readonly y: number;
  readonly height: number;
}

/** An arrow with its way: a height for each column that it meets, from the one that it leaves to the one that it ends in. */
export interface PlacedEdge {
  readonly edge: ChartEdge;
  /** From 1, in the order of the table. */
  readonly number: number;
  /** Column of the first of {@link heights}. */
  readonly column: number;
  readonly heights: readonly number[];
  /** Ends in its own column or one before it, and is drawn around. */
  readonly isBack: boolean;
}

/** A picture with every node and every arrow placed. No arrow runs through a box, and no two end at one point. */
export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly columns: number;
  readonly height: number;
}

/** What takes a place in a column: a node, or an arrow that passes it by. */
interface Slot {
  readonly id: string;
  readonly column: number;
  readonly height: number;
}

/** A step of an arrow from one column to the next. */
interface Step {
  readonly from: Slot;
  readonly to: Slot;
}

/** Places nodes so that arrows go from left to right, but for a circle, each through a lane of its own. */
export function layoutOf({ nodes, edges }: Chart): Layout {
  const columnOf = columnsOf(nodes, edges);
  const column = ({ id }: ChartNode): number => columnOf.get(id) ?? 0;
  const count = (of: 'from' | 'to', id: string): number => edges.filter((edge) => edge[of].id === id).length;
  const slots = new Map<string, Slot>(
    nodes.map((node) => {
      const lanes = Math.max(count('from', node.id), count('to', node.id));
      return [node.id, { id: node.id, column: column(node), height: Math.max(BOX_HEIGHT, lanes * LANE + 4) }];
    }),
  );
  const slotOf = ({ id }: ChartNode): Slot => slots.get(id) ?? { id, column: 0, height: BOX_HEIGHT };
  const ways = edges.map((edge, at): readonly Slot[] => {
    const [from, to] = [slotOf(edge.from), slotOf(edge.to)];
    const passed = Array.from({ length: Math.max(0, to.column - from.column - 1) }, (_, step) => from.column + 1 + step);
    return [from, ...passed.map((each): Slot => ({ id: `${at} ${each}`, column: each, height: LANE })), to];
  });
  const steps = ways.flatMap((way) => way.slice(1).flatMap((to, at): Step[] => (way[at] ? [{ from: way[at], to }] : [])));
  const places = placesOf([...slots.values(), ...ways.flatMap((way) => way.slice(1, -1))], steps);
  const top = (slot: Slot | undefined): number => (slot && places.get(slot.id)) ?? 0;
  const middle = (slot: Slot | undefined): number => top(slot) + (slot?.height ?? 0) / 2;

  /** Where an arrow meets a box: in the order of where the others come from or go to. */
  const port = (at: number, end: 'from' | 'to'): number => {
    const own = end === 'from' ? ways[at]?.[0] : ways[at]?.at(-1);
    const others = ways.flatMap((way, index) => {
      const isSame = (end === 'from' ? way[0] : way.at(-1)) === own;
      return isSame ? [{ index, next: middle(end === 'from' ? way[1] : way.at(-2)) }] : [];
    });
    const rank = others.sort((a, b) => a.next - b.next || a.index - b.index).findIndex(({ index }) => index === at);
    return Math.round(middle(own) + (rank - (others.length - 1) / 2) * LANE);
  };
  return {
    nodes: nodes.map((node) => ({ node, column: column(node), y: top(slotOf(node)), height: slotOf(node).height })),
    edges: edges.map((edge, at) => ({
      edge,
      number: at + 1,
      column: column(edge.from),
      heights: [port(at, 'from'), ...(ways[at] ?? []).slice(1, -1).map(middle).map(Math.round), port(at, 'to')],
      isBack: column(edge.to) <= column(edge.from),
    })),
    columns: Math.max(0, ...columnOf.values()) + 1,
    height: Math.max(0, ...[...slots.values(), ...ways.flat()].map((slot) => top(slot) + slot.height)),
  };
}

/** How often the columns are put in the order of their neighbours, forth and back; more changes nothing to be seen. */
const SWEEPS = 6;

/** Upper edges by slot: each column from its top down, near to what it is connected with, so that arrows cross less. */
function placesOf(slots: readonly Slot[], steps: readonly Step[]): ReadonlyMap<string, number> {
  const columns = [...groupedBy(slots, ({ column }) => String(column)).values()]
    .map((column) => [...column].sort((a, b) => byText(a.id, b.id)))
    .sort((a, b) => (a[0]?.column ?? 0) - (b[0]?.column ?? 0));
  const places = new Map<string, number>();
  const stack = (column: readonly Slot[]): void => {
    let y = 0;
    for (const { id, height } of column) {
      places.set(id, y);
      y += height + SPACE;
    }
  };
  columns.forEach(stack);
  const before = groupedBy(steps, ({ to }) => to.id);
  const after = groupedBy(steps, ({ from }) => from.id);
  const height = (slot: Slot, isForth: boolean): number => {
    const others = isForth ? (before.get(slot.id) ?? []).map(({ from }) => from) : (after.get(slot.id) ?? []).map(({ to }) => to);
    const all = others.length === 0 ? [slot] : others;
    return all.reduce((sum, each) => sum + (places.get(each.id) ?? 0) + each.height / 2, 0) / all.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForth = sweep % 2 === 0;
    for (const column of isForth ? columns : [...columns].reverse()) {
      const heights = new Map(column.map((slot) => [slot.id, height(slot, isForth)]));
      column.sort((a, b) => (heights.get(a.id) ?? 0) - (heights.get(b.id) ?? 0) || byText(a.id, b.id));
      stack(column);
    }
  }
  return places;
}

/** The longest way from a node that nothing points at; a way that comes back to itself ends there. */
function columnsOf(nodes: readonly ChartNode[], edges: readonly ChartEdge[]): ReadonlyMap<string, number> {
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
