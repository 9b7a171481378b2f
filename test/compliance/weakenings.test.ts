import { changed, checkOf, draftOf, judge, modelOf } from '../support/weakening';
import { propertyPatternsOf } from '../support/property-patterns';
import { WEAKENING_GROUPS } from './weakenings/table';

const patterns = [...propertyPatternsOf(draftOf('prod')).keys()];
const typeOf = (pattern: string): string => pattern.slice(0, pattern.indexOf(' '));
// A pattern of the templates means itself: its stars stand for indexes, not for any text.
const isLike = (wanted: string, pattern: string): boolean =>
  patterns.includes(wanted)
    ? wanted === pattern
    : new RegExp(
        `^${wanted
          .split('*')
          .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
          .join('.*')}$`,
      ).test(pattern);

let noticed = 0;
const rows = Object.values(WEAKENING_GROUPS).flatMap((group) => group.rows);

describe.each(Object.entries(WEAKENING_GROUPS))('weakening of %s', (_, group) => {
  if (group.rows.length > 0) {
    it.each(group.rows)('notices $what', ({ noticedBy, change }) => {
      expect(judge(modelOf('prod'), noticedBy).passed).toBe(true);
      const { verdict } = judge(changed('prod', change), noticedBy);
      expect(verdict).toMatchObject({ state: 'unmet' });
      noticed += 1;
    });
  }

  const own = patterns.filter((pattern) => group.types.includes(typeOf(pattern)));
  const covered = group.rows.flatMap(({ covers }) => covers);
  const neutral = group.neutral.flatMap((each) => each.patterns);

  it('leaves no property without a weakening or a reason for having none', () => {
    expect(own.filter((pattern) => !covered.includes(pattern) && !neutral.some((wanted) => isLike(wanted, pattern)))).toEqual([]);
  });

  it('calls no property neutral whose weakening it shows', () => {
    expect(covered.filter((pattern) => neutral.some((wanted) => isLike(wanted, pattern)))).toEqual([]);
  });

  it('speaks of properties that the templates have', () => {
    expect(covered.filter((pattern) => !own.includes(pattern))).toEqual([]);
    expect(neutral.filter((wanted) => !own.some((pattern) => isLike(wanted, pattern)))).toEqual([]);
  });

  it('says of every neutral property what follows from a change', () => {
    expect(group.neutral.filter(({ because }) => because.length < 30)).toEqual([]);
  });
});

it('answers for every type of resource in the templates, each in one group', () => {
  const types = Object.values(WEAKENING_GROUPS).flatMap((group) => group.types);
  expect([...types].sort()).toEqual([...new Set(patterns.map(typeOf))].sort());
});

it('names each weakening once, and a check that there is', () => {
  expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length);
  expect(rows.map(({ noticedBy }) => checkOf(noticedBy).id)).toEqual(rows.map(({ noticedBy }) => noticedBy));
});

afterAll(() => {
  const share = rows.length === 0 ? 0 : Math.floor((100 * noticed) / rows.length);
  process.stdout.write(`Weakenings noticed: ${noticed} of ${rows.length} (${share} %)\n`);
});
