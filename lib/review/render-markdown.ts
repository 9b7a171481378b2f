import { printable } from '../compliance/printable';
import type { Weight } from './entry';
import { OUTCOMES } from './outcome';
import type { Phrase } from './phrase';
import { HEADLINES, LABELS, remainder } from './render-text';
import { shownOf, type Review, type ReviewEntry } from './review';

/** Bytes. What GitHub takes for a comment, less the room that its own frame needs: it refuses more than 65,536 characters. */
const LONGEST = 60_000;

const MARKS: Readonly<Record<Weight, string>> = { stops: `🛑 **${LABELS.stops}**`, asks: `**${LABELS.asks}**`, tells: LABELS.tells };

/** Sections that are read by whom they concern; the page stays one page without them. */
const FOLDED: readonly string[] = ['templates'];

/**
 * The review for a pull request. Values stand in code spans, where GitHub follows no link, mention, HTML or Markdown of somebody's name;
 * words are ours alone. Cut at the end of an entry where it would be longer than a comment may be.
 */
export function renderMarkdown({ outcome, environments, sections }: Review): string {
  const head = `## Review: ${HEADLINES[outcome]}\n\n${environments.map(code).join(', ')}, exit code ${OUTCOMES[outcome]}. ${LEGEND}\n`;
  const cut = '\n_The rest does not fit on this page: run the review, and read its JSON._\n';
  let page = head;
  let left = LONGEST - Buffer.byteLength(head + cut);
  for (const section of sections) {
    const isFolded = FOLDED.includes(section.id);
    const [open, close] = isFolded
      ? [`\n<details><summary>${section.title}</summary>\n\n`, '\n</details>\n']
      : [`\n### ${section.title}\n\n`, ''];
    const { shown, leftOut } = shownOf(section);
    const more = leftOut > 0 ? [`- ${remainder(leftOut)}\n`] : [];
    page += open;
    left -= Buffer.byteLength(open + close);
    for (const item of [...shown.map(toItem), ...more]) {
      left -= Buffer.byteLength(item);
      if (left < 0) return `${page}${close}${cut}`;
      page += item;
    }
    page += close;
  }
  return page;
}

const LEGEND = 'Evidence from the templates alone; what is deployed may differ.';

function toItem({ weight, environments, text, details }: ReviewEntry): string {
  const where = environments.length > 0 ? `${environments.map(code).join(', ')}: ` : '';
  return [`- ${MARKS[weight]} ${where}${inline(text)}\n`, ...details.map((detail) => `  - ${inline(detail)}\n`)].join('');
}

function inline(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : code(part.value))).join('');
}

/** A code span that nothing inside can end: its fence is longer than any run of backticks in it, and it is one line. */
function code(value: string): string {
  const text = printable(value);
  if (text.trim() === '') return '(empty)';
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const room = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${room}${text}${room}${fence}`;
}
