import { onceForText } from '../model/once';
import { isJson } from '../model/template';
import { keyOf, type AccessEffect, type AccessGroup, type AccessRow } from './rows';
import reviewed from './reviewed-access.json';

const EFFECTS: readonly AccessEffect[] = ['may', 'never', 'at most'];

/** Rows of one principal that differ in action and store alone: every action on every store. */
export interface RowGroup {
  readonly effect: AccessEffect;
  readonly actions: readonly string[];
  readonly stores: readonly string[];
  readonly conditions: readonly string[];
}

/** What is written down for review: what every environment has, and what some have beside it, by principal. */
export interface ReviewedAccess {
  readonly common: Readonly<Record<string, readonly RowGroup[]>>;
  readonly only: Readonly<Record<string, Readonly<Record<string, readonly RowGroup[]>>>>;
}

/**
 * The reviewed rows for an environment, by what {@link keyOf} gives: 164.308(a)(4)(ii)(C). One that the list does not know is held to what
 * is written for production.
 *
 * @param environment name, such as `dev`.
 */
export const reviewedRowsFor = onceForText(
  (environment): ReadonlyMap<string, AccessRow> => new Map(partsFor(environment).flatMap(rowsIn).map((row) => [keyOf(row), row])),
);

/** Whether the list has rows of a principal. */
export function isReviewed(environment: string, principal: string): boolean {
  return partsFor(environment).some((part) => Object.hasOwn(part, principal));
}

/** Whether groups say every row of the list for an environment, and none beside. */
export function areAsReviewed(environment: string, groups: readonly AccessGroup[]): boolean {
  const { places, count } = placesFor(environment);
  const said = new Uint8Array(count);
  let saidCount = 0;
  for (const { principals, effect, actions, stores, conditions } of groups) {
    for (const principal of principals) {
      const byAction = places.get(headOf({ principal, effect, conditions }));
      for (const action of actions) {
        const byStore = byAction?.get(action);
        for (const store of stores) {
          const place = byStore?.get(store);
          if (place === undefined) return false;
          if (said[place] === 0) saidCount += 1;
          said[place] = 1;
        }
      }
    }
  }
  return saidCount === count;
}

const partsFor = onceForText((environment): readonly ReviewedAccess['common'][] => {
  const { common, only } = parseReviewed(reviewed);
  return [common, only[environment] ?? only['prod'] ?? {}];
});

/** The rows of the list, numbered. */
interface Places {
  /** By head, action and store: a key for each row would take longer to write than all else that is asked of an environment. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;
  readonly count: number;
}

const placesFor = onceForText((environment): Places => {
  const places = new Map<string, Map<string, Map<string, number>>>();
  let count = 0;
  for (const part of partsFor(environment)) {
    for (const [principal, groups] of Object.entries(part)) {
      for (const { effect, actions, stores, conditions } of groups) {
        const byAction = made(places, headOf({ principal, effect, conditions }), () => new Map<string, Map<string, number>>());
        for (const action of actions) {
          const byStore = made(byAction, action, () => new Map<string, number>());
          for (const store of stores) made(byStore, store, () => count++);
        }
      }
    }
  }
  return { places, count };
});

/** What a map has for a key, made where it has nothing. */
function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function headOf({ principal, effect, conditions }: Pick<AccessRow, 'principal' | 'effect' | 'conditions'>): string {
  return conditions.length === 0 ? `${effect} ${principal}` : JSON.stringify([principal, effect, conditions]);
}

/** The rows of every environment as the list keeps them. */
export function toReviewed(rows: ReadonlyMap<string, readonly AccessRow[]>): ReviewedAccess {
  const sets = [...rows.values()].map((each) => new Set(each.map(keyOf)));
  const isCommon = (row: AccessRow): boolean => sets.every((set) => set.has(keyOf(row)));
  const [first = []] = rows.values();
  const only = [...rows].map(([name, each]) => [name, grouped(each.filter((row) => !isCommon(row)))] as const);
  return { common: grouped(first.filter(isCommon)), only: Object.fromEntries(only.filter(([, groups]) => Object.keys(groups).length > 0)) };
}

/** The list as JSON whose lines are short enough to read in a diff: one service's actions, one store or one condition each. */
export function renderReviewed({ common, only }: ReviewedAccess): string {
  const written = (groups: ReviewedAccess['common']): unknown =>
    Object.fromEntries(
      Object.entries(groups).map(([principal, each]) => [
        principal,
        each.map(({ effect, actions, stores, conditions }) => ({
          [effect]: byService(actions),
          on: stores,
          ...(conditions.length > 0 ? { if: conditions } : {}),
        })),
      ]),
    );
  const parts = {
    common: written(common),
    only: Object.fromEntries(Object.entries(only).map(([name, groups]) => [name, written(groups)])),
  };
  return `${JSON.stringify(parts, null, 1)
    .replace(/\[\s+("(?:[^"\\]|\\.)*")\s+\]/g, '[$1]')
    .replace(/\{\n +("(?:may|never|at most)")/g, '{ $1')}\n`;
}

/**
 * Reads the list.
 *
 * @throws Error when it is not what {@link renderReviewed} writes: the list is ours, and a broken one judges nothing.
 */
export function parseReviewed(list: unknown): ReviewedAccess {
  if (!isJson(list) || !isJson(list['common']) || !isJson(list['only']))
    throw new Error('The reviewed list has no common part. Run `npm run access:record`.');
  const groupsIn = (part: unknown): ReviewedAccess['common'] =>
    Object.fromEntries(
      Object.entries(isJson(part) ? part : {}).map(([principal, groups]) => [
        principal,
        (Array.isArray(groups) ? groups : [undefined]).map(toGroup),
      ]),
    );
  return {
    common: groupsIn(list['common']),
    only: Object.fromEntries(Object.entries(list['only']).map(([name, part]) => [name, groupsIn(part)])),
  };
}

function toGroup(group: unknown): RowGroup {
  const effect = EFFECTS.find((each) => isJson(group) && each in group);
  if (!isJson(group) || effect === undefined) throw new Error('The reviewed list holds what is no row. Run `npm run access:record`.');
  return { effect, actions: texts(group[effect]).flatMap(fromService), stores: texts(group['on']), conditions: texts(group['if'] ?? []) };
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Error('The reviewed list holds no texts where they belong. Run `npm run access:record`.');
  return value;
}

function rowsIn(groups: ReviewedAccess['common']): readonly AccessRow[] {
  return Object.entries(groups).flatMap(([principal, each]) =>
    each.flatMap(({ effect, actions, stores, conditions }) =>
      actions.flatMap((action) => stores.map((store): AccessRow => ({ principal, effect, action, store, conditions }))),
    ),
  );
}

function grouped(rows: readonly AccessRow[]): ReviewedAccess['common'] {
  const principals = [...new Set(rows.map(({ principal }) => principal))].sort();
  return Object.fromEntries(principals.map((principal) => [principal, groupsOf(rows.filter((row) => row.principal === principal))]));
}

/** First the actions that one store shares under the same conditions, then the stores that share these actions. */
function groupsOf(rows: readonly AccessRow[]): readonly RowGroup[] {
  const byStore = gather(rows, ({ effect, store, conditions }) => JSON.stringify([effect, store, conditions]));
  const groups = byStore.map(([first, ...rest]) => ({ ...first, actions: [first, ...rest].map(({ action }) => action).sort() }));
  return gather(groups, ({ effect, actions, conditions }) => JSON.stringify([effect, actions, conditions])).map(([first, ...rest]) => ({
    effect: first.effect,
    actions: first.actions,
    stores: [first, ...rest].map(({ store }) => store).sort(),
    conditions: first.conditions,
  }));
}

function gather<T>(items: readonly T[], keyOfItem: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOfItem(item));
    if (group) group.push(item);
    else groups.set(keyOfItem(item), [item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** `kms: Decrypt, Sign` for `kms:Decrypt` and `kms:Sign`; anything without a service stays as it is. */
function byService(actions: readonly string[]): readonly string[] {
  const groups = gather(actions, (action) => /^[\w-]+(?=:[\w*?]+$)/.exec(action)?.[0] ?? action);
  return groups.map((group) => {
    const [service] = /^[\w-]+(?=:[\w*?]+$)/.exec(group[0]) ?? [];
    return service === undefined ? group[0] : `${service}: ${group.map((action) => action.slice(service.length + 1)).join(', ')}`;
  });
}

function fromService(line: string): readonly string[] {
  const [, service, actions] = /^([\w-]+): (.+)$/.exec(line) ?? [];
  return service === undefined || actions === undefined ? [line] : actions.split(', ').map((action) => `${service}:${action}`);
}
