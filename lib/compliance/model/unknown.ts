/** A value that only a deploy knows, and why. It never equals, contains or matches anything. */
export class Unknown {
  /** @param isDangling whether it refers to a resource that its own template does not hold, which no deploy can mend. */
  constructor(
    readonly reason: string,
    readonly isDangling = false,
  ) {}
}

/** Whether a value, or anything inside it, is unknown; the first reason found. */
export function unknownIn(value: unknown): string | undefined {
  return unknownsIn(value)[0]?.reason;
}

/** Everything unknown inside a value. */
export function unknownsIn(value: unknown): readonly Unknown[] {
  const found: Unknown[] = [];
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Unknown[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Unknown) found.push(value);
  else for (const key in value) collect((value as Readonly<Record<string, unknown>>)[key], found);
}
