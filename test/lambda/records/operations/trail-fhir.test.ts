import { randomUUID } from 'node:crypto';
import { albEvent } from '../../../support/alb-event';
import { readAuditBundle, type AuditEvent } from '../../../support/fhir-r4';
import { startRecordsApi, type Answer, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer } from '../../../support/records-witness';

let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(() => api.stop());

const search = (body: object) => api.send(scene.admin, 'POST', '/v1/audit-events/search', { body, query: { format: 'fhir' } });

/** The one event of a request, as it is rendered. */
async function rendered(answer: Answer): Promise<AuditEvent> {
  const bundle = await search({ limit: 200 });
  const id = String(answer.events[0]?.['id']);
  const event = readAuditBundle(bundle.body).find((one) => one.id === id);
  if (!event) throw new Error('The event is not on the first page.');
  return event;
}

const codeOf = (event: AuditEvent) => event.purposeOfEvent?.map((purpose) => ('coding' in purpose ? purpose.coding[0]?.code : undefined));
const requestors = (event: AuditEvent) => event.agent.filter(({ requestor }) => requestor);

describe('the trail as FHIR', () => {
  it('is a bundle of R4 AuditEvents throughout: every kind of event, whoever asked and however it ended', async () => {
    await api.sendEvent(albEvent());
    await api.send(scene.outsider, 'GET', `/v1/patients/${scene.patient}`);
    await api.send(scene.billing, 'POST', '/v1/patients', { body: {} });
    await api.send(scene.admin, 'POST', '/v1/breach-assessments', { body: {} });
    const found = await search({ limit: 200 });
    expectAnswer(api, found, {
      status: 200,
      body: expect.objectContaining({ resourceType: 'Bundle' }),
      actor: scene.admin,
      events: [{ what: 'audit.read R success audit_event', purpose: 'HOPERAT' }],
    });
    const events = readAuditBundle(found.body);
    expect(events.length).toBeGreaterThan(12);
    expect(events.filter((event) => requestors(event).length !== 1)).toEqual([]);
    expect([...new Set(events.map(({ outcome }) => outcome))].sort()).toEqual(['0', '4', '8']);
    for (const value of Object.values(VALUES).filter((one) => typeof one === 'string')) expect(found.raw).not.toContain(value);
  });

  it('names user, client and server, the patient, the record and the request by reference', async () => {
    const read = await api.send(scene.clinician, 'GET', `/v1/notes/${scene.note}`);
    const event = await rendered(read);
    expect(event).toMatchObject({
      type: { code: 'rest' },
      subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }],
      action: 'R',
      outcome: '0',
    });
    expect(event.agent.map(({ who, requestor, network }) => [who, requestor, network])).toEqual([
      [{ identifier: { value: scene.clinician.sub } }, true, undefined],
      [{ display: 'client of the API' }, false, { address: '203.0.113.7', type: '2' }],
      [{ display: 'records service' }, false, undefined],
    ]);
    expect(event.entity.map(({ what, type }) => [what, type.code])).toEqual([
      [{ reference: `Patient/${scene.patient}` }, '1'],
      [{ reference: `DocumentReference/${scene.note}` }, '2'],
      [{ identifier: { value: read.events[0]?.['request_id'] } }, 'XrequestId'],
    ]);
    expect(event.entity[1]?.detail).toEqual([
      { type: 'resource', valueString: 'note' },
      { type: 'fields', valueString: 'body' },
    ]);
    expect(codeOf(event)).toEqual(['TREAT']);
  });

  it.each([
    ['a refusal of the role', '4', () => api.send(scene.billing, 'GET', `/v1/notes/${scene.note}`), 'forbidden'],
    ["somebody else's record", '4', () => api.send(scene.outsider, 'GET', `/v1/notes/${scene.note}`), 'not_related'],
    ['a fault', '8', () => api.send(scene.clinician, 'PATCH', `/v1/patients/${scene.patient}`, { body: {} }), 'if_match_missing'],
  ])('gives %s the outcome %s, with the reason', async (_, outcome, send, reason) => {
    expect(await rendered(await send())).toMatchObject({ outcome, outcomeDesc: reason });
  });

  it('says BTG of whatever is done under an emergency grant, and only of that', async () => {
    const { outsider, patient, billing, self } = scene;
    const body = { patient_id: patient, reason_code: 'disaster', reason_text: VALUES.reason_text };
    const opened = await rendered(await api.send(outsider, 'POST', '/v1/emergency-access', { body }));
    const read = await rendered(await api.send(outsider, 'GET', `/v1/patients/${patient}`));
    const others = [await api.send(billing, 'GET', `/v1/patients/${patient}`), await api.send(self, 'GET', `/v1/patients/${patient}`)];
    expect([codeOf(opened), codeOf(read)]).toEqual([['BTG'], ['BTG']]);
    expect([codeOf(await rendered(others[0] as Answer)), codeOf(await rendered(others[1] as Answer))]).toEqual([['HPAYMT'], ['PATRQT']]);
  });

  it('makes the client the requestor where nobody is known, and says no purpose', async () => {
    const event = await rendered(await api.sendEvent(albEvent()));
    expect(requestors(event).map(({ who }) => who)).toEqual([{ display: 'client of the API' }]);
    expect([event.agent.length, codeOf(event), event.outcome]).toEqual([2, undefined, '4']);
  });

  it('links to the next page by a cursor that the next request takes', async () => {
    const first = await search({ patient: scene.patient, limit: 2 });
    const [link] = first.body['link'] as readonly { readonly url: string }[];
    const second = await search({ patient: scene.patient, limit: 2, cursor: link?.url.replace('urn:cursor:', '') });
    const ids = [...readAuditBundle(first.body), ...readAuditBundle(second.body)].map((event) => event.id);
    expect(new Set(ids).size).toBe(4);
  });

  it('fits into a response of the load balancer, however many fields the events name', async () => {
    const patient = randomUUID();
    await api.sql.admin(
      `INSERT INTO audit.event (id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip,
         request_id, purpose, emergency, fields, reason)
       SELECT gen_random_uuid(), $1, 'clinician', 'phi.disclosure.grant', 'E', 'success', 'appointment', $2, $2,
         '2001:db8:1111:2222:3333:4444:5555:6666', gen_random_uuid()::text, 'BTG', true, $3, repeat('r', 40)
       FROM generate_series(1, 200)`,
      [scene.clinician.sub, patient, Object.keys(VALUES)],
    );
    const found = await search({ patient, limit: 200 });
    expect(readAuditBundle(found.body)).toHaveLength(200);
    expect(Buffer.byteLength(JSON.stringify(found.raw))).toBeLessThan(1_000_000);
  });

  it('is a bundle without entries when nothing is found', async () => {
    const found = await search({ patient: randomUUID() });
    expect(readAuditBundle(found.body)).toEqual([]);
  });

  it('is refused in a format that there is not', async () => {
    for (const format of ['xml', 'FHIR', 'json']) {
      const refused = await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body: {}, query: { format } });
      expect([refused.status, refused.body['code'], refused.events.length]).toEqual([400, 'query_value', 1]);
    }
  });
});
