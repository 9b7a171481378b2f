import { parseUuid, type Uuid } from '../shared/uuid';
import type { Method } from './edge';

/** The part of a route that a request is matched by. */
export interface Matchable {
  readonly method: Method;
  readonly path: string;
}

/** A route and the ids its path carried. */
export interface Match<Matched extends Matchable> {
  readonly route: Matched;
  readonly ids: ReadonlyMap<string, Uuid>;
}

/**
 * Finds the route of a request in an exact table.
 *
 * @returns undefined for an unknown path and for a known path with another method alike: which methods a path has is nobody's business
 *   who does not know it.
 */
export function matchRoute<Matched extends Matchable>(table: readonly Matched[], method: Method, path: string): Match<Matched> | undefined {
  const segments = path.split('/');
  for (const route of table) {
    const ids = route.method === method ? matchSegments(route.path.split('/'), segments) : undefined;
    if (ids) return { route, ids };
  }
  return undefined;
}

function matchSegments(wanted: readonly string[], given: readonly string[]): ReadonlyMap<string, Uuid> | undefined {
  if (wanted.length !== given.length) return undefined;
  const ids = new Map<string, Uuid>();
  for (const [index, segment] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      if (segment !== given[index]) return undefined;
      continue;
    }
    const id = parseUuid(given[index]);
    if (!id) return undefined;
    ids.set(name, id);
  }
  return ids;
}
