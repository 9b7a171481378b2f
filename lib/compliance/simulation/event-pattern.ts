/** An EventBridge pattern, or a part of one. */
export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Whether EventBridge would match an event: every field of the pattern has a list of alternatives, each a literal or one of
 * prefix, anything-but, numeric, exists. A list in the event matches when one of its items does.
 *
 * @throws Error on a matcher it does not know: a detection must not rest on a guess
 */
export function matchesEvent(pattern: EventPattern, event: unknown): boolean {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new Error('An empty pattern matches nothing in EventBridge.');
  return fields.every(([field, expected]) => {
    const value = isRecord(event) ? event[field] : undefined;
    if (Array.isArray(expected)) return expected.some((alternative) => meets(alternative, value));
    if (!isRecord(expected)) throw new Error(`${field} is neither a list nor an object; EventBridge refuses that.`);
    return Array.isArray(value) ? value.some((item) => matchesEvent(expected, item)) : matchesEvent(expected, value);
  });
}

function meets(alternative: unknown, value: unknown): boolean {
  if (isRecord(alternative) && 'exists' in alternative) return (value !== undefined) === alternative['exists'];
  if (Array.isArray(value)) return value.some((item) => meets(alternative, item));
  if (!isRecord(alternative)) return value === alternative;
  const [entry] = Object.entries(alternative);
  if (!entry) throw new Error('An empty matcher.');
  const [matcher, operand] = entry;
  switch (matcher) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'anything-but':
      return value !== undefined && ![operand].flat().includes(value);
    case 'numeric':
      return typeof value === 'number' && inRange(value, operand as readonly (string | number)[]);
    default:
      throw new Error(`Unknown matcher ${matcher}.`);
  }
}

function inRange(value: number, bounds: readonly (string | number)[]): boolean {
  for (let index = 0; index < bounds.length; index += 2) {
    const limit = Number(bounds[index + 1]);
    const within = { '=': value === limit, '>': value > limit, '>=': value >= limit, '<': value < limit, '<=': value <= limit }[
      String(bounds[index])
    ];
    if (within === undefined) throw new Error(`Unknown comparison ${bounds[index]}.`);
    if (!within) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An event that a pattern must match: the first alternative of each field.
 *
 * @throws Error on a matcher it does not know.
 */
export function sampleEvent(pattern: EventPattern): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(pattern).flatMap(([field, expected]) => {
      if (!Array.isArray(expected)) return [[field, isRecord(expected) ? sampleEvent(expected) : expected]];
      const value = valueFor(expected[0] as unknown);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

function valueFor(alternative: unknown): unknown {
  if (!isRecord(alternative)) return alternative;
  const [[matcher, operand] = ['', undefined]] = Object.entries(alternative);
  switch (matcher) {
    case 'exists':
      return operand === true ? 'there' : undefined;
    case 'prefix':
      return operand;
    case 'anything-but':
      return 'something else';
    case 'numeric':
      return numberIn(operand as readonly (string | number)[]);
    default:
      throw new Error(`Unknown matcher ${matcher}.`);
  }
}

function numberIn(bounds: readonly (string | number)[]): number | undefined {
  const limits = bounds.filter((bound) => typeof bound === 'number');
  return limits.flatMap((limit) => [limit, limit + 1, limit - 1]).find((value) => inRange(value, bounds));
}
