import { inRange, isRecord, partsOf, type EventPattern } from './event-pattern';

type Sample = Readonly<Record<string, unknown>>;

/**
 * An event that a pattern must match: the first alternative of each field, the first part of each `$or`.
 *
 * @throws Error on a matcher it does not know.
 */
export function sampleEvent(pattern: EventPattern): Sample {
  return Object.entries(pattern).reduce<Sample>((sample, [field, expected]) => {
    if (field === '$or') return merged(sample, sampleEvent(partsOf(expected)[0] ?? {}));
    if (!Array.isArray(expected)) return merged(sample, { [field]: isRecord(expected) ? sampleEvent(expected) : expected });
    const value = valueFor(expected[0] as unknown);
    return value === undefined ? sample : merged(sample, { [field]: value });
  }, {});
}

/** A `$or` may speak of fields within those that stand beside it. */
function merged(one: Sample, other: Sample): Sample {
  const both = { ...one, ...other };
  const shared = Object.keys(other).filter((key) => isRecord(one[key]) && isRecord(other[key]));
  return { ...both, ...Object.fromEntries(shared.map((key) => [key, merged(one[key] as Sample, other[key] as Sample)])) };
}

function valueFor(alternative: unknown): unknown {
  if (!isRecord(alternative)) return alternative;
  const [[matcher, operand] = ['', undefined]] = Object.entries(alternative);
  switch (matcher) {
    case 'exists':
      return operand === true ? 'there' : undefined;
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return isRecord(operand) ? Object.values(operand)[0] : operand;
    case 'wildcard':
      return String(operand).replace(/\\([\\*])|\*/g, '$1');
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
