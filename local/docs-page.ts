import { listOf, nodeOf, resolverOf, textOf, type Node } from './docs-node';
import { operationsOf, renderOperation } from './docs-operation';
import { renderSchema, schemaAnchor } from './docs-schema';
import { renderText } from './docs-text';
import { html } from './html';

/** Where the page is served. */
export const DOCS_PATH = '/docs';

/** The page loads nothing, runs nothing and is shown in no frame. */
export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const STYLE = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --soft: color-mix(in srgb, currentColor 60%, transparent); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
  section { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem; margin: 1rem 0; overflow-x: auto; }
  code, pre { font: .9em ui-monospace, monospace; }
  table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; } td p { margin: 0; }
  nav ul { columns: 20rem; padding-left: 1rem; } .method { display: inline-block; min-width: 4rem; font-weight: 700; }
  .type, small, summary { color: var(--soft); } ul { margin: 0; padding-left: 1.2rem; }`;

/**
 * Shows any OpenAPI 3.1 document as one page that needs nothing else: no script, no font, no network. Whatever the document holds is escaped.
 */
export function renderDocs(document: Node): string {
  const info = nodeOf(document['info']);
  const resolve = resolverOf(document);
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const described = new Map(listOf(document['tags']).map((tag) => [nodeOf(tag)['name'], nodeOf(tag)['description']]));
  const schemas = Object.entries(nodeOf(nodeOf(document['components'])['schemas']));
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${textOf(info['title'])}</title><style>${STYLE}</style></head>
<body>
<h1>${textOf(info['title'])} <small>${textOf(info['version'])}</small></h1>
${renderText(info['description'])}
<nav><ul>${operations.map(({ anchor, method, path }) => html`<li><a href="#${anchor}"><code>${method} ${path}</code></a></li>`)}</ul></nav>
${tags.map((tag) => {
  const ofTag = operations.filter((operation) => operation.tag === tag);
  return html`<h2>${tag}</h2>${renderText(described.get(tag))}${ofTag.map((operation) => renderOperation(operation, resolve))}`;
})}
${schemas.length > 0 ? html`<h2>Schemas</h2>` : undefined}
${schemas.map(([name, schema]) => html`<section id="${schemaAnchor(name)}"><h3><code>${name}</code></h3>${renderSchema(schema)}</section>`)}
</body>
</html>
`.text;
}
