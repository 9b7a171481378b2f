import { randomUUID } from 'node:crypto';
import type { RecordsParts } from '../../lambda/records/compose';
import { ROLES } from '../../lambda/records/contract';
import { REFUSALS, type RefusalCode } from '../../lambda/records/refusals';
import { ROUTES } from '../../lambda/records/routes';
import { CodedError } from '../../lambda/shared/outcome';
import type { JsonSchema } from '../../local/openapi-types';
import { PARAMETERS } from '../../local/openapi-parameters';
import { albEvent, jsonPost } from '../support/alb-event';
import { startRecordsApi, type Answer } from '../support/records-api';
import { arrangeRecords } from '../support/records-scene';
import { CALLS, DOCUMENT, faultsOf, operationOf, parametersOf, resolve, responseOf, type Named } from './contract';
import { prepare, send, type Prepared, type Stage } from './requests';

const EACH = (ROUTES as readonly Named[]).map((route) => [route.name, route] as const);
const documented = (route: Named, status: number): boolean => String(status) in operationOf(route).responses;

let stage: Stage;
beforeAll(async () => {
  const api = await startRecordsApi();
  stage = { api, scene: await arrangeRecords(api) };
}, 60_000);
afterAll(() => stage.api.stop());

/** What is not as documented about a refusal; also checks that it is one. */
function faultsOfRefusal(route: Named, { status, body, headers }: Pick<Answer, 'status' | 'body' | 'headers'>): readonly string[] {
  const response = responseOf(route, status);
  const content = response?.content['application/problem+json'];
  if (!response || !content) return [`${status} is not documented as a refusal`];
  const { 'content-type': type, ...rest } = headers;
  return [
    ...faultsOf(content.schema, body),
    ...(type?.[0] === 'application/problem+json' ? [] : ['the media type']),
    ...Object.entries(response.headers).flatMap(([name, reference]) =>
      faultsOf(resolve<(typeof DOCUMENT)['components']['headers'][string]>(reference).schema, rest[name]?.[0]),
    ),
    ...Object.keys(rest).filter((name) => !(name in response.headers)),
  ];
}

async function prepareFirst(route: Named): Promise<Prepared> {
  return prepare(stage, route, route.roles[0] ?? 'admin');
}

/** Sends a request to an instance whose database fails at whatever the request is for. */
async function sendToFailing({ actor, ids, route, options }: Prepared, code: string): Promise<Pick<Answer, 'status' | 'body' | 'headers'>> {
  const { api } = stage;
  const call: RecordsParts['database']['call'] = async (name, values) => {
    if (name === 'record_denial' || name === 'read_data_keys') return api.database.call(name, values);
    throw new CodedError(code);
  };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  const headers = { ...options.headers, authorization: `Bearer ${api.token(actor)}` };
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const request = { httpMethod: route.method, path };
  const event = options.body ? jsonPost(JSON.stringify(options.body), sent, request) : albEvent(request, sent);
  const { statusCode: status, body, multiValueHeaders } = await api.compose({ database: { call } })(event, {});
  return { status, body: JSON.parse(body) as Answer['body'], headers: multiValueHeaders };
}

describe('the roles of', () => {
  it.each(EACH)('%s are the ones that the document lists; every other one gets 403', async (_, route) => {
    const { actor, ...prepared } = await prepareFirst(route);
    const listed = operationOf(route)['x-roles'];
    for (const role of ROLES.filter((each) => !listed.includes(each))) {
      const answer = await send(stage, { ...prepared, actor: await stage.api.world.principal(role) });
      expect(answer.body).toMatchObject({ status: 403, code: 'forbidden' });
      expect(faultsOfRefusal(route, answer)).toEqual([]);
    }
    const unknown = { ...actor, sub: randomUUID() };
    expect((await send(stage, { ...prepared, actor: unknown })).status).toBe(403);
  });
});

describe('the refusals of', () => {
  it.each(EACH)('%s are documented: malformed, without a token, by a fault of ours, by a service that is down', async (_, route) => {
    const prepared = await prepareFirst(route);
    const answers = [
      await send(stage, prepared, { options: { query: { unknown_key: '1' } } }),
      await send(stage, prepared, { options: { headers: { authorization: '' } } }),
      await sendToFailing(prepared, 'database_refused'),
      await sendToFailing(prepared, 'database_unavailable'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 500, 503]);
    expect(answers.flatMap((answer) => faultsOfRefusal(route, answer))).toEqual([]);
  });

  it.each(EACH)('%s say 404 for what does not exist exactly where the document does', async (name, route) => {
    const prepared = await prepareFirst(route);
    const answer = await absent(name, prepared);
    expect(answer?.status === 404).toBe(documented(route, 404));
    if (answer) expect(faultsOfRefusal(route, answer)).toEqual([]);
  });

  it.each(EACH)('%s say 409 for what another state excludes exactly where the document does', async (name, route) => {
    const answer = await excluded(name, await prepareFirst(route));
    expect(answer.status === 409).toBe(documented(route, 409));
    if (answer.status >= 300) expect(faultsOfRefusal(route, answer)).toEqual([]);
  });

  it('have a code for each status that no other status has', () => {
    const found = Object.entries(DOCUMENT.components.schemas).flatMap(([name, { properties }]) => {
      const codes = (properties as Readonly<Record<string, { enum?: RefusalCode[] }>> | undefined)?.['code']?.enum ?? [];
      return name.startsWith('Problem') ? codes.map((code) => [code, Number(name.replace('Problem', ''))] as const) : [];
    });
    expect(Object.fromEntries(found)).toEqual(REFUSALS);
    expect(found).toHaveLength(Object.keys(REFUSALS).length);
  });
});

describe('a second, equal request', () => {
  it.each(CALLS)('of %s for %s does what the document says', async (_, role, route) => {
    const { 'x-repetition': repetition, 'x-audit-events': events } = operationOf(route);
    const prepared = await prepare(stage, route, role);
    const headers = { ...prepared.options.headers, ...(repetition === 'key' ? { 'idempotency-key': randomUUID() } : {}) };
    const first = await send(stage, prepared, { options: { headers } });
    const second = await send(stage, prepared, { options: { headers } });
    expect(first.status).toBeLessThan(300);
    const isRefused = second.status >= 400;
    expect([repetition, isRefused]).toEqual([repetition, repetition === 'refused']);
    const left = second.events.map((event) => [event['event_type'], event['action'], event['resource_type']].join(' '));
    const known = events.map(({ type, action, resource }) => `${type} ${action} ${resource}`);
    expect(left.filter((event) => !known.includes(event))).toEqual([]);
    if (repetition !== 'key') return;
    expect(second.body['id']).toBe(first.body['id']);
    const other = await send(stage, prepared);
    // What is unique cannot be made again without the key either.
    expect([other.status === 409, other.body['id'] !== first.body['id']]).toEqual([route.name === 'patient.create', true]);
  });
});

describe('the parameters of', () => {
  it.each(EACH)('%s are honoured, and no other', async (_, route) => {
    const names = parametersOf(route).map(({ name }) => name);
    const prepared = await prepareFirst(route);
    const withHeader = (name: string, value: string) =>
      send(stage, prepared, { options: { headers: { ...prepared.options.headers, [name]: value } } });

    expect((await withHeader('idempotency-key', 'not-a-uuid')).body['code']).toBe(
      names.includes('Idempotency-Key') ? 'idempotency_key_malformed' : 'idempotency_key_not_allowed',
    );
    expect((await withHeader('if-match', '*')).body['code']).toBe(names.includes('If-Match') ? 'if_match_malformed' : 'if_match_not_allowed');
    const isRequired = parametersOf(route).some(({ name, required }) => name === 'If-Match' && required);
    const bare = await send(stage, prepared, { options: { headers: {} } });
    expect(bare.body['code'] === 'if_match_missing').toBe(isRequired);
    for (const key of ['cursor', 'limit', 'format']) {
      const { body } = await send(stage, prepared, { options: { query: { [key]: '0' } } });
      expect([key, body['code'] === 'query_unknown_key']).toEqual([key, !names.includes(key)]);
      expect(body['status']).toBe(400);
    }
    const outside = { ...prepared, ids: Object.fromEntries(Object.keys(prepared.ids).map((id) => [id, 'A'.repeat(36)])) };
    if (names.some((name) => name in prepared.ids)) expect((await send(stage, outside)).status).toBe(404);
  });

  it.each(EACH.filter(([, route]) => parametersOf(route).some(({ name }) => name === 'limit')))(
    '%s bound a page as the document says',
    async (_, route) => {
      const schema: JsonSchema = parametersOf(route).find(({ name }) => name === 'limit')?.schema ?? {};
      const prepared = await prepareFirst(route);
      const status = async (limit: number) => (await send(stage, prepared, { options: { query: { limit: String(limit) } } })).status;
      const [least, most] = [Number(schema['minimum']), Number(schema['maximum'])];
      expect([await status(least - 1), await status(least), await status(most), await status(most + 1)]).toEqual([400, 200, 200, 400]);
    },
  );

  it('limit a page to the documented number unless the client does', async () => {
    const { api, scene } = stage;
    for (let made = 0; made < 60; made += 1) await api.send(scene.admin, 'GET', `/v1/patients/${scene.patient}/disclosures`);
    const { body } = await api.send(scene.admin, 'GET', `/v1/patients/${scene.patient}/access-report`);
    expect(body['items']).toHaveLength(Number(PARAMETERS['limit']?.schema['default']));
    expect(PARAMETERS['reportLimit']?.schema['default']).toBe(PARAMETERS['limit']?.schema['default']);
  });
});

/** A request for what is not there; undefined where a request names nothing that could be absent. */
async function absent(name: string, prepared: Prepared): Promise<Answer | undefined> {
  const { api, scene } = stage;
  if (name === 'emergency.open' || name === 'principal.put') {
    return send(stage, prepared, { options: { body: { ...prepared.options.body, patient_id: randomUUID() } } });
  }
  if (name === 'patient.create') {
    const headers = { 'idempotency-key': randomUUID() };
    const { body } = await send(stage, prepared, { options: { headers } });
    await api.send(scene.admin, 'DELETE', `/v1/care-teams/${String(body['id'])}/${prepared.actor.sub}`);
    return send(stage, prepared, { options: { headers } });
  }
  if (!prepared.route.path.includes('{')) return undefined;
  return send(stage, { ...prepared, ids: Object.fromEntries(Object.keys(prepared.ids).map((id) => [id, randomUUID()])) });
}

/** A request that what is on record excludes, where there is such a thing; otherwise just a second one. */
async function excluded(name: string, prepared: Prepared): Promise<Answer> {
  const { scene } = stage;
  const { route } = prepared;
  if (route.idempotent) {
    const options = { headers: { 'idempotency-key': randomUUID() } };
    await send(stage, prepared, { options });
    const { body } = await prepareFirst(route).then((other) => other.options);
    return send(stage, prepared, { options: { ...options, body: { ...body, ...OTHER_VALUES[name] } } });
  }
  if (name === 'care_team.put') return send(stage, { ...prepared, ids: { ...prepared.ids, member: scene.admin.sub } });
  if (name === 'principal.put') {
    return send(stage, prepared, { options: { body: { role: 'patient', patient_id: scene.patient, disabled: false } } });
  }
  await send(stage, prepared);
  return send(stage, prepared);
}

/** One value of each creation that differs from its example, so that the body is another. */
const OTHER_VALUES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'note.create': { body: 'Another.' },
  'appointment.create': { reason: 'Another.' },
  'session.create': { recording_version: 'another' },
  'document.create': { title: 'Another.' },
  'emergency.open': { reason_text: 'Another.' },
  'disclosure.create': { recipient: 'Another.' },
  'breach.assess': { key_exposure: 'unknown' },
};
