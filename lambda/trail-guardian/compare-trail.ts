import type { EventSelector, ExpectedTrail, FieldSelector } from './contract';
import { findingsAbout, type Finding } from './findings';
import type { Placeholders } from './placeholders';
import type { LiveSelectors, LiveTrail } from './ports';

/**
 * Compares a live trail with its template, property by property: 164.312(b). Each difference is named as CloudTrail's API names it, with
 * the template's value and the live one.
 */
export function compareTrail(expected: ExpectedTrail, live: LiveTrail, placeholders: Placeholders): readonly Finding[] {
  const texts: readonly (readonly [string, string, string])[] = [
    ['S3BucketName', expected.bucket, live.bucket],
    ['S3KeyPrefix', expected.prefix, live.prefix],
    ['KmsKeyId', expected.keyArn, live.keyArn],
    ['CloudWatchLogsLogGroupArn', expected.logGroupArn, live.logGroupArn],
    ['CloudWatchLogsRoleArn', expected.logRoleArn, live.logRoleArn],
  ];
  const switches: readonly (readonly [string, boolean, boolean])[] = [
    ['IsMultiRegionTrail', expected.isMultiRegion, live.isMultiRegion],
    ['IncludeGlobalServiceEvents', expected.hasGlobalEvents, live.hasGlobalEvents],
    ['LogFileValidationEnabled', expected.isValidated, live.isValidated],
  ];
  return [
    ...texts
      .filter(([, template, value]) => !placeholders.matches(template, value))
      .map(([name, template, value]) => differs(name, placeholders.fill(template), value)),
    ...switches.filter(([, template, value]) => template !== value).map(([name, template, value]) => differs(name, template, value)),
  ];
}

/** Compares what a trail selects, whatever the order: each selector by its name, field by field, value by value. */
export function compareSelectors(expected: readonly EventSelector[], live: LiveSelectors, placeholders: Placeholders): readonly Finding[] {
  if (live.kind === 'basic')
    return [differs('AdvancedEventSelectors', `${expected.length} advanced selectors`, `${live.count} basic selectors`)];
  const missing = expected.flatMap((selector) => {
    const same = live.selectors.filter(({ Name }) => Name === selector.Name);
    const [only] = same;
    const about = `AdvancedEventSelectors, ${selector.Name}`;
    if (!only || same.length > 1) return [differs(about, 'one selector of this name', `${same.length}`)];
    return isSameSet(selector.FieldSelectors, only.FieldSelectors, (one, other) => isSameField(one, other, placeholders))
      ? []
      : [differs(about, placeholders.fill(written(selector.FieldSelectors)), written(only.FieldSelectors))];
  });
  const names = expected.map(({ Name }) => Name);
  const more = live.selectors.filter(({ Name }) => !names.includes(Name));
  return [
    ...missing,
    ...more.map(({ Name, FieldSelectors }) => differs(`AdvancedEventSelectors, ${Name}`, 'no such selector', written(FieldSelectors))),
  ];
}

/** Compares the kinds of insight that are on. */
export function compareInsights(expected: readonly string[], live: readonly string[]): readonly Finding[] {
  return isSameSet(expected, live, (one, other) => one === other)
    ? []
    : [differs('InsightSelectors', [...expected].sort().join(', ') || 'none', [...live].sort().join(', ') || 'none')];
}

function differs(about: string, expected: string | boolean, found: string | boolean): Finding {
  return findingsAbout(about)('trail_differs', String(expected) || 'nothing', String(found) || 'nothing');
}

const OPERATORS = ['Equals', 'NotEquals', 'StartsWith', 'NotStartsWith', 'EndsWith', 'NotEndsWith'] as const;

function isSameField(expected: FieldSelector, live: FieldSelector, placeholders: Placeholders): boolean {
  return (
    expected.Field === live.Field &&
    OPERATORS.every((operator) => {
      // What is known first, so that nothing unknown takes its place.
      const values = [...(expected[operator] ?? [])].sort((a, b) => Number(placeholders.knows(b)) - Number(placeholders.knows(a)));
      return isSameSet(values, live[operator] ?? [], (one, other) => placeholders.matches(one, other));
    })
  );
}

function isSameSet<Item>(expected: readonly Item[], live: readonly Item[], isSame: (expected: Item, live: Item) => boolean): boolean {
  const rest = [...live];
  return (
    expected.every((item) => {
      const at = rest.findIndex((other) => isSame(item, other));
      if (at >= 0) rest.splice(at, 1);
      return at >= 0;
    }) && rest.length === 0
  );
}

function written(fields: readonly FieldSelector[]): string {
  return JSON.stringify(fields);
}
