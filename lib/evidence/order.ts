/** Orders text by code unit, so that no locale changes a file of the pack. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A copy in the order of a key. */
export function sortedBy<T>(rows: readonly T[], key: (row: T) => string): readonly T[] {
  return rows
    .map((row) => [key(row), row] as const)
    .sort(([a], [b]) => byText(a, b))
    .map(([, row]) => row);
}

/** A key of several parts, in which none runs into the next. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

/** Rows by a key, in the order of their first appearance. */
export function groupedBy<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
