import type { Resource, Template } from '../assembly';
import { groupBy } from '../model/group-by';
import type { Assumptions } from './assumptions';
import { freeBecause } from './free-types';
import type { Charge } from './pricers';
import { PRICERS } from './types';
import type { CompletePriceTable, Confidence } from './prices';

/** One line of the card. */
export interface CostRow {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  /** US dollars per unit. */
  readonly unitPrice: number;
  /** US dollars a month, rounded to cents. */
  readonly monthly: number;
  readonly confidence: Confidence;
}

/** Monthly cost of one environment, as far as its templates and the assumptions tell. */
export interface CostCard {
  /** The dearest first. */
  readonly rows: readonly CostRow[];
  /** US dollars a month: the sum of the rounded rows. */
  readonly total: number;
  /** Resource types classified as free, sorted. */
  readonly free: readonly string[];
  /** Resource types that nobody classified and items without a price, sorted. Empty is the good state: the total leaves them out. */
  readonly notPriced: readonly string[];
}

/**
 * Prices the templates of one environment at on-demand list prices.
 *
 * An estimate, not a quotation: it leaves out taxes, support, free tiers and discounts. Nothing is left out in silence: a
 * resource is in a row, classified as free, or named in `notPriced`.
 */
export function costCard(templates: readonly Template[], prices: CompletePriceTable, assumptions: Assumptions): CostCard {
  const byType = resourcesByType(templates);
  const context = { prices, assumptions, resources: (type: string) => byType.get(type) ?? [] };
  const charges: Charge[] = [];
  const free: string[] = [];
  const notPriced: string[] = [];
  for (const [type, resources] of byType) {
    const pricer = PRICERS[type];
    if (pricer !== undefined) {
      charges.push(...pricer(resources, context));
    } else if (freeBecause(type) !== undefined) {
      free.push(type);
    } else {
      notPriced.push(type);
    }
  }
  const rows = rowsOf(charges);
  return {
    rows,
    total: toCents(rows.reduce((total, row) => total + row.monthly, 0)),
    free: free.sort(),
    notPriced: [...new Set([...notPriced, ...charges.flatMap((charge) => ('notPriced' in charge ? [charge.item] : []))])].sort(),
  };
}

function resourcesByType(templates: readonly Template[]): ReadonlyMap<string, readonly Resource[]> {
  return groupBy(
    templates.flatMap((template) => Object.values(template.Resources)),
    ({ Type }) => Type,
  );
}

/** Charges of one item and price become one row; what comes to nothing is left out. */
function rowsOf(charges: readonly Charge[]): readonly CostRow[] {
  const rows = new Map<string, CostRow>();
  for (const charge of charges) {
    if ('notPriced' in charge || charge.quantity === 0) {
      continue;
    }
    const { item, price } = charge;
    const key = `${item} ${price.unit} ${price.usd}`;
    const quantity = charge.quantity + (rows.get(key)?.quantity ?? 0);
    const monthly = toCents(quantity * price.usd);
    rows.set(key, { item, quantity, unit: price.unit, unitPrice: price.usd, monthly, confidence: price.confidence });
  }
  return [...rows.values()].sort((a, b) => b.monthly - a.monthly || (a.item < b.item ? -1 : 1));
}

function toCents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}
