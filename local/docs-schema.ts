import { isRecord } from '../lambda/shared/record';
import { renderText } from './docs-text';
import { html, type Html } from './html';

type Schema = Readonly<Record<string, unknown>>;

/** Id of a named schema's place on the page. */
export function schemaAnchor(name: string): string {
  return `schema-${name.replace(/[^A-Za-z0-9_-]/g, '-')}`;
}

/** Shows a JSON Schema as nested lists of members; whatever it does not know of one is shown as JSON, so that nothing is left unsaid. */
export function renderSchema(schema: unknown): Html {
  if (!isRecord(schema)) return html`<code>${JSON.stringify(schema)}</code>`;
  const reference = referenced(schema);
  if (reference !== undefined) return html`<a href="#${schemaAnchor(reference)}">${reference}</a>`;
  const { description, properties, required, items, oneOf, anyOf, allOf, ...rest } = schema;
  const members = isRecord(properties) ? Object.entries(properties) : [];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return html`${summary(rest)}${renderText(description)}
    ${members.length > 0 ? html`<ul>${members.map(([name, member]) => renderMember(name, member, needed.includes(name)))}</ul>` : undefined}
    ${items === undefined ? undefined : html`<div>each: ${renderSchema(items)}</div>`}
    ${[
      ['one of', oneOf] as const,
      ['any of', anyOf] as const,
      ['all of', allOf] as const,
    ].map(([title, choices]) => renderChoices(title, choices))}`;
}

function renderMember(name: string, member: unknown, isRequired: boolean): Html {
  return html`<li><code>${name}</code>${isRequired ? undefined : html` <small>optional</small>`} ${renderSchema(member)}</li>`;
}

function renderChoices(title: string, choices: unknown): Html | undefined {
  if (!Array.isArray(choices)) return undefined;
  return html`<div>${title}:<ul>${choices.map((choice: unknown) => html`<li>${renderSchema(choice)}</li>`)}</ul></div>`;
}

/** Type, format and constraints, in one line. */
function summary({ type, format, enum: values, ...rest }: Schema): Html {
  const kind = Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : '';
  const said = [
    [kind, typeof format === 'string' ? `(${format})` : ''].filter(Boolean).join(' '),
    Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(' | ') : '',
    ...Object.entries(rest)
      .filter(([name]) => !name.startsWith('$'))
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`),
  ].filter(Boolean);
  return html`<span class="type">${said.join(', ')}</span>`;
}

function referenced({ $ref: reference }: Schema): string | undefined {
  return typeof reference === 'string' ? /^#\/components\/schemas\/(.+)$/.exec(reference)?.[1] : undefined;
}
