/** A value that only a deploy knows, and why. It never equals, contains or matches anything. */
export class Unknown {
  constructor(readonly reason: string) {}
}

/** Whether a value, or anything inside it, is unknown; the first reason found. */
export function unknownIn(value: unknown): string | undefined {
  if (value instanceof Unknown) return value.reason;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const reason = unknownIn(inner);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
