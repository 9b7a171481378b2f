/** Text that is HTML already: nothing but {@link html} makes it. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | undefined | readonly Part[];

/** HTML with every value in it escaped, in text and in quoted attributes alike; {@link Html} and lists of it stand as they are. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.map((text, at) => text + (at < parts.length ? written(parts[at]) : '')).join(''));
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(written).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters and what turns the direction of writing are shown as their code: a name must not rearrange the page. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
      character === '\n' || character === '\t' ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
}

/** A table in a region of its own, which a keyboard can scroll; a sentence where there is no row. */
export function table(label: string, columns: readonly string[], rows: readonly (readonly Part[])[], none = 'Nothing.'): Html {
  if (rows.length === 0) return html`<p>${none}</p>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cellOf)}</tr>\n`)}</tbody></table></div>
`;
}

function cellOf(cell: Part): Html {
  if (typeof cell === 'number') return html`<td class="n">${cell}</td>`;
  return html`<td>${typeof cell === 'string' ? breakable(cell) : cell}</td>`;
}

/** A word longer than this may be broken where one of its parts ends: a name of AWS or of a construct would widen its column. */
const LONG = 18;

/** Text whose long words a browser may break after a separator or before a capital, and nowhere else. What is copied stays whole. */
function breakable(text: string): Part {
  return text.split(/(?<=[\s-])/).map((word) => {
    if (word.length <= LONG) return word;
    return word.split(/(?<=[/:.|_,([])(?=\w)|(?<=[a-z\d])(?=[A-Z])/).map((part, at) => (at === 0 ? part : [BREAK, part]));
  });
}

const BREAK = new Html('<wbr>');
