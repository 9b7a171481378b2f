import { startRecordsApi } from '../support/records-api';
import { arrangeRecords } from '../support/records-scene';
import { answerSchemaOf, CALLS, DOCUMENT, faultsOf, operationOf, resolve, responseOf } from './contract';
import { prepare, send, type Stage } from './requests';

let stage: Stage;
beforeAll(async () => {
  const api = await startRecordsApi();
  stage = { api, scene: await arrangeRecords(api) };
}, 60_000);
afterAll(() => stage.api.stop());

describe('a success of', () => {
  it.each(CALLS)('%s for %s has status, body and headers of the document, and leaves an audit event of it', async (_, role, route) => {
    const { status, body, headers, events, raw } = await send(stage, await prepare(stage, route, role));
    const schema = answerSchemaOf(route, role, status);
    expect([status, raw, schema !== undefined]).toEqual([expect.any(Number), expect.any(String), true]);
    expect(status).toBeLessThan(300);
    expect(faultsOf(schema ?? {}, body)).toEqual([]);

    const { 'content-type': type, ...rest } = headers;
    const response = responseOf(route, status);
    expect(Object.keys(response?.content ?? {})).toEqual(type);
    expect(Object.keys(rest).sort()).toEqual(Object.keys(response?.headers ?? {}).sort());
    for (const [name, reference] of Object.entries(response?.headers ?? {})) {
      const { schema: ofHeader } = resolve<(typeof DOCUMENT)['components']['headers'][string]>(reference);
      expect([name, faultsOf(ofHeader, rest[name]?.[0])]).toEqual([name, []]);
    }

    const documented = operationOf(route)['x-audit-events'].map(({ type: event, action, resource }) => `${event} ${action} ${resource}`);
    const left = events.map((event) => [event['event_type'], event['action'], event['resource_type']].join(' '));
    expect(left.filter((event) => !documented.includes(event))).toEqual([]);
    expect([...new Set(events.map((event) => event['outcome']))]).toEqual(['success']);
  });
});

describe('an answer', () => {
  it('as a FHIR bundle is the second alternative of the audit search', async () => {
    const { api, scene } = stage;
    const options = { body: { limit: 3 }, query: { format: 'fhir' } };
    const { status, body } = await api.send(scene.admin, 'POST', '/v1/audit-events/search', options);
    expect(status).toBe(200);
    expect(faultsOf({ $ref: '#/components/schemas/AuditEventBundle' }, body)).toEqual([]);
    expect(faultsOf({ $ref: '#/components/schemas/AuditEventPage' }, body)).not.toEqual([]);
  });

  it('of a list goes on where the page ended, with the cursor that the document describes', async () => {
    const { api, scene } = stage;
    const path = `/v1/patients/${scene.patient}/access-report`;
    const first = await api.send(scene.admin, 'GET', path, { query: { limit: '2' } });
    const cursor = String(first.body['next']);
    expect(faultsOf(DOCUMENT.components.parameters['cursor']?.schema ?? {}, cursor)).toEqual([]);
    const second = await api.send(scene.admin, 'GET', path, { query: { limit: '2', cursor } });
    expect(second.status).toBe(200);
    expect(second.body['items']).not.toEqual(first.body['items']);
  });
});
