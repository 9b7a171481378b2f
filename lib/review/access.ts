import { stableNames } from '../compliance/access/names';
import { accessRowsOf, keyOf, type AccessRow } from '../compliance/access/rows';
import { VOCABULARY } from '../compliance/access/vocabulary';
import type { EnvironmentModel } from '../compliance/model/environment';
import { covers } from '../compliance/policy/pattern';
import { CannotTell } from '../compliance/verdict';
import type { Entry, EnvironmentPair } from './entry';
import { listed, say, type Phrase } from './phrase';

type Rows = ReadonlyMap<string, AccessRow>;

/**
 * Who can newly do what: 164.308(a)(4)(ii)(C). What is allowed and was not, what is no longer denied or bounded, and, to know, what is
 * allowed no longer. A grant that an older, broader one covers is none.
 */
export function accessEntries({ base, head }: EnvironmentPair): readonly Entry[] {
  const [before, after] = [rowsOf(base), rowsOf(head)];
  if (typeof after === 'string') return after === before ? [] : [unreadable('is now', after)];
  if (typeof before === 'string') return [unreadable('was', before)];
  const added = [...after.values()].filter((row) => !before.has(keyOf(row)) && !isCovered(row, before));
  const gone = [...before.values()].filter((row) => !after.has(keyOf(row)) && !isCovered(row, after));
  const lost = namesGone(base, head);
  return [
    ...groups(added, 'may').map((rows) => toEntry('access-gained', 'asks', rows, 'may now', droppedConditions(rows, before))),
    ...groups(gone, 'never').map((rows) =>
      toEntry('denial-lost', isOfWhatIsGone(rows, lost) ? 'tells' : 'asks', rows, 'is no longer denied to', []),
    ),
    ...groups(added, 'at most').map((rows) => ceilingRaised(rows, before)),
    ...groups(gone, 'at most').flatMap((rows) => ceilingGone(rows, after, lost)),
    ...groups(gone, 'may').map((rows) => toEntry('access-lost', 'tells', rows, 'may no longer', [])),
    ...groups(added, 'never').map((rows) => toEntry('denial-gained', 'tells', rows, 'is now denied to', [])),
  ];
}

function rowsOf(environment: EnvironmentModel): Rows | string {
  try {
    return accessRowsOf(environment);
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return error.message;
  }
}

function unreadable(when: string, reason: string): Entry {
  return { kind: 'access-unreadable', weight: 'asks', text: [`Who may do what ${when} not to be read: `, { value: reason }], details: [] };
}

/** Covered by a row that says the same of more, under no further condition. */
function isCovered(row: AccessRow, rows: Rows): boolean {
  return [...rows.values()].some(
    (other) =>
      other.principal === row.principal &&
      other.effect === row.effect &&
      covers(other.action, row.action, true) &&
      covers(other.store, row.store) &&
      other.conditions.every((condition) => row.conditions.includes(condition)),
  );
}

type Group = readonly [AccessRow, ...AccessRow[]];

/** Rows of one effect that differ in the action alone; those about PHI, keys and logs first. */
function groups(rows: readonly AccessRow[], effect: AccessRow['effect']): readonly Group[] {
  const byKey = new Map<string, [AccessRow, ...AccessRow[]]>();
  for (const row of rows.filter((each) => each.effect === effect)) {
    const key = JSON.stringify([row.principal, row.store, row.conditions]);
    const group = byKey.get(key);
    if (group) group.push(row);
    else byKey.set(key, [row]);
  }
  const isSensitive = (group: Group): boolean => verbsOf(group).length > 0;
  const all = [...byKey.values()];
  return [...all.filter(isSensitive), ...all.filter((group) => !isSensitive(group))];
}

/** What the actions come to, in the words of a review: `read`, `decrypt`. */
function verbsOf(group: Group): readonly string[] {
  const words = Object.values(VOCABULARY).flat();
  const meant = words.filter(({ actions }) => group.some(({ action }) => actions.some((each) => covers(action, each, true))));
  return [...new Set(meant.map(({ verb }) => verb))];
}

function toEntry(kind: string, weight: Entry['weight'], rows: Group, words: string, more: readonly Phrase[]): Entry {
  const [{ principal, store, conditions }] = rows;
  const verbs = verbsOf(rows).join(', ') || 'act on';
  const denial = kind.startsWith('denial');
  const text = denial
    ? [...say`${store}: `, `to ${verbs} `, words, ' ', { value: principal }]
    : [...say`${principal} `, `${words} ${verbs} `, { value: store }];
  const actions = [...new Set(rows.map(({ action }) => action))];
  return { kind, weight, text, details: [listed(actions), ...conditions.map((condition) => say`only if ${condition}`), ...more] };
}

/** What the same grant used to depend on. */
function droppedConditions(rows: Group, before: Rows): readonly Phrase[] {
  const [{ principal, store, conditions }] = rows;
  const older = [...before.values()].filter(
    (row) => row.effect === 'may' && row.principal === principal && row.store === store && rows.some(({ action }) => action === row.action),
  );
  const dropped = new Set(older.flatMap((row) => row.conditions.filter((condition) => !conditions.includes(condition))));
  return [...dropped].map((condition) => say`no longer only if ${condition}`);
}

function ceilingRaised(rows: Group, before: Rows): Entry {
  const isNew = ![...before.values()].some(({ effect, principal }) => effect === 'at most' && principal === rows[0].principal);
  // Where nothing bounded before, whatever bounds now takes away.
  return toEntry('ceiling-raised', isNew ? 'tells' : 'asks', rows, isNew ? 'is now bounded: at most' : 'is now let through to', []);
}

/** A ceiling that lets less through is no loss; one that is gone altogether lets everything through. */
function ceilingGone(rows: Group, after: Rows, lost: ReadonlySet<string>): readonly Entry[] {
  const [{ principal }] = rows;
  const isBounded = [...after.values()].some((row) => row.effect === 'at most' && row.principal === principal);
  const weight = isBounded || isOfWhatIsGone(rows, lost) ? 'tells' : 'asks';
  return [toEntry('ceiling-gone', weight, rows, isBounded ? 'is no longer let through to' : 'is no longer bounded: not only', [])];
}

function namesGone(base: EnvironmentModel, head: EnvironmentModel): ReadonlySet<string> {
  const there = new Set(head.all.map((resource) => stableNames(head).of(resource)));
  return new Set(base.all.map((resource) => stableNames(base).of(resource)).filter((name) => !there.has(name)));
}

/** Whether the store or the principal itself is gone, so that nobody is left to whom it could matter. */
function isOfWhatIsGone([{ principal, store }]: Group, lost: ReadonlySet<string>): boolean {
  const through = principal.replace(/^.* through /, '');
  return lost.has(store.split('/').slice(0, 2).join('/')) || lost.has(principal) || lost.has(through);
}
