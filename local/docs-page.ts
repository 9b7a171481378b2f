import { isRecord } from '../lambda/shared/record';
import { renderSchema, schemaAnchor } from './docs-schema';
import { html, type Html } from './html';

/** Where the page is served. */
export const DOCS_PATH = '/docs';

/** The page loads nothing, runs nothing and is shown in no frame. */
export const DOCS_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

type Node = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const;

const STYLE = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --soft: color-mix(in srgb, currentColor 60%, transparent); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
  section { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem; margin: 1rem 0; overflow-x: auto; }
  code { font: .9em ui-monospace, monospace; }
  table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
  nav ul { columns: 20rem; padding-left: 1rem; } .method { display: inline-block; min-width: 4rem; font-weight: 700; }
  .type, small { color: var(--soft); } ul { margin: 0; padding-left: 1.2rem; }`;

/**
 * Shows any OpenAPI 3.1 document as one page that needs nothing else: no script, no font, no network. Whatever the document holds is escaped.
 */
export function renderDocs(document: Node): string {
  const info = nodeOf(document['info']);
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const schemas = Object.entries(nodeOf(nodeOf(document['components'])['schemas']));
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${textOf(info['title'])}</title><style>${STYLE}</style></head>
<body>
<h1>${textOf(info['title'])} <small>${textOf(info['version'])}</small></h1>
<p>${textOf(info['description'])}</p>
<nav><ul>${operations.map(({ anchor, method, path }) => html`<li><a href="#${anchor}"><code>${method} ${path}</code></a></li>`)}</ul></nav>
${tags.map((tag) => html`<h2>${tag}</h2>${operations.filter((operation) => operation.tag === tag).map(renderOperation)}`)}
${schemas.length > 0 ? html`<h2>Schemas</h2>` : undefined}
${schemas.map(([name, schema]) => html`<section id="${schemaAnchor(name)}"><h3><code>${name}</code></h3>${renderSchema(schema)}</section>`)}
</body>
</html>
`.text;
}

interface Operation {
  readonly anchor: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  /** Of the path and of the operation. */
  readonly parameters: readonly Node[];
  readonly node: Node;
}

function operationsOf(document: Node): Operation[] {
  return Object.entries(nodeOf(document['paths'])).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const node = nodeOf(item)[method];
      if (!isRecord(node)) return [];
      const [tag] = listOf(node['tags']);
      return {
        anchor: `${method}-${path.replace(/[^A-Za-z0-9_-]+/g, '-')}`,
        method: method.toUpperCase(),
        path,
        tag: typeof tag === 'string' ? tag : 'Operations',
        parameters: [...listOf(nodeOf(item)['parameters']), ...listOf(node['parameters'])].filter(isRecord),
        node,
      };
    }),
  );
}

function renderOperation({ anchor, method, path, parameters, node }: Operation): Html {
  const body = nodeOf(node['requestBody']);
  const responses = Object.entries(nodeOf(node['responses']));
  return html`<section id="${anchor}">
<h3><span class="method">${method}</span><code>${path}</code></h3>
<p>${textOf(node['summary'])} ${textOf(node['description'])}</p>
${parameters.length > 0 ? html`<h4>Parameters</h4><table>${parameters.map(renderParameter)}</table>` : undefined}
${node['requestBody'] === undefined ? undefined : html`<h4>Body</h4><p>${textOf(body['description'])}</p>${renderContent(body['content'])}`}
<h4>Answers</h4><table>${responses.map(([status, answer]) => renderResponse(status, nodeOf(answer)))}</table>
</section>`;
}

function renderParameter({ name, in: place, required, description, schema }: Node): Html {
  return html`<tr><td><code>${textOf(name)}</code></td><td>${textOf(place)}${required === true ? ', required' : ''}</td>
<td>${renderSchema(schema ?? {})} ${textOf(description)}</td></tr>`;
}

function renderResponse(status: string, answer: Node): Html {
  return html`<tr><td><code>${status}</code></td><td>${textOf(answer['description'])} ${renderContent(answer['content'])}</td></tr>`;
}

function renderContent(content: unknown): readonly Html[] {
  return Object.entries(nodeOf(content)).map(([type, media]) => {
    const { schema } = nodeOf(media);
    return html`<div><small>${type}</small> ${schema === undefined ? undefined : renderSchema(schema)}</div>`;
  });
}

function nodeOf(value: unknown): Node {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
