import fc from 'fast-check';
import { conditionsHold } from '../../../lib/compliance/policy/conditions';
import { CannotTell } from '../../../lib/compliance/verdict';

const holds = (operator: string, expected: readonly string[], actual?: string | readonly string[]): boolean =>
  conditionsHold({ [operator]: { 'aws:Key': expected } }, new Map(actual === undefined ? [] : [['aws:key', actual]]));

/** Operator, what it asks for, a value that holds, a value that does not. */
const OPERATORS = [
  ['StringEquals', 'a', 'a', 'A'],
  ['StringEqualsIgnoreCase', 'a', 'A', 'b'],
  ['StringLike', 'a*', 'ab', 'ba'],
  ['ArnEquals', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/x', 'arn:aws:iam::2:role/x'],
  ['ArnLike', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/x', 'arn:aws:iam::2:role/x'],
  ['Bool', 'true', 'TRUE', 'false'],
  ['NumericEquals', '5', '5.0', '6'],
  ['NumericLessThan', '5', '4', '5'],
  ['NumericLessThanEquals', '5', '5', '6'],
  ['NumericGreaterThan', '5', '6', '5'],
  ['NumericGreaterThanEquals', '5', '5', '4'],
  ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'],
  ['DateGreaterThan', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-01T00:00:00Z'],
] as const;

/** Negated operator and what it negates. */
const NEGATED = [
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
  ['NumericNotEquals', 'NumericEquals'],
] as const;

describe.each(OPERATORS)('%s %s', (operator, wanted, good, bad) => {
  it('holds for what it asks for, and for nothing else', () => {
    expect([holds(operator, [wanted], good), holds(operator, [wanted], bad)]).toEqual([true, false]);
  });

  it('does not hold for an absent key, unless IfExists says so', () => {
    expect([holds(operator, [wanted]), holds(`${operator}IfExists`, [wanted])]).toEqual([false, true]);
    expect([holds(`${operator}IfExists`, [wanted], good), holds(`${operator}IfExists`, [wanted], bad)]).toEqual([true, false]);
  });

  it('of all values asks for each, and is met by none; of any value asks for one', () => {
    expect([
      holds(`ForAllValues:${operator}`, [wanted], [good, good]),
      holds(`ForAllValues:${operator}`, [wanted], [good, bad]),
      holds(`ForAllValues:${operator}`, [wanted]),
    ]).toEqual([true, false, true]);
    expect([
      holds(`ForAnyValue:${operator}`, [wanted], [good, bad]),
      holds(`ForAnyValue:${operator}`, [wanted], [bad]),
      holds(`ForAnyValue:${operator}`, [wanted]),
    ]).toEqual([true, false, false]);
  });
});

describe.each(NEGATED)('%s', (operator, plain) => {
  const [, wanted, good, bad] = OPERATORS.find(([name]) => name === plain) ?? OPERATORS[0];

  it('holds where the other does not, and for an absent key', () => {
    expect([holds(operator, [wanted], good), holds(operator, [wanted], bad), holds(operator, [wanted])]).toEqual([false, true, true]);
  });

  it('denies every one of its values', () => {
    expect(holds(operator, [wanted, bad], bad)).toBe(false);
    expect(holds(operator, [wanted, bad], good)).toBe(false);
  });
});

describe('conditions', () => {
  it('hold when all do: one value of each key is enough, no key can be left out', () => {
    const conditions = { StringEquals: { 'aws:A': ['1', '2'], 'aws:B': ['3'] }, Bool: { 'aws:C': ['true'] } };
    expect(
      conditionsHold(
        conditions,
        new Map([
          ['aws:a', '2'],
          ['aws:b', '3'],
          ['aws:c', 'true'],
        ]),
      ),
    ).toBe(true);
    expect(
      conditionsHold(
        conditions,
        new Map([
          ['aws:a', '2'],
          ['aws:c', 'true'],
        ]),
      ),
    ).toBe(false);
    expect(
      conditionsHold(
        conditions,
        new Map([
          ['aws:a', '4'],
          ['aws:b', '3'],
          ['aws:c', 'true'],
        ]),
      ),
    ).toBe(false);
    expect(conditionsHold({}, new Map())).toBe(true);
  });

  it('ask with Null whether a key is there', () => {
    expect([holds('Null', ['true']), holds('Null', ['true'], 'x'), holds('Null', ['false']), holds('Null', ['false'], 'x')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('with an operator that nobody taught them end the check', () => {
    expect(() => holds('IpAddress', ['10.0.0.0/8'], '10.1.1.1')).toThrow(CannotTell);
    expect(() => holds('BinaryEquals', ['QQ=='])).toThrow(CannotTell);
  });

  it('compare a set exactly as each of its values, whatever they are', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(word), (wanted, actual) => {
        expect(holds('ForAllValues:StringEquals', wanted, actual)).toBe(actual.every((value) => wanted.includes(value)));
        expect(holds('ForAnyValue:StringEquals', wanted, actual)).toBe(actual.some((value) => wanted.includes(value)));
        // What is not in the set of all is in that of any other.
        expect(holds('ForAllValues:StringNotEquals', wanted, actual)).toBe(!holds('ForAnyValue:StringEquals', wanted, actual));
      }),
    );
  });
});
