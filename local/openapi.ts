import { ROUTES, type Route, type RouteName } from '../lambda/records/routes';
import packageJson from '../package.json';
import { Components } from './openapi-components';
import { operationOf, tagOf } from './openapi-operations';
import { HEADERS, PARAMETERS } from './openapi-parameters';
import { problemResponse, problemSchema, PROBLEM_STATUSES } from './openapi-problems';
import type { OpenApiDocument, PathItem } from './openapi-types';

const TAGS: Readonly<Record<string, string>> = {
  me: 'The caller.',
  patient: 'Records of patients.',
  billing: 'The billing side of a record.',
  note: 'Notes of visits.',
  appointment: 'Appointments.',
  session: 'Video sessions.',
  recording: 'Recordings of video sessions.',
  document: 'Documents.',
  emergency: 'Emergency access.',
  access_report: 'Who was at a record.',
  disclosure: 'The accounting of disclosures.',
  audit: 'The audit trail.',
  breach: 'Breach assessments.',
  care_team: 'Who treats whom.',
  principal: 'Users and their roles.',
};

const DESCRIPTION = `Access to telehealth records. docs/records-api.md explains what a schema cannot say.

- Texts are of 1 to so many characters; none may hold U+0000, U+FFFD or a lone surrogate. A body has at most 65,536 bytes.
- \`x-data-class\` names the class of data of a field: \`identity\`, \`clinical\` and \`billing\` are PHI, \`none\` says nothing about a
  person.
- \`x-roles\`, \`x-audit-events\`, \`x-repetition\` and \`x-citations\` of an operation say who may call it, which audit events it leaves,
  what a second, equal request does, and which paragraphs of 45 CFR it is evidence for.`;

/**
 * Describes the service in OpenAPI 3.1, from the schemas that validate its bodies and the table of its routes: 164.316(b)(1). The same
 * source gives the same document, key by key.
 *
 * Where the bodies of roles differ, each has a component schema of its own, named and titled by its roles and with them as `x-roles`, and
 * the body is `oneOf` them. A generator of clients makes a union of named types of that, which an extension alone would not give; a
 * reader sees per role what is there, which one merged schema with optional fields would hide. They exclude each other, since every one
 * names all its keys and takes no other. Roles with equal bodies share one schema.
 *
 * For the build and for tests: what it imports of zod has no place in the function's bundle.
 */
export function openApiDocument(): OpenApiDocument {
  const components = new Components();
  const { version, license } = packageJson;
  const paths = pathsOf(components);
  for (const status of PROBLEM_STATUSES) components.add(`Problem${status}`, problemSchema(status));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Telehealth records',
      version,
      summary: 'Patient records behind a role, an audit event and a reason for each access.',
      description: DESCRIPTION,
      license: { name: license, identifier: license },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(ROUTES.map(tagOf))].map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      schemas: components.all(),
      responses: Object.fromEntries(PROBLEM_STATUSES.map((status) => [`Problem${status}`, problemResponse(status)])),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token of the Cognito user pool. Its one group is the role: admin, clinician, billing or patient.',
        },
      },
    },
  };
}

/** The document as it is kept in the repository. */
export function renderOpenApi(): string {
  return `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;
}

function pathsOf(components: Components): Readonly<Record<string, PathItem>> {
  const routes: readonly (Route & { readonly name: RouteName })[] = ROUTES;
  const paths: Record<string, PathItem> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(components, route) };
  return paths;
}
