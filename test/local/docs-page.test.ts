import { ROUTES } from '../../lambda/records/routes';
import { renderDocs, DOCS_HEADERS } from '../../local/docs-page';
import { openApiDocument } from '../../local/openapi';

const HOSTILE = '<script>alert("&")</script>';

const document = {
  openapi: '3.1.0',
  info: { title: 'A title', version: '7', description: 'What it is.\n\n- first `of two`\n- second' },
  tags: [{ name: 'things', description: 'All about things.' }],
  paths: {
    '/v1/things/{id}': {
      parameters: [{ $ref: '#/components/parameters/id' }],
      get: { tags: ['things'], summary: 'Reads a thing', responses: { '200': { description: 'The thing', content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } } },
      patch: {
        tags: ['things'],
        requestBody: { content: { 'application/json': { schema: { oneOf: [{ type: 'object', properties: { colour: { enum: ['red', 'blue'] } } }, { type: 'null' }] }, examples: { plain: { value: { colour: 'red' } } } } } },
        responses: { default: { $ref: '#/components/responses/Refused' } },
        'x-roles': ['keeper'],
      },
    },
  },
  components: {
    parameters: { id: { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } } },
    responses: { Refused: { description: 'Refused' } },
    schemas: {
      Thing: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' }, names: { type: 'array', items: { type: ['string', 'null'], maxLength: 5 }, description: 'What it is called' } },
      },
    },
  },
};

describe('the page of an interface', () => {
  it('shows title, operations, parameters, bodies, answers and schemas, and links the one to the other', () => {
    const page = renderDocs(document);
    for (const part of ['A title', 'What it is.', 'Reads a thing', 'PATCH', '/v1/things/{id}', 'path, required', 'string (uuid)', 'one of', '&#34;red&#34; | &#34;blue&#34;']) {
      expect(page).toContain(part);
    }
    for (const part of ['<li>first <code>of two</code></li>', 'All about things.', '<td>x-roles</td>', 'Example: plain', '&#34;colour&#34;: &#34;red&#34;']) {
      expect(page).toContain(part);
    }
    for (const part of ['What it is called', 'string or null, maxLength 5', '<small>optional</small>', 'Refused']) expect(page).toContain(part);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets).toContain('schema-Thing');
    expect(targets.filter((target) => !page.includes(`id="${target}"`))).toEqual([]);
  });

  it('runs nothing and loads nothing, and its browser would not let it', () => {
    const page = renderDocs(document);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:/);
    expect(DOCS_HEADERS['content-security-policy']).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
  });

  it('follows the reader\'s choice of light or dark', () => {
    expect(renderDocs(document)).toContain('color-scheme: light dark');
  });

  it('shows what a document says and never does it', () => {
    const everywhere = JSON.parse(
      JSON.stringify(document, (key, value: unknown) => (typeof value === 'string' && key !== '$ref' ? value + HOSTILE : value)),
    ) as typeof document;
    const named = { ...everywhere, paths: { [HOSTILE]: everywhere.paths['/v1/things/{id}'] }, components: { schemas: { [HOSTILE]: { type: 'string' } } } };
    const page = renderDocs(named);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(&#34;&#38;&#34;)&#60;/script&#62;');
  });

  it('follows a reference that leads to itself no further than it must', () => {
    const endless = { paths: { '/x': { get: { responses: { 200: { $ref: '#/components/responses/A' } } } } }, components: { responses: { A: { $ref: '#/components/responses/A' } } } };
    expect(renderDocs(endless)).toContain('<code>200</code>');
  });

  it('makes something of any object', () => {
    for (const odd of [{}, { paths: 7 }, { paths: { '/x': null, '/y': { get: { tags: [3], parameters: [4], responses: { 200: 5 } } } } }, { components: { schemas: { A: true } } }, { paths: { '/x': { get: { parameters: [{ $ref: '#/nowhere' }, { $ref: 'https://example.com' }] } } } }]) {
      expect(renderDocs(odd)).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    }
  });
});

describe('the description of the records service', () => {
  it('has every route of the table, and the page shows it', () => {
    const page = renderDocs({ ...openApiDocument() });
    expect(ROUTES.filter(({ method, path }) => !page.includes(`<code>${method} ${path}</code>`))).toEqual([]);
  });
});
