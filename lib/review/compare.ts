import { stableNames } from '../compliance/access/names';
import type { Check } from '../compliance/check';
import type { FieldAccess } from '../compliance/field-access';
import type { EnvironmentModel } from '../compliance/model/environment';
import { runChecks } from '../compliance/run-checks';
import { accessEntries } from './access';
import { checkEntries, fatalEntries } from './checks';
import { costEntries } from './cost';
import type { EnvironmentPair, SectionOf, Weight } from './entry';
import { exceptionEntries } from './exceptions';
import { fieldAccessEntries } from './field-access';
import { networkEntries } from './network';
import { outcomeOf } from './outcome';
import { say, toText } from './phrase';
import { rawEntries } from './raw';
import type { Review, ReviewEntry, ReviewSection } from './review';
import { statefulEntries } from './stateful';

/** Two sets of templates that have nothing to do with each other; the message says what each holds. */
export class NotComparable extends Error {}

/** By what a change is judged. */
export interface ReviewInput {
  readonly checks: readonly Check[];
  /** ISO date, by which exceptions expire. */
  readonly today: string;
  /** Files of the judge itself that the change touches: what it says of the base, the base's own may not have said. */
  readonly judgeChanges?: readonly string[];
  /** Of each environment whose assembly has a table of roles and fields. @default none has one */
  readonly fieldAccess?: ReadonlyMap<EnvironmentModel, readonly FieldAccess[]>;
}

interface SectionKind {
  readonly id: string;
  readonly title: string;
  readonly of: SectionOf;
  readonly most: number;
}

const SECTIONS: readonly SectionKind[] = [
  { id: 'checks', title: 'What got weaker or stronger', of: checkEntries, most: 40 },
  { id: 'access', title: 'Who can newly do what', of: accessEntries, most: 40 },
  { id: 'fields', title: 'Which role reaches which field', of: fieldAccessEntries, most: 30 },
  { id: 'stateful', title: 'What is replaced or deleted', of: statefulEntries, most: 30 },
  { id: 'network', title: 'What opens to which network', of: networkEntries, most: 30 },
  { id: 'exceptions', title: 'Exceptions', of: exceptionEntries, most: 30 },
  { id: 'cost', title: 'What it costs', of: costEntries, most: 10 },
  { id: 'templates', title: 'The templates, resource by resource', of: rawEntries, most: 60 },
];

const WEIGHTS: readonly Weight[] = ['stops', 'asks', 'tells'];

/**
 * Reviews a change: everything that the head's templates do and the base's did not. Pure; the same input gives the same review.
 *
 * @throws NotComparable when the two have no environment in common.
 */
export function compare(base: readonly EnvironmentModel[], head: readonly EnvironmentModel[], input: ReviewInput): Review {
  const named = (models: readonly EnvironmentModel[]): string => models.map(({ place }) => place.name).join(', ') || 'none';
  const pairs = pairsOf(base, head, input);
  if (pairs.length === 0)
    throw new NotComparable(`The base holds ${named(base)} and the head ${named(head)}: there is nothing to compare.`);
  const whole = [...environmentEntries(base, head, input), ...judgeEntries(input)];
  const all = SECTIONS.map((section) => {
    const placed = pairs.flatMap((pair) => section.of(pair).map((entry): ReviewEntry => ({ ...entry, environments: [pair.name] })));
    return { section, entries: merged(section.id === 'checks' ? [...whole, ...placed] : placed) };
  });
  return {
    outcome: outcomeOf(all.flatMap(({ entries }) => entries)),
    environments: pairs.map(({ name }) => name),
    sections: all.filter(({ entries }) => entries.length > 0).map(({ section, entries }) => toSection(section, entries)),
  };
}

function toSection({ id, title, most }: SectionKind, entries: readonly ReviewEntry[]): ReviewSection {
  return { id, title, entries: WEIGHTS.flatMap((weight) => entries.filter((entry) => entry.weight === weight)), most };
}

function pairsOf(
  base: readonly EnvironmentModel[],
  head: readonly EnvironmentModel[],
  { checks, today, fieldAccess: tables }: ReviewInput,
): readonly EnvironmentPair[] {
  return base.flatMap((was): EnvironmentPair[] => {
    const now = head.find(({ place }) => place.name === was.place.name);
    if (!now) return [];
    const after = runChecks(now, checks, today);
    const fieldAccess = { base: tables?.get(was), head: tables?.get(now) };
    // Most changes are to one environment or none: what is the same is judged once.
    if (identityOf(was) === identityOf(now)) return [{ name: was.place.name, base: now, head: now, before: after, after, today, fieldAccess }];
    return [{ name: was.place.name, base: was, head: now, before: runChecks(was, checks, today), after, today, fieldAccess }];
  });
}

function identityOf({ place, stacks }: EnvironmentModel): string {
  return JSON.stringify([
    place,
    stacks.map(({ stack, region, template }) => [
      stack,
      region,
      { ...template, resources: [...template.resources], parameters: [...template.parameters] },
    ]),
  ]);
}

/** One sentence for what happens in several environments alike. */
function merged(entries: readonly ReviewEntry[]): readonly ReviewEntry[] {
  const byText = new Map<string, ReviewEntry>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.kind, entry.weight, toText(entry.text), entry.details.map(toText)]);
    const known = byText.get(key);
    byText.set(key, known ? { ...known, environments: [...new Set([...known.environments, ...entry.environments])] } : entry);
  }
  return [...byText.values()];
}

/** An environment that is gone is judged by nobody from then on; one that is new is judged by itself. */
function environmentEntries(
  base: readonly EnvironmentModel[],
  head: readonly EnvironmentModel[],
  { checks, today }: ReviewInput,
): readonly ReviewEntry[] {
  const without = (some: readonly EnvironmentModel[], others: readonly EnvironmentModel[]): readonly EnvironmentModel[] =>
    some.filter(({ place }) => !others.some((other) => other.place.name === place.name));
  return [
    ...without(base, head).map(({ place, all }): ReviewEntry => {
      const text = say`${place.name} is gone (resources: ${all.length}): what is deployed of it stays, and no check sees it`;
      return { kind: 'environment-removed', weight: 'stops', text, details: [], environments: [] };
    }),
    ...without(head, base).flatMap((model): readonly ReviewEntry[] => {
      const { results, passed } = runChecks(model, checks, today);
      const text = [
        ...say`${model.place.name} is new (resources: ${model.all.length}): `,
        passed ? 'every check passes' : 'not every check passes',
      ];
      const fatal = fatalEntries(model, results).map((entry) => ({ ...entry, environments: [model.place.name] }));
      return [...fatal, { kind: 'environment-added', weight: 'asks', text, details: stacksOf(model), environments: [] }];
    }),
  ];
}

function stacksOf(model: EnvironmentModel): ReviewEntry['details'] {
  return model.stacks.map(({ stack, region }) => say`${stableNames(model).text(stack)} in ${region}`);
}

/** A judge that changes with what it judges says less: a person reads both. */
function judgeEntries({ judgeChanges = [] }: ReviewInput): readonly ReviewEntry[] {
  if (judgeChanges.length === 0) return [];
  const text = say`The change touches what it is judged by (files: ${judgeChanges.length}): both sides are judged as the head has it`;
  return [
    { kind: 'judge-changed', weight: 'asks', text, details: judgeChanges.slice(0, 10).map((file) => say`${file}`), environments: [] },
  ];
}
