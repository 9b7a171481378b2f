import type { Route, RouteName } from '../lambda/records/routes';
import { auditEventsOf } from './openapi-audit';
import { answerVariants, pascalCase, requestVariants, together, type Variant } from './openapi-bodies';
import type { Components } from './openapi-components';
import { exampleOf } from './openapi-examples';
import { FIXED_HEADERS, header, parametersOf } from './openapi-parameters';
import { problemReference, PROBLEM_STATUSES } from './openapi-problems';
import { ROUTE_TEXTS } from './openapi-texts';
import type { AuditEvent, JsonSchema, MediaType, Operation, Reference, Repetition, ResponseObject } from './openapi-types';

type Named = Route & { readonly name: RouteName };

/** Paragraphs that every operation serves: access by role, an audit event, an authenticated caller. */
const ALWAYS = ['164.312(a)(1)', '164.312(b)', '164.312(d)'];

/** Routes without an id in their path that answer 404 all the same: the body names a record, or a repetition leads to one that is gone. */
const NAMES_A_RECORD: readonly RouteName[] = ['patient.create', 'emergency.open'];

/** Routes without a version or a key whose state can exclude what is asked. */
const HAS_A_STATE: readonly RouteName[] = ['emergency.review', 'care_team.put', 'principal.put'];

const REPETITIONS: Readonly<Record<Repetition, string>> = {
  safe: 'reads only, and leaves another audit event',
  key: 'with the same `Idempotency-Key` and body, answers what the first request made; without one, makes another',
  same: 'sets the same state again',
  refused: 'is refused, because what it starts from is gone',
  anew: 'grants anew, with an audit event of its own',
};

/** Describes one route as an operation, and adds the schemas it needs. */
export function operationOf(components: Components, route: Named): Operation {
  const { summary, citations, repetition, notes } = ROUTE_TEXTS[route.name];
  const request = requestVariants(components, route);
  const all = [...ALWAYS, ...citations.filter((citation) => !ALWAYS.includes(citation))];
  const events = auditEventsOf(route);
  return {
    operationId: pascalCase(route.name).replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
    tags: [tagOf(route)],
    summary,
    description: [
      ...(notes === undefined ? [] : [notes, '']),
      `- Roles: ${route.roles.join(', ')}.`,
      `- Audit event: ${events.map(inWords).join('; ')}. A refusal leaves one too.`,
      `- Repetition: ${REPETITIONS[repetition]}.`,
      `- Evidence for: ${all.join(', ')}.`,
    ].join('\n'),
    parameters: parametersOf(route),
    ...(request.length === 0
      ? {}
      : { requestBody: { required: true, content: { 'application/json': mediaType(components, route, request) } } }),
    responses: responsesOf(components, route),
    security: route.roles.map((role) => ({ accessToken: [role] })),
    'x-route': route.name,
    'x-roles': route.roles,
    'x-audit-events': events,
    'x-repetition': repetition,
    'x-citations': all,
  };
}

function inWords({ type, action, resource, when }: AuditEvent): string {
  return `\`${type}\`, action ${action}, on \`${resource}\`${when === undefined ? '' : ` when ${when}`}`;
}

/** First part of a route's name. */
export function tagOf({ name }: Named): string {
  return name.split('.', 1)[0] ?? name;
}

/** The statuses of refusals that a route can end in. 403 is there for all: a principal may be disabled at any time. */
export function refusalStatusesOf({ name, path, ifMatch, idempotent }: Named): readonly number[] {
  const can404 = path.includes('{') || NAMES_A_RECORD.includes(name);
  const can409 = ifMatch !== 'none' || idempotent || HAS_A_STATE.includes(name);
  return PROBLEM_STATUSES.filter((status) => (status !== 404 || can404) && (status !== 409 || can409));
}

function responsesOf(components: Components, route: Named): Readonly<Record<string, ResponseObject | Reference>> {
  const answers = answerVariants(components, route);
  const response = (description: string): ResponseObject => ({
    description,
    headers: { ...FIXED_HEADERS, ...(answers.some((variant) => hasVersion(components, variant)) ? { etag: header('Etag') } : {}) },
    content: { 'application/json': mediaType(components, route, answers) },
  });
  const successes = { [route.status]: response(route.status === 201 ? 'Made.' : 'Done.') };
  return {
    ...successes,
    ...(route.name === 'principal.put' ? { 201: response('The user was not known before.') } : {}),
    ...Object.fromEntries(refusalStatusesOf(route).map((status) => [status, problemReference(status)])),
  };
}

/** An answer that has a version at its top has it as its `etag` too. */
function hasVersion(components: Components, { schema }: Variant): boolean {
  const properties = components.resolve(schema)['properties'] as Readonly<Record<string, unknown>> | undefined;
  return properties !== undefined && 'version' in properties;
}

function mediaType(components: Components, { name }: Named, all: readonly Variant[]): MediaType {
  const resolve = (reference: string): JsonSchema => components.resolve({ $ref: reference });
  return {
    schema: together(all),
    examples: Object.fromEntries(
      all.map(({ roles, schema }) => [all.length === 1 ? 'example' : roles.join('-'), { value: exampleOf(schema, resolve, name) }]),
    ),
  };
}
