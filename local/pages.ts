import { DOCS_HEADERS, DOCS_PATH, renderDocs } from './docs-page';
import { OBJECTS_PATH } from './objects';
import { openApiDocument } from './openapi';
import type { Site } from './server';

/**
 * Sends a request to the part that serves its path: objects, the description of the interface, or the service itself, which answers for
 * every other path as it does in AWS.
 */
export function pages(api: Site, objects: Site): Site {
  let page: string | undefined;
  return async (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path.startsWith(OBJECTS_PATH)) return objects(request, response);
    if (path !== DOCS_PATH || request.method !== 'GET') return api(request, response);
    page ??= renderDocs({ ...openApiDocument() });
    response.writeHead(200, { ...DOCS_HEADERS, 'content-length': Buffer.byteLength(page) }).end(page);
  };
}
