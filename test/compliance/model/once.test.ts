import { once, onceForText } from '../../../lib/compliance/model/once';

describe('once', () => {
  test('works a thing out once for each object', () => {
    const made: object[] = [];
    const sizeOf = once((of: readonly string[]) => made.push(of));
    const [one, other] = [['a'], ['a']];
    expect([sizeOf(one), sizeOf(other), sizeOf(one)]).toStrictEqual([1, 2, 1]);
  });

  test('keeps an answer that is undefined', () => {
    let asked = 0;
    const nothing = once<object, undefined>(() => void (asked += 1));
    const of = {};
    nothing(of);
    nothing(of);
    expect(asked).toBe(1);
  });
});

describe('onceForText', () => {
  test('works a thing out once for each text', () => {
    const made: string[] = [];
    const placeOf = onceForText((text) => made.push(text));
    expect([placeOf('a'), placeOf('b'), placeOf('a')]).toStrictEqual([1, 2, 1]);
  });

  test('tries again what threw', () => {
    let asked = 0;
    const second = onceForText((text) => {
      asked += 1;
      if (asked === 1) throw new Error(text);
      return text;
    });
    expect(() => second('a')).toThrow('a');
    expect(second('a')).toBe('a');
  });
});
