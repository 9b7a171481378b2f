import { stableNames } from '../compliance/access/names';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { unknownIn } from '../compliance/model/unknown';
import { CREATE_ONLY, type CreateOnly } from './create-only';
import type { Entry, EnvironmentPair } from './entry';
import { say, type Phrase } from './phrase';

/** How much of a resource a policy keeps; one that is not said is taken to keep nothing. */
const KEEPS: Readonly<Record<string, number>> = { Retain: 2, RetainExceptOnCreate: 2, Snapshot: 1, Delete: 0 };

/** Names of resources without a store behind them that are listed one by one; the raw difference has them all. */
const MOST_NAMES = 10;

/**
 * What a deploy will replace or delete: 164.308(a)(7)(i), 164.312(c)(1). In production the loss of anything that holds something stops the
 * change, even where a policy keeps the old one: the templates let go of it, and the new one is empty. Rehearsals hold synthetic data.
 */
export function statefulEntries({ base, head }: EnvironmentPair): readonly Entry[] {
  const weight = base.isProduction ? 'stops' : 'asks';
  const moved = movedStacks(base, head);
  const after = new Map(head.all.map((resource) => [resource.name, resource]));
  const stays = base.all.filter(({ stack }) => !moved.has(stack));
  const removed = stays.filter((resource) => after.get(resource.name)?.type !== resource.type);
  return [
    ...[...moved.values()],
    ...removed.flatMap((resource) => deletionOf(base, head, resource, weight)),
    ...stays.flatMap((was) => {
      const now = after.get(was.name);
      return now?.type === was.type ? changesOf(base, was, now, weight) : [];
    }),
    ...statelessDeletions(base, removed),
  ];
}

/** A stack of another account or Region is another stack: the new one begins empty, and nobody looks after the old one. */
function movedStacks(base: EnvironmentModel, head: EnvironmentModel): ReadonlyMap<string, Entry> {
  const place = (model: EnvironmentModel, region: string): string => `${model.place.account} ${region}`;
  return new Map(
    base.stacks.flatMap(({ stack, region }): [string, Entry][] => {
      const now = head.stacks.find((other) => other.stack === stack);
      if (!now || place(base, region) === place(head, now.region)) return [];
      const [from, to] = [place(base, region), place(head, now.region)];
      const text = say`The stack ${stableNames(base).text(stack)} moves from ${from} to ${to}, where it begins empty`;
      return [
        [
          stack,
          {
            kind: 'stack-moved',
            weight: 'asks',
            text,
            details: [['What was deployed stays where it is, and no template has it any more.']],
          },
        ],
      ];
    }),
  );
}

function deletionOf(base: EnvironmentModel, head: EnvironmentModel, resource: Resource, weight: Entry['weight']): readonly Entry[] {
  const known = CREATE_ONLY[resource.type];
  if (!known) return [];
  const text: Phrase = [...say`${stableNames(base).of(resource)} (${resource.type}) `, `goes, which holds ${known.holds}`];
  return [{ kind: 'stateful-deleted', weight, text, details: [fateOf(resource.deletionPolicy), ...twinOf(base, head, resource, known)] }];
}

/** What becomes of the old one, by the policy that the deployed template has. */
function fateOf(policy: string | undefined): Phrase {
  if (policy === undefined) return ['No policy keeps it.'];
  return [
    ...say`Policy ${policy}: `,
    (KEEPS[policy] ?? 0) > 0 ? 'what it holds stays in the account, and no template has it any more.' : 'what it holds is deleted.',
  ];
}

/** A new resource of the same type under nearly the same name is most likely meant to be the same one. */
function twinOf(base: EnvironmentModel, head: EnvironmentModel, resource: Resource, { holds }: CreateOnly): readonly Phrase[] {
  const there = new Set(base.all.map(({ name }) => name));
  const fresh = head.of(resource.type).filter(({ name }) => !there.has(name));
  return fresh.map((twin) => [
    ...say`${stableNames(head).of(twin)} `,
    `is new and of the same type: if it is meant to be the same, keep the logical id, or import ${holds} first.`,
  ]);
}

function changesOf(base: EnvironmentModel, was: Resource, now: Resource, weight: Entry['weight']): readonly Entry[] {
  const known = CREATE_ONLY[was.type];
  if (!known) return [];
  const name = stableNames(base).of(was);
  const entry = (
    kind: string,
    heavy: Entry['weight'],
    properties: readonly string[],
    words: string,
    details: readonly Phrase[],
  ): readonly Entry[] => {
    const changed = properties.filter((property) => isChanged(was, now, property));
    if (changed.length === 0) return [];
    return [
      {
        kind,
        weight: heavy,
        text: [...say`${name} (${was.type}) `, `${words}, which holds ${known.holds}: `, ...say`${changed.join(', ')} changes`],
        details,
      },
    ];
  };
  const [replacePolicy] = [was.updateReplacePolicy, now.updateReplacePolicy].sort((a, b) => kept(a) - kept(b));
  return [
    ...entry('stateful-replaced', weight, known.replaces, 'is replaced by an empty one', [fateOf(replacePolicy)]),
    ...entry('stateful-may-be-replaced', 'asks', known.mayReplace, 'may be replaced by an empty one', [fateOf(replacePolicy)]),
    ...entry('stateful-refused', 'asks', known.isRefused, 'cannot be changed so, and the deploy fails', []),
    ...conditioned(name, was, now, weight),
    ...policyWeakened(name, 'DeletionPolicy', was.deletionPolicy, now.deletionPolicy),
    ...policyWeakened(name, 'UpdateReplacePolicy', was.updateReplacePolicy, now.updateReplacePolicy),
  ];
}

/** By what the values mean, however they are written; a value that only a deploy knows is compared by what is said of it. */
function isChanged(was: Resource, now: Resource, property: string): boolean {
  const [old, value] = [was.properties[property], now.properties[property]].map(spelled);
  return old !== value;
}

function spelled(value: unknown): string {
  const reason = unknownIn(value);
  if (reason !== undefined) return reason;
  // What is not there is off, and a template may write a boolean or a number as text.
  if (value === undefined || value === null || value === false || value === 'false') return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where a condition does not hold, a deploy deletes the resource as if it stood there no more. */
function conditioned(name: string, was: Resource, { condition }: Resource, weight: Entry['weight']): readonly Entry[] {
  if (condition === undefined || condition === was.condition) return [];
  const text = say`${name} (${was.type}) goes wherever the condition ${condition} does not hold`;
  return [{ kind: 'stateful-conditional', weight, text, details: [fateOf(was.deletionPolicy)] }];
}

function policyWeakened(name: string, policy: string, was: string | undefined, now: string | undefined): readonly Entry[] {
  if (kept(now) >= kept(was)) return [];
  return [
    {
      kind: 'stateful-kept-less',
      weight: 'asks',
      text: say`${name}: ${policy} goes from ${was ?? 'none'} to ${now ?? 'none'}`,
      details: [],
    },
  ];
}

function kept(policy: string | undefined): number {
  return KEEPS[policy ?? 'Delete'] ?? 0;
}

/** Everything else that goes, in one line: what it was for, the checks say. */
function statelessDeletions(base: EnvironmentModel, removed: readonly Resource[]): readonly Entry[] {
  const names = removed
    .filter(({ type }) => CREATE_ONLY[type] === undefined)
    .map((resource) => say`${stableNames(base).of(resource)} (${resource.type})`);
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMES ? [say`and ${names.length - MOST_NAMES} more`] : [];
  const text = say`Other resources go, which hold nothing (${names.length})`;
  return [{ kind: 'stateless-deleted', weight: 'tells', text, details: [...names.slice(0, MOST_NAMES), ...more] }];
}
