/** Tells a plain JSON object from null, arrays and scalars; every parser of an `unknown` starts here. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
