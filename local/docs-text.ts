import { html, type Html } from './html';

/**
 * Shows the part of CommonMark that descriptions are written in: paragraphs, lists with dashes, code in backticks. Everything else stays
 * the text that it is.
 */
export function renderText(text: unknown): Html | undefined {
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  return html`${text.trim().split(/\n\s*\n/).map(renderBlock)}`;
}

function renderBlock(block: string): Html {
  if (!block.startsWith('- ')) return html`<p>${renderInline(block)}</p>`;
  return html`<ul>${block.slice(2).split(/\n- /).map((item) => html`<li>${renderInline(item)}</li>`)}</ul>`;
}

/** Every second piece between backticks is code. */
function renderInline(text: string): readonly Html[] {
  return text.split('`').map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`));
}
