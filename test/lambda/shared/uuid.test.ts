import { newTimeOrderedUuid, parseUuid } from '../../../lambda/shared/uuid';

describe('a time-ordered id', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is spelled as every id is, says its version and variant, and is never the same twice', () => {
    const ids = Array.from({ length: 1_000 }, newTimeOrderedUuid);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.filter((id) => parseUuid(id) !== id)).toEqual([]);
    expect(ids.filter((id) => !/^.{14}7.{4}[89ab]/.test(id))).toEqual([]);
  });

  it('sorts after one of a millisecond before, whatever the rest of either is', () => {
    const at = (ms: number) => {
      jest.spyOn(Date, 'now').mockReturnValue(ms);
      return Array.from({ length: 50 }, newTimeOrderedUuid);
    };
    for (const ms of [0, 0xff_ffff, 1_796_000_000_000, 0x7fff_ffff_ffff]) {
      const [earlier, later] = [at(ms), at(ms + 1)];
      expect(earlier.toSorted().at(-1)! < later.toSorted()[0]!).toBe(true);
    }
  });

  it('begins with its milliseconds since the epoch', () => {
    jest.spyOn(Date, 'now').mockReturnValue(0x0192_3456_789a);
    expect(newTimeOrderedUuid().slice(0, 13)).toBe('01923456-789a');
  });
});
