import { array, assert, constantFrom, property, string } from 'fast-check';
import { say } from '../../lib/review/phrase';
import { renderSarif } from '../../lib/review/render-sarif';
import type { Review, ReviewEntry } from '../../lib/review/review';
import type { Weight } from '../../lib/review/entry';

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

const entry = (kind: string, weight: Weight, value: string, environments = ['prod']): ReviewEntry => ({
  kind, weight, environments, text: say`The key ${value} goes`, details: [say`It is ${'gone'}`],
});
const sarif = (...entries: readonly ReviewEntry[]) => {
  const review: Review = { outcome: 'stop', environments: ['prod'], sections: [{ id: 'stateful', title: 'What goes', entries, most: 1 }] };
  return (JSON.parse(renderSarif(review)) as Log).runs[0];
};

it('has an error for what stops, a warning for what asks, and nothing for what is only good to know', () => {
  const { results, tool } = sarif(entry('a', 'stops', 'One'), entry('b', 'asks', 'Two'), entry('c', 'tells', 'Three'), entry('a', 'stops', 'Four'));
  expect(results.map(({ ruleId, level, message }) => [ruleId, level, message.text])).toEqual([
    ['a', 'error', 'prod: The key One goes\nIt is gone'],
    ['b', 'warning', 'prod: The key Two goes\nIt is gone'],
    ['a', 'error', 'prod: The key Four goes\nIt is gone'],
  ]);
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(['a', 'b']);
});

it('points each result at its rule, and tells two entries apart by a fingerprint that a second run repeats', () => {
  const weights = constantFrom<Weight>('stops', 'asks', 'tells');
  assert(
    property(array(weights, { maxLength: 8 }), array(string(), { minLength: 8, maxLength: 8 }), (all, values) => {
      const entries = all.map((weight, at) => entry(`kind-${at % 3}`, weight, `${at} ${values[at]}`));
      const { results, tool } = sarif(...entries);
      expect(results).toHaveLength(all.filter((weight) => weight !== 'tells').length);
      for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      const marks = results.map(({ partialFingerprints }) => partialFingerprints['entry/v1']);
      expect(new Set(marks).size).toBe(results.length);
      expect(sarif(...entries).results.map(({ partialFingerprints }) => partialFingerprints['entry/v1'])).toEqual(marks);
    }),
  );
});

it('escapes control characters of somebody else', () => {
  expect(sarif(entry('a', 'asks', 'x\u001b[2J\ny')).results[0]?.message.text).not.toMatch(/\u001b|x[^\n]*\n[^\n]*y/);
});
