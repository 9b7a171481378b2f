import { onceForText } from '../model/once';

/** An EventBridge pattern, or a part of one. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** EventBridge refuses a longer pattern, in characters of its JSON. */
export const MAX_EVENT_PATTERN_LENGTH = 2048;

/**
 * Whether EventBridge would match an event: every field of the pattern has a list of alternatives, each a literal or one of `prefix`,
 * `suffix`, `equals-ignore-case`, `wildcard`, `anything-but` (of values or of these), `numeric`, `exists`; `$or` takes one of several parts
 * at any level. A list in the event matches when one of its items does.
 *
 * What is not there matches `exists: false` alone, `anything-but` included: a pattern that exempts a role by `anything-but` leaves out
 * whoever has no role, unless an alternative takes them in. Only leaves exist: a field that holds fields is not there.
 *
 * @throws Error on a matcher it does not know, or a case that is not documented: a detection must not rest on a guess
 */
export function matchesEvent(pattern: EventPattern, event: unknown): boolean {
  return matches(pattern, event, false);
}

function matches(pattern: EventPattern, event: unknown, isOneOfSeveral: boolean): boolean {
  let isEmpty = true;
  for (const field in pattern) {
    isEmpty = false;
    if (!matchesField(field, pattern[field], event, isOneOfSeveral)) return false;
  }
  if (isEmpty) throw new Error('An empty pattern matches nothing in EventBridge.');
  return true;
}

function matchesField(field: string, expected: unknown, event: unknown, isOneOfSeveral: boolean): boolean {
  if (field === '$or') return partsOf(expected).some((part) => matches(part, event, isOneOfSeveral));
  const value = isRecord(event) ? event[field] : undefined;
  if (Array.isArray(expected)) {
    for (const alternative of expected as readonly unknown[]) if (meets(alternative, value, isOneOfSeveral)) return true;
    return false;
  }
  if (!isRecord(expected)) throw new Error(`${field} is neither a list nor an object; EventBridge refuses that.`);
  if (Array.isArray(value)) return value.some((item) => matches(expected, item, isOneOfSeveral || value.length > 1));
  return matches(expected, value, isOneOfSeveral);
}

/**
 * The parts of a `$or`.
 *
 * @throws Error where EventBridge would take it for a field of that name
 */
export function partsOf(or: unknown): readonly EventPattern[] {
  if (!Array.isArray(or) || or.length < 2 || !or.every(isRecord)) throw new Error('$or needs two parts or more; with fewer EventBridge takes it for a field.');
  return or;
}

function meets(alternative: unknown, value: unknown, isOneOfSeveral: boolean): boolean {
  if (!isRecord(alternative)) return Array.isArray(value) ? leavesOf(value).includes(alternative) : value === alternative;
  const [matcher, operand] = onlyEntryOf(alternative);
  if (matcher !== 'exists') return leavesOf(value).some((leaf) => holds(matcher, operand, leaf));
  if (operand === false && isOneOfSeveral) throw new Error('What is absent of one item of a list and there in another is not documented.');
  return leavesOf(value).length > 0 === operand;
}

/** Literals of a field, one for each item of a list. */
function leavesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isRecord(value) ? [] : [value];
}

function holds(matcher: string, operand: unknown, leaf: unknown): boolean {
  if (matcher === 'numeric') return typeof leaf === 'number' && inRange(leaf, operand as readonly (string | number)[]);
  if (matcher !== 'anything-but') return passes(matcher, operand, leaf);
  if (!isRecord(operand)) return Array.isArray(operand) ? !operand.includes(leaf) : operand !== leaf;
  const [inner, texts] = onlyEntryOf(operand);
  return Array.isArray(texts) ? !texts.some((text) => passes(inner, text, leaf)) : !passes(inner, texts, leaf);
}

function passes(matcher: string, operand: unknown, leaf: unknown): boolean {
  if (isRecord(operand)) {
    const [inner, text] = onlyEntryOf(operand);
    if (inner !== 'equals-ignore-case' || !['prefix', 'suffix'].includes(matcher)) throw new Error(`Unknown matcher ${inner} within ${matcher}.`);
    return typeof leaf === 'string' && passes(matcher, String(text).toLowerCase(), leaf.toLowerCase());
  }
  if (typeof operand !== 'string') throw new Error(`${matcher} takes a text, not ${JSON.stringify(operand)}.`);
  const test = TEXT_TESTS[matcher];
  if (!test) throw new Error(`Unknown matcher ${matcher}.`);
  return typeof leaf === 'string' && test(leaf, operand);
}

const TEXT_TESTS: Readonly<Record<string, (leaf: string, operand: string) => boolean>> = {
  prefix: (leaf, operand) => leaf.startsWith(operand),
  suffix: (leaf, operand) => leaf.endsWith(operand),
  'equals-ignore-case': (leaf, operand) => leaf.toLowerCase() === operand.toLowerCase(),
  wildcard: (leaf, operand) => wildcardOf(operand).test(leaf),
};

/** A backslash takes the meaning from a star or a backslash, and from nothing else. */
const wildcardOf = onceForText((text): RegExp => {
  if (/(?<!\\)\*\*/.test(text)) throw new Error(`EventBridge refuses two stars together: ${text}`);
  const parts = text.match(/\\[\\*]|[^\\]/gs) ?? [];
  if (parts.join('') !== text) throw new Error(`EventBridge refuses a backslash before anything but a star or a backslash: ${text}`);
  const source = parts.map((part) => (part === '*' ? '.*' : (part.at(-1) ?? '').replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`, 's');
});

/**
 * Whether a number is within bounds as `['>', 0, '<=', 5]`.
 *
 * @throws Error on a comparison it does not know
 */
export function inRange(value: number, bounds: readonly (string | number)[]): boolean {
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

function onlyEntryOf(matcher: Readonly<Record<string, unknown>>): readonly [string, unknown] {
  const [entry, ...others] = Object.entries(matcher);
  if (!entry || others.length > 0) throw new Error(`A matcher is one of a kind, unlike ${JSON.stringify(matcher)}.`);
  return entry;
}

/** Whether a part of a pattern or an event has fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
