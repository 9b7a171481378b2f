import { MAX_AUDIT_PAGE, MAX_PAGE } from '../lambda/records/bodies';
import { MAX_CURSOR_LENGTH } from '../lambda/records/cursor';
import type { Route } from '../lambda/records/routes';
import type { OpenApiDocument, Parameter, Reference } from './openapi-types';

const ID = { $ref: '#/components/schemas/Id' };

/** What each id of a path is of. */
const IDS: Readonly<Record<string, string>> = {
  patient: 'The patient.',
  note: 'The note, in any of its versions.',
  appointment: 'The appointment.',
  session: 'The video session.',
  document: 'The document.',
  grant: 'The emergency grant.',
  assessment: 'The breach assessment.',
  member: 'Subject (`sub`) of the clinician.',
  principal: 'Subject (`sub`) of the user.',
};

const limit = (most: number): Parameter => ({
  name: 'limit',
  in: 'query',
  required: false,
  description: 'Rows of a page at most.',
  schema: { type: 'integer', minimum: 1, maximum: most, default: 50 },
});

const ifMatch = (required: boolean, description: string): Parameter => ({
  name: 'If-Match',
  in: 'header',
  required,
  description,
  schema: { type: 'string', pattern: '^"[1-9][0-9]{0,8}"$', examples: ['"3"'] },
});

/** Every parameter that a route has, once; operations refer to them. The token is a matter of `security`. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  ...Object.fromEntries(
    Object.entries(IDS).map(([name, description]) => [`${name}Id`, { name, in: 'path', required: true, description, schema: ID } as const]),
  ),
  cursor: {
    name: 'cursor',
    in: 'query',
    required: false,
    description: '`next` of the page before. It goes on with the same list of the same user, for ten minutes.',
    schema: { type: 'string', minLength: 1, maxLength: MAX_CURSOR_LENGTH, pattern: '^[A-Za-z0-9_-]+$' },
  },
  limit: limit(MAX_PAGE),
  reportLimit: limit(MAX_AUDIT_PAGE),
  format: {
    name: 'format',
    in: 'query',
    required: false,
    description: '`fhir`: the events as a FHIR R4 Bundle of AuditEvents.',
    schema: { type: 'string', enum: ['fhir'] },
  },
  ifMatch: ifMatch(true, 'The `etag` of the version that the change starts from; `*` and lists are refused.'),
  ifMatchOptional: ifMatch(false, 'The `etag` of the version that was seen. Without it, whatever version there is.'),
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'A new UUID for each creation. The same key with the same body answers what was made before; with another body, 409.',
    schema: ID,
  },
};

/** Headers of answers. */
export const HEADERS: OpenApiDocument['components']['headers'] = {
  CacheControl: { description: 'No answer may be kept.', schema: { type: 'string', const: 'no-store' } },
  ContentTypeOptions: { description: 'No answer may be taken for another type.', schema: { type: 'string', const: 'nosniff' } },
  Etag: {
    description: 'The version of the record, for `If-Match`.',
    schema: { type: 'string', pattern: '^"[1-9][0-9]{0,8}"$', examples: ['"3"'] },
  },
  StrictTransportSecurity: { description: 'TLS only.', schema: { type: 'string', pattern: '^max-age=[0-9]+; includeSubDomains$' } },
  WwwAuthenticate: { description: 'How to authenticate.', schema: { type: 'string', const: 'Bearer' } },
};

/** The headers that every answer has. */
export const FIXED_HEADERS: Readonly<Record<string, Reference>> = {
  'cache-control': header('CacheControl'),
  'x-content-type-options': header('ContentTypeOptions'),
  'strict-transport-security': header('StrictTransportSecurity'),
};

/** A reference to one of {@link HEADERS}. */
export function header(name: keyof typeof HEADERS): Reference {
  return { $ref: `#/components/headers/${name}` };
}

/** The parameters of one route: ids in the order of the path, then query, then headers. */
export function parametersOf(route: Route & { readonly name: string }): readonly Reference[] {
  const ids = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name}Id`);
  const query = route.query.map((key) => (key === 'limit' && route.audit.type === 'audit.read' ? 'reportLimit' : key));
  const conditions = { required: ['ifMatch'], optional: ['ifMatchOptional'], none: [] }[route.ifMatch];
  return [...ids, ...query, ...conditions, ...(route.idempotent ? ['idempotencyKey'] : [])].map((name) => {
    if (!(name in PARAMETERS)) throw new Error(`${route.name} has the parameter ${name}, which has no description.`);
    return { $ref: `#/components/parameters/${name}` };
  });
}
