import type { Template } from '../compliance/assembly';
import { assumptionsFor } from '../compliance/cost/assumptions';
import { costCard, type CostCard } from '../compliance/cost/card';
import { PRICES } from '../compliance/cost/prices';
import type { EnvironmentModel } from '../compliance/model/environment';
import type { Entry, EnvironmentPair } from './entry';
import { listed, say, type Phrase } from './phrase';

/** Lines of the card that are shown, those that change most first. */
const MOST_LINES = 6;

/** What changes in the monthly cost, by the same prices and assumptions on both sides. Money asks for nobody's acknowledgement here. */
export function costEntries({ name, base, head }: EnvironmentPair): readonly Entry[] {
  const [before, after] = [cardOf(name, base), cardOf(name, head)];
  const lines = changedLines(before, after);
  const unpriced = after.notPriced.filter((item) => !before.notPriced.includes(item));
  const difference = after.total - before.total;
  return [
    ...(lines.length > 0
      ? [entry('cost-changed', say`USD ${signed(difference)} a month: from ${before.total.toFixed(2)} to ${after.total.toFixed(2)}`, lines)]
      : []),
    ...(unpriced.length > 0 ? [entry('cost-unknown', ['No price is known here of ', ...listed(unpriced)], [])] : []),
  ];
}

function entry(kind: string, text: Phrase, details: readonly Phrase[]): Entry {
  return { kind, weight: 'tells', text, details };
}

function cardOf(name: string, { stacks }: EnvironmentModel): CostCard {
  const templates = stacks.map(({ template }): Template => ({
    Resources: Object.fromEntries(
      [...template.resources].map(([logicalId, { type, properties }]) => [logicalId, { Type: type, Properties: properties }]),
    ),
  }));
  return costCard(templates, PRICES, assumptionsFor(name));
}

function changedLines(before: CostCard, after: CostCard): readonly Phrase[] {
  const monthly = (card: CostCard): ReadonlyMap<string, number> => {
    const sums = new Map<string, number>();
    for (const { item, unit, monthly: dollars } of card.rows) sums.set(`${item} (${unit})`, (sums.get(`${item} (${unit})`) ?? 0) + dollars);
    return sums;
  };
  const [old, now] = [monthly(before), monthly(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .map((item) => ({ item, by: (now.get(item) ?? 0) - (old.get(item) ?? 0) }))
    .filter(({ by }) => Math.abs(by) >= 0.005)
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by) || (a.item < b.item ? -1 : 1));
  const more = changes.length > MOST_LINES ? [say`and ${changes.length - MOST_LINES} more lines`] : [];
  return [...changes.slice(0, MOST_LINES).map(({ item, by }) => say`${item} ${signed(by)}`), ...more];
}

function signed(dollars: number): string {
  return `${dollars < 0 ? '-' : '+'}${Math.abs(dollars).toFixed(2)}`;
}
