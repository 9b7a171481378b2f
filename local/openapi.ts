import { ROUTES, type Route } from '../lambda/records/routes';

/** A description of an interface as OpenAPI 3.1 has it. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The interface of the records service: every route of its table, who may call it and what it takes besides a body. */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: { title: 'Telehealth records', version: '1', description: 'Every request is audited, refusals too. Absent and not yours are both 404.' },
    security: [{ accessToken: [] }],
    paths,
    components: { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
}

function operation({ name, path, roles, query, body, ifMatch, idempotent, status }: Route): object {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, id]) => parameter('path', id ?? '', true, { type: 'string', format: 'uuid' }));
  const headers = [
    ...(ifMatch === 'none' ? [] : [parameter('header', 'If-Match', ifMatch === 'required', { type: 'string' })]),
    ...(idempotent ? [parameter('header', 'Idempotency-Key', false, { type: 'string', format: 'uuid' })] : []),
  ];
  return {
    operationId: name,
    tags: [name.split('.', 1)[0]],
    description: `Roles: ${roles.join(', ')}.`,
    parameters: [...ids, ...query.map((key) => parameter('query', key, false, { type: 'string' })), ...headers],
    ...(body === 'json' ? { requestBody: { required: true, content: { 'application/json': {} } } } : {}),
    responses: {
      [String(status)]: { description: 'Done.', content: { 'application/json': {} } },
      default: { description: 'Refused: a problem document with a stable code.', content: { 'application/problem+json': {} } },
    },
  };
}

function parameter(place: 'path' | 'query' | 'header', name: string, required: boolean, schema: object): object {
  return { name, in: place, required, schema };
}
