import type { Assumptions } from './assumptions';
import { ASSUMPTIONS } from './assumptions';
import type { CostCard, CostRow } from './card';
import type { PriceTable } from './prices';

/** One environment's card as aligned text, every line ending in a newline. The same input gives the same bytes. */
export function renderCostCard(environment: string, card: CostCard): string {
  const table = aligned(
    [
      ['Item', 'Unit', 'Quantity', 'Unit price', 'Monthly USD'],
      ...card.rows.map((row) => [row.item, row.unit, quantity(row), String(row.unitPrice), row.monthly.toFixed(2)]),
      ['Total', '', '', '', card.total.toFixed(2)],
    ],
    2,
  );
  const notPriced = card.notPriced.length === 0 ? 'Nothing.' : card.notPriced.join(', ');
  return `${environment}\n${table}Not priced: ${notPriced}\nFree by themselves: ${card.free.length} resource types.\n`;
}

/** An environment's name with the figures assumed for it. */
export interface AssumedEnvironment {
  readonly name: string;
  readonly assumptions: Assumptions;
}

/** What every card rests on: the date of the prices, which of them are rough, and the assumed traffic of each environment. */
export function renderBasis(prices: PriceTable, environments: readonly AssumedEnvironment[]): string {
  const rough = Object.entries(prices.rows).filter(([, price]) => price.confidence === 'rough');
  const table = aligned(
    [
      ['Assumed', ...environments.map(({ name }) => name)],
      ...Object.entries(ASSUMPTIONS).map(([key, { says }]) => [
        says,
        ...environments.map(({ assumptions }) => assumptions[key as keyof Assumptions].toLocaleString('en-US')),
      ]),
    ],
    1,
  );
  return (
    `Prices: ${prices.region}, ${prices.currency}, as of ${prices.asOf}; ${prices.source}.\n` +
    'An estimate at on-demand prices, which stand for every Region: no taxes, support plan, free tiers or discounts.\n' +
    `Prices that are an order of magnitude only: ${rough.map(([name]) => name).join(', ') || 'none'}.\n\n${table}`
  );
}

function quantity({ quantity }: CostRow): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Columns of equal width: the first `textColumns` to the left, figures to the right. */
function aligned(lines: readonly (readonly string[])[], textColumns: number): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const cells = (line: readonly string[]): readonly string[] =>
    line.map((cell, column) => (column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return lines.map((line) => `${cells(line).join('  ').trimEnd()}\n`).join('');
}
