import fc from 'fast-check';
import { flagAt, listAt, numberAt, recordsAt, shown, textAt, textsAt, toFlag, toNumber, valueAt } from '../../../lib/compliance/model/read';
import type { Resource } from '../../../lib/compliance/model/environment';
import { CannotTell } from '../../../lib/compliance/verdict';
import { environmentOf } from '../../support/tiny-environment';

function resourceOf(Properties: Readonly<Record<string, unknown>>): Resource {
  const [resource] = environmentOf({ It: { Type: 'AWS::S3::Bucket', Properties } }).all;
  if (!resource) throw new Error('The model holds the resource that it was made of.');
  return resource;
}

const UNKNOWN = { 'Fn::If': ['A', 1, 2] };

describe('a property', () => {
  const resource = resourceOf({
    A: { B: [{ C: 'x' }] },
    Empty: null,
    One: 'x',
    Many: ['x', 'y'],
    Mixed: ['x', { y: 1 }],
    Text: '7',
    Flag: 'true',
    Port: 443,
  });

  it('is found by its path, through lists', () => {
    expect(valueAt(resource, 'A.B.0.C')).toBe('x');
    expect([valueAt(resource, 'A.B.1.C'), valueAt(resource, 'A.C.D'), valueAt(resource, 'Empty'), valueAt(resource, 'One.length')]).toEqual(
      [undefined, undefined, undefined, undefined],
    );
  });

  it('is nothing that every object has', () => {
    for (const path of ['constructor', 'toString', '__proto__', 'A.hasOwnProperty', 'Many.length', 'Many.map'])
      expect(valueAt(resource, path)).toBeUndefined();
  });

  it('means the same as one and as a list of one, as text and as number or boolean', () => {
    expect([textsAt(resource, 'One'), listAt(resource, 'Many'), listAt(resource, 'None')]).toEqual([['x'], ['x', 'y'], []]);
    expect([textsAt(resource, 'Mixed'), recordsAt(resource, 'Mixed')]).toEqual([['x'], [{ y: 1 }]]);
    expect([numberAt(resource, 'Text'), flagAt(resource, 'Flag'), textAt(resource, 'Port'), textAt(resource, 'A')]).toEqual([
      7,
      true,
      '443',
      undefined,
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, (it: Resource) => unknown]>([
    ['by itself', { A: UNKNOWN }, (it) => textAt(it, 'A')],
    ['on the way', { A: UNKNOWN }, (it) => valueAt(it, 'A.B.C')],
    ['in a list of texts', { A: ['x', UNKNOWN] }, (it) => textsAt(it, 'A')],
    ['in a list of objects', { A: [UNKNOWN] }, (it) => recordsAt(it, 'A')],
  ])('that is unknown %s ends the check', (_, properties, read) => {
    expect(() => read(resourceOf(properties))).toThrow(CannotTell);
    expect(() => read(resourceOf(properties))).toThrow(/prod-Small\/It\.A/);
  });
});

describe('numbers and booleans', () => {
  it('are the same written as text', () => {
    fc.assert(fc.property(fc.integer(), (number) => expect(toNumber(String(number))).toBe(toNumber(number))));
    fc.assert(fc.property(fc.boolean(), (flag) => expect(toFlag(String(flag))).toBe(toFlag(flag))));
  });

  it('are not read out of what is none', () => {
    expect(['', ' ', 'seven', 'Infinity', 'NaN', true, null, [], {}].map(toNumber)).toEqual(Array(9).fill(undefined));
    expect(['', 'TRUE', 'yes', 1, 0, null, [], {}].map(toFlag)).toEqual(Array(8).fill(undefined));
  });
});

it('shows a value short, and nothing as absent', () => {
  expect([shown(undefined), shown(null), shown('x'), shown({ a: 1 })]).toEqual(['absent', 'absent', 'x', '{"a":1}']);
  expect(shown('x'.repeat(500))).toHaveLength(120);
});
