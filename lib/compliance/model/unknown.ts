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
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Unknown) return value.reason;
  for (const key in value) {
    const reason = unknownIn((value as Readonly<Record<string, unknown>>)[key]);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
