/** One file of a pack. */
export interface PackFile {
  /** Relative to the pack, with slashes. */
  readonly path: string;
  readonly mediaType: string;
  readonly text: string;
}

/** A file of JSON: keys sorted, so that equal content is equal bytes. */
export function jsonFile(path: string, value: unknown): PackFile {
  return { path, mediaType: 'application/json', text: stableJson(value) };
}

/** JSON with sorted keys, one space of indent and a final line feed. Lists keep their order; `undefined` is left out. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(sortedKeys(value), null, 1)}\n`;
}

/** A value with the keys of its objects in order, at every depth. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortedKeys(child)]));
}
