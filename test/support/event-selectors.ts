/** One advanced event selector of a trail. */
export interface EventSelector {
  readonly Name?: string;
  readonly FieldSelectors: readonly FieldSelector[];
}

interface FieldSelector {
  readonly Field: string;
  readonly Equals?: readonly string[];
  readonly NotEquals?: readonly string[];
  readonly StartsWith?: readonly string[];
  readonly NotStartsWith?: readonly string[];
  readonly EndsWith?: readonly string[];
  readonly NotEndsWith?: readonly string[];
}

/** The fields of an event that selectors see, such as `eventCategory`, `resources.type`, `resources.ARN`, `eventName`. */
export type SelectableEvent = Readonly<Record<string, string>>;

/** Whether a trail with these selectors records the event: one selector must match, and a selector matches in all its fields. */
export function isRecorded(selectors: readonly EventSelector[], event: SelectableEvent): boolean {
  return selectors.some(({ FieldSelectors }) => FieldSelectors.every((selector) => matches(selector, event[selector.Field])));
}

function matches(selector: FieldSelector, value: string | undefined): boolean {
  const { Field, Equals, NotEquals, StartsWith, NotStartsWith, EndsWith, NotEndsWith, ...unknown } = selector;
  if (Object.keys(unknown).length > 0) throw new Error(`Unknown operator on ${Field}: ${Object.keys(unknown).join(', ')}.`);
  if (value === undefined) return false;
  return (
    (Equals?.includes(value) ?? true) &&
    !(NotEquals?.includes(value) ?? false) &&
    (StartsWith?.some((prefix) => value.startsWith(prefix)) ?? true) &&
    !(NotStartsWith?.some((prefix) => value.startsWith(prefix)) ?? false) &&
    (EndsWith?.some((suffix) => value.endsWith(suffix)) ?? true) &&
    !(NotEndsWith?.some((suffix) => value.endsWith(suffix)) ?? false)
  );
}
