import type { StackTemplate, TemplateResource } from './assembly';

/** Names of properties and indexes of lists, from the resource's properties down. */
export type Path = readonly (string | number)[];

/** Templates that a test may spoil: each change throws when it would change nothing. */
export interface Draft {
  readonly templates: readonly StackTemplate[];
  /** Logical id of the one resource of a type whose logical id begins so, to refer to it in what is changed. */
  id(type: string, logicalIdPrefix: string): string;
  /** Sets one property of the one resource of a type whose logical id begins so. */
  set(type: string, logicalIdPrefix: string, path: Path, value: unknown): void;
  /** Removes one property, or one item of a list. */
  unset(type: string, logicalIdPrefix: string, path: Path): void;
  /** Changes properties of a known shape in place. */
  edit<Properties>(type: string, logicalIdPrefix: string, change: (properties: Properties) => void): void;
  /** Changes what stands beside the properties: policies and dependencies. */
  amend(type: string, logicalIdPrefix: string, attributes: Partial<TemplateResource>): void;
  /** Removes the one resource of a type whose logical id begins so. */
  remove(type: string, logicalIdPrefix: string): void;
  /** Adds a resource to a stack. */
  add(stack: string, logicalId: string, type: string, properties: Readonly<Record<string, unknown>>): void;
}

type Writable = Record<string | number, unknown>;

/** Deep copies of templates, open to change. */
export function createDraft(originals: readonly StackTemplate[]): Draft {
  const templates = originals.map(({ stack, body, resources }) => ({
    stack,
    body,
    resources: structuredClone(resources) as TemplateResource[],
  }));

  const find = (type: string, prefix: string): { list: TemplateResource[]; index: number; resource: TemplateResource } => {
    const found = templates.flatMap(({ resources: list }) =>
      list
        .map((resource, index) => ({ list, index, resource }))
        .filter(({ resource }) => resource.Type === type && resource.logicalId.startsWith(prefix)),
    );
    const [only] = found;
    if (!only || found.length > 1) throw new Error(`Expected one ${type} "${prefix}*" to change, found ${found.length}.`);
    return only;
  };

  const holder = (type: string, prefix: string, path: Path): { inside: Writable; key: string | number } => {
    const key = path.at(-1);
    let inside: unknown = find(type, prefix).resource.Properties;
    for (const step of path.slice(0, -1)) inside = typeof inside === 'object' && inside !== null ? (inside as Writable)[step] : undefined;
    if (key === undefined || typeof inside !== 'object' || inside === null)
      throw new Error(`${type} ${prefix} has nothing at ${path.join('.')}.`);
    return { inside: inside as Writable, key };
  };

  return {
    templates,
    id: (type, prefix) => find(type, prefix).resource.logicalId,
    set: (type, prefix, path, value) => {
      const { inside, key } = holder(type, prefix, path);
      if (JSON.stringify(inside[key]) === JSON.stringify(value))
        throw new Error(`${type} ${prefix} has that at ${path.join('.')} already.`);
      inside[key] = value;
    },
    unset: (type, prefix, path) => {
      const { inside, key } = holder(type, prefix, path);
      if (!(key in inside)) throw new Error(`${type} ${prefix} has nothing at ${path.join('.')}.`);
      if (Array.isArray(inside)) inside.splice(Number(key), 1);
      else delete inside[key];
    },
    edit: (type, prefix, change) => {
      const { Properties } = find(type, prefix).resource;
      const before = JSON.stringify(Properties);
      change(Properties as never);
      if (JSON.stringify(Properties) === before) throw new Error(`${type} ${prefix} is as it was.`);
    },
    amend: (type, prefix, attributes) => {
      const { list, index, resource } = find(type, prefix);
      list[index] = { ...resource, ...attributes };
    },
    remove: (type, prefix) => {
      const { list, index } = find(type, prefix);
      list.splice(index, 1);
    },
    add: (stack, logicalId, type, properties) => {
      const template = templates.find((candidate) => candidate.stack === stack);
      const [sibling] = template?.resources ?? [];
      if (!template || !sibling) throw new Error(`No stack ${stack}.`);
      template.resources.push({ environment: sibling.environment, stack, logicalId, Type: type, Properties: properties });
    },
  };
}
