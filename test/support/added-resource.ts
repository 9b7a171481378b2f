import type { RawResource, Weakening } from './weakening';

/** A row that adds a resource to a stack, named without its environment, such as `Api`. */
export function addedResource(what: string, stack: string, resource: Omit<RawResource, 'DependsOn'>, noticedBy: string): Weakening {
  return { what, noticedBy, covers: [], change: (draft) => draft.add(stack, 'Added', structuredClone(resource)) };
}
