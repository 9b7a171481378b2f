import { isRecord } from '../lambda/shared/record';
import { listOf, nodeOf, textOf, type Node, type Resolve } from './docs-node';
import { renderSchema } from './docs-schema';
import { renderText } from './docs-text';
import { html, type Html } from './html';

/** One operation of a document. */
export interface Operation {
  /** Id of its place on the page. */
  readonly anchor: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  /** Of the path and of the operation. */
  readonly parameters: readonly unknown[];
  readonly node: Node;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const;

/** Every operation, in the order of the document. */
export function operationsOf(document: Node): readonly Operation[] {
  return Object.entries(nodeOf(document['paths'])).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const node = nodeOf(item)[method];
      if (!isRecord(node)) return [];
      return {
        anchor: `${method}-${path.replace(/[^A-Za-z0-9_-]+/g, '-')}`,
        method: method.toUpperCase(),
        path,
        tag: textOf(listOf(node['tags'])[0]) || 'Operations',
        parameters: [...listOf(nodeOf(item)['parameters']), ...listOf(node['parameters'])],
        node,
      };
    }),
  );
}

/** Shows an operation: what it does, what it takes, what it answers, and what an extension of the standard says of it. */
export function renderOperation({ anchor, method, path, parameters, node }: Operation, resolve: Resolve): Html {
  const body = resolve(node['requestBody']);
  const extensions = Object.entries(node).filter(([name]) => name.startsWith('x-'));
  return html`<section id="${anchor}">
<h3><span class="method">${method}</span><code>${path}</code></h3>
${node['summary'] === undefined ? undefined : html`<p>${textOf(node['summary'])}</p>`}
${renderText(node['description'])}
${parameters.length > 0 ? html`<h4>Parameters</h4><table>${parameters.map((each) => renderParameter(resolve(each)))}</table>` : undefined}
${node['requestBody'] === undefined ? undefined : html`<h4>Body</h4>${renderText(body['description'])}${renderContent(body['content'])}`}
<h4>Answers</h4>
<table>${Object.entries(nodeOf(node['responses'])).map(([status, answer]) => renderResponse(status, resolve(answer)))}</table>
${extensions.length > 0 ? html`<details><summary>Extensions</summary><table>${extensions.map(renderExtension)}</table></details>` : undefined}
</section>`;
}

function renderParameter({ name, in: place, required, description, schema }: Node): Html {
  return html`<tr><td><code>${textOf(name)}</code></td><td>${textOf(place)}${required === true ? ', required' : ''}</td>
<td>${renderSchema(schema ?? {})} ${renderText(description)}</td></tr>`;
}

function renderResponse(status: string, answer: Node): Html {
  return html`<tr><td><code>${status}</code></td><td>${renderText(answer['description'])} ${renderContent(answer['content'])}</td></tr>`;
}

function renderExtension([name, value]: readonly [string, unknown]): Html {
  return html`<tr><td>${name}</td><td><code>${JSON.stringify(value)}</code></td></tr>`;
}

function renderContent(content: unknown): readonly Html[] {
  return Object.entries(nodeOf(content)).map(([type, media]) => {
    const { schema, examples } = nodeOf(media);
    return html`<div><small>${type}</small> ${schema === undefined ? undefined : renderSchema(schema)}
${Object.entries(nodeOf(examples)).map(([name, example]) => renderExample(name, nodeOf(example)['value']))}</div>`;
  });
}

function renderExample(name: string, value: unknown): Html {
  return html`<details><summary>Example: ${name}</summary><pre>${JSON.stringify(value, undefined, 2)}</pre></details>`;
}
