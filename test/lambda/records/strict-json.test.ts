import fc from 'fast-check';
import { parseStrictJson } from '../../../lambda/records/strict-json';

const outcome = (text: string): unknown => {
  const parsed = parseStrictJson(text);
  return parsed.kind === 'refused' ? parsed.code : parsed.value;
};

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('strict JSON', () => {
  it.each([
    '',
    '{',
    '{"a":1',
    '{"a"}',
    '{"a":1}}',
    "{'a':1}",
    '{"a":1,}',
    '{"a":NaN}',
    '{a:1}',
    '{"a":01}',
    '{"a":"\n"}',
    '{"\\x":1}',
    '{"a',
    '{"a":1}x',
    '}',
    ']{',
  ])('refuses what is not JSON: %j', (text) => {
    expect(outcome(text)).toBe('body_not_json');
  });

  it.each(['[]', '[{"a":1}]', '"text"', '1', 'null', 'true'])('refuses what is not an object: %s', (text) => {
    expect(outcome(text)).toBe('body_not_object');
  });

  it('takes nesting of 8 and refuses 9', () => {
    expect([outcome(nested(8)), outcome(nested(9))]).toEqual([JSON.parse(nested(8)), 'body_too_deep']);
  });

  it.each([
    ['objects', nested(100_000)],
    ['arrays', `{"a":${'['.repeat(100_000)}`],
    ['brackets that never close', '{"a":['.repeat(50_000)],
  ])('refuses nesting of 100,000 %s without running out of stack', (_, text) => {
    expect(outcome(text)).toBe('body_too_deep');
  });

  it('does not count brackets inside texts', () => {
    expect(outcome('{"a":"[[[[[[[[[[{{{{{{{{{\\"[[["}')).toEqual({ a: '[[[[[[[[[[{{{{{{{{{"[[[' });
  });

  it.each([
    ['plainly', '{"a":1,"a":2}'],
    ['in another spelling', '{"role":"patient","\\u0072ole":"admin"}'],
    ['further down', '{"x":[{"a":1},{"b":{"a":1,"c":2,"a":3}}]}'],
    ['after an inner object', '{"a":{"b":1},"a":2}'],
  ])('refuses a key given twice %s', (_, text) => {
    expect(outcome(text)).toBe('body_duplicate_key');
  });

  it('takes the same key in different objects, and a value that equals a key', () => {
    expect(outcome('{"a":"a","b":[{"a":"b"},{"a":"a"}]}')).toEqual({ a: 'a', b: [{ a: 'b' }, { a: 'a' }] });
  });

  it.each(['{"__proto__":{"role":"admin"}}', '{"\\u005f_proto__":1}', '{"a":{"constructor":{"prototype":{}}}}', '{"a":[{"prototype":1}]}'])(
    'refuses a key that reaches a prototype: %s',
    (text) => {
      expect(outcome(text)).toBe('body_forbidden_key');
      expect(({} as { role?: string }).role).toBeUndefined();
    },
  );

  it.each([
    ['NUL in a value', '{"a":"b\\u0000"}'],
    ['NUL in a key', '{"a\\u0000":1}'],
    ['a lone surrogate in a value', '{"a":["\\ud800"]}'],
    ['a lone surrogate in a key', '{"\\udc00":1}'],
    ['surrogates the wrong way round', '{"a":"\\ude00\\ud83d"}'],
  ])('refuses %s', (_, text) => {
    expect(outcome(text)).toBe('body_forbidden_character');
  });

  it('takes a pair of surrogates', () => {
    expect(outcome('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '\u{1f600}' });
  });

  it.each(['1e400', '-1e400', '9007199254740993', '-9007199254740993', '1e20'])('refuses a number that would change: %s', (number) => {
    expect(outcome(`{"a":[${number}]}`)).toBe('body_number');
  });

  it.each(['9007199254740991', '0.1', '-0', '1e3'])('takes the number %s', (number) => {
    expect(outcome(`{"a":${number}}`)).toEqual({ a: Number(number) });
  });

  it('agrees with JSON.parse on whatever it takes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
        const text = JSON.stringify({ value });
        const parsed = parseStrictJson(text);
        if (parsed.kind === 'parsed') expect(parsed.value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\\u',
      '__proto__',
      '1',
      ' ',
      '\u2028',
      '\ud800',
      '\0',
      'null',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fragment).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(['parsed', 'refused']).toContain(parseStrictJson(text).kind);
        },
      ),
      { numRuns: 300 },
    );
  });
});
