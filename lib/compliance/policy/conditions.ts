import { CannotTell } from '../verdict';
import { covers } from './pattern';
import type { Statement } from './statement';

/** What the condition keys of a call hold, by lower-case name. A key that is left out is absent from the call. */
export type ConditionContext = ReadonlyMap<string, string | readonly string[]>;

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
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, context.get(key.toLowerCase()), expected)),
  );
}

function holds(operator: string, actual: string | readonly string[] | undefined, expected: readonly string[]): boolean {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const values = actual === undefined ? [] : typeof actual === 'string' ? [actual] : actual;
  const negated = NEGATIONS[name];
  const compare = COMPARISONS[negated ?? name];
  if (!compare) throw new CannotTell(`the condition operator ${operator} is not known here`);
  const matches = (value: string): boolean => expected.some((wanted) => compare(value, wanted)) !== (negated !== undefined);
  if (quantifier === 'ForAllValues') return values.every(matches);
  if (quantifier === 'ForAnyValue') return values.some(matches);
  if (values.length === 0) return negated !== undefined || ifExists !== undefined;
  // Without a quantifier a key has one value; of several, a denial of any one of them must hold for all.
  return negated === undefined ? values.some(matches) : values.every(matches);
}
