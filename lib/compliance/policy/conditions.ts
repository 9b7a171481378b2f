import { onceForText } from '../model/once';
import { CannotTell } from '../verdict';
import { covers } from './pattern';
import type { Statement } from './statement';

/** What the condition keys of a call hold, by lower-case name; undefined for a key that is absent from the call. */
export interface ConditionContext {
  get(key: string): string | readonly string[] | undefined;
}

type Compare = (actual: string, expected: string) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => covers(expected, actual),
  // IAM treats both ARN operators alike.
  ArnEquals: (actual, expected) => covers(expected, actual),
  ArnLike: (actual, expected) => covers(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericEquals: (actual, expected) => Number(actual) === Number(expected),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  NumericLessThanEquals: (actual, expected) => Number(actual) <= Number(expected),
  NumericGreaterThan: (actual, expected) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (actual, expected) => Number(actual) >= Number(expected),
  DateLessThan: (actual, expected) => Date.parse(actual) < Date.parse(expected),
  DateGreaterThan: (actual, expected) => Date.parse(actual) > Date.parse(expected),
};

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

/**
 * Whether all conditions of a statement hold for a call, as IAM evaluates them: every key of every operator, one value of each enough; a
 * negated operator holds for an absent key, any other does not, and `IfExists` does.
 *
 * @throws CannotTell on an operator it does not know: a guess could pass for an answer.
 */
export function conditionsHold(conditions: Statement['conditions'], context: ConditionContext): boolean {
  for (const operator in conditions) {
    const keys = conditions[operator];
    for (const key in keys) if (!holds(operator, context.get(key.toLowerCase()), keys[key] ?? [])) return false;
  }
  return true;
}

/** An operator, taken apart. */
interface Operator {
  readonly quantifier: string | undefined;
  readonly isNegated: boolean;
  readonly isIfExists: boolean;
  /** Undefined for one that nobody taught us, and for `Null`, which compares nothing. */
  readonly compare: Compare | undefined;
  readonly isNull: boolean;
}

const operatorOf = onceForText((spelled): Operator => {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(spelled) ?? [];
  const negated = NEGATIONS[name];
  return {
    quantifier,
    isNegated: negated !== undefined,
    isIfExists: ifExists !== undefined,
    compare: COMPARISONS[negated ?? name],
    isNull: name === 'Null',
  };
});

function holds(spelled: string, actual: string | readonly string[] | undefined, expected: readonly string[]): boolean {
  const { quantifier, isNegated, isIfExists, compare, isNull } = operatorOf(spelled);
  if (isNull) return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  if (!compare) throw new CannotTell(`the condition operator ${spelled} is not known here`);
  if (typeof actual === 'string') return isOneOf(compare, actual, expected) !== isNegated;
  const values = actual ?? [];
  const matches = (value: string): boolean => isOneOf(compare, value, expected) !== isNegated;
  if (quantifier === 'ForAllValues') return values.every(matches);
  if (quantifier === 'ForAnyValue') return values.some(matches);
  if (values.length === 0) return isNegated || isIfExists;
  // Without a quantifier a key has one value; of several, a denial of any one of them must hold for all.
  return isNegated ? values.every(matches) : values.some(matches);
}

function isOneOf(compare: Compare, value: string, expected: readonly string[]): boolean {
  for (const wanted of expected) if (compare(value, wanted)) return true;
  return false;
}
