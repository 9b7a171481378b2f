import { isRecord } from '../lambda/shared/record';

/** An object somewhere in a document. */
export type Node = Readonly<Record<string, unknown>>;

/** Follows `$ref` within a document. */
export type Resolve = (value: unknown) => Node;

/** A `$ref` that leads to another one, and on and on, is followed this far. */
const MAX_STEPS = 8;

/** Follows references into a document; what is no object, or leads nowhere, is an empty one. */
export function resolverOf(document: Node): Resolve {
  return (value) => {
    let node = nodeOf(value);
    for (let step = 0; step < MAX_STEPS && typeof node['$ref'] === 'string'; step += 1) node = nodeOf(at(document, node['$ref']));
    return node;
  };
}

/** The value, where it is an object; otherwise an empty one. */
export function nodeOf(value: unknown): Node {
  return isRecord(value) ? value : {};
}

/** The value, where it is a list; otherwise an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value, where it is a text; otherwise an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** RFC 6901, as a fragment. */
function at(document: Node, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  const names = reference.slice(2).split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((node, name) => (isRecord(node) && Object.hasOwn(node, name) ? node[name] : undefined), document);
}
