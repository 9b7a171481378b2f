import { printable } from '../compliance/printable';
import type { Weight } from './entry';
import type { Outcome } from './outcome';
import { toText, type Phrase } from './phrase';
import { shownOf, type Review } from './review';

/** How each outcome is said, first thing on the page. */
export const HEADLINES: Readonly<Record<Outcome, string>> = {
  nothing: 'nothing of note',
  acknowledge: 'a reviewer has to acknowledge this',
  stop: 'must not be merged',
};

/** How each weight is said before an entry. */
export const LABELS: Readonly<Record<Weight, string>> = { stops: 'STOP', asks: 'review', tells: 'note' };

/** What stands in the place of entries that a page has no room for. */
export function remainder(count: number): string {
  return `and ${count} more, which only the JSON has`;
}

/** The review for a terminal: {@link printable}, and with nothing in it but what there is to say. */
export function renderText({ outcome, environments, sections }: Review): string {
  const lines = sections.flatMap((section) => {
    const { shown, leftOut } = shownOf(section);
    return [
      '',
      section.title,
      ...shown.flatMap(({ weight, environments: where, text, details }) => [
        `  ${LABELS[weight]}: ${where.length > 0 ? `${printable(where.join(', '))}: ` : ''}${line(text)}`,
        ...details.map((detail) => `      ${line(detail)}`),
      ]),
      ...(leftOut > 0 ? [`  ${remainder(leftOut)}`] : []),
    ];
  });
  return `${[`Review of ${printable(environments.join(', '))}: ${HEADLINES[outcome]}`, ...lines].join('\n')}\n`;
}

function line(phrase: Phrase): string {
  return printable(toText(phrase));
}
