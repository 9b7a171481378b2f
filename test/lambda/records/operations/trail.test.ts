import { randomUUID } from 'node:crypto';
import { startRecordsApi, type RecordsApi } from '../../../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import { expectAnswer, expectRefused } from '../../../support/records-witness';

type Json = Readonly<Record<string, unknown>>;

let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(() => api.stop());

const itemsOf = ({ body }: { readonly body: Json }) => body['items'] as readonly Json[];

describe('POST /v1/audit-events/search', () => {
  const search = async (body: object) => itemsOf(await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body }));

  it('answers with events as they are in the trail, newest first, without their sequence number, and leaves one of its own', async () => {
    await api.send(scene.clinician, 'GET', `/v1/patients/${scene.patient}`);
    const read = await api.send(scene.outsider, 'GET', `/v1/notes/${scene.note}`);
    const [row = {}] = read.events;
    const found = await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body: { patient: scene.patient, limit: 2 } });
    expectAnswer(api, found, {
      status: 200,
      body: {
        items: [
          {
            ...{ id: row['id'], at: (row['at'] as Date).toISOString(), actor_id: scene.outsider.sub, actor_role: 'clinician' },
            ...{ event_type: 'phi.access', action: 'R', outcome: 'denied', resource_type: 'note', resource_id: scene.note },
            ...{ patient_id: scene.patient, ip: '203.0.113.7', request_id: row['request_id'], purpose: 'TREAT', emergency: false },
            ...{ fields: null, reason: 'not_related' },
          },
          expect.objectContaining({ actor_id: scene.clinician.sub, outcome: 'success', reason: null }),
        ],
        next: expect.any(String) as string,
      },
      actor: scene.admin,
      events: [{ what: 'audit.read R success audit_event', patient: scene.patient, purpose: 'HOPERAT' }],
    });
  });

  it('finds by actor, patient, kind and time, and by all of them together', async () => {
    const other = await arrangeRecords(api);
    const all = await search({ limit: 200 });
    const [from, to] = [String(all.at(-3)?.['at']), String(all.at(3)?.['at'])];
    const filters: readonly (readonly [Json, (event: Json) => boolean])[] = [
      [{ actor: scene.clinician.sub }, (event) => event['actor_id'] === scene.clinician.sub],
      [{ patient: other.patient }, (event) => event['patient_id'] === other.patient],
      [{ type: 'phi.change' }, (event) => event['event_type'] === 'phi.change'],
      [{ from }, (event) => String(event['at']) >= from],
      [{ to }, (event) => String(event['at']) < to],
    ];
    for (const [filter, holds] of filters) {
      const found = await search({ ...filter, limit: 200 });
      // The searches of this test are in the trail, too.
      const known = new Set(all.map(({ id }) => id));
      expect(found.filter(({ id }) => known.has(id))).toEqual(all.filter(holds));
    }
    const together = await search({ ...filters[2]?.[0], actor: other.clinician.sub, patient: other.patient, from, to, limit: 200 });
    expect(together.length).toBeGreaterThan(2);
    expect(together).toEqual(all.filter((event) => filters.slice(1).every(([, holds]) => holds(event)) && event['actor_id'] === other.clinician.sub));
  });

  it('finds nothing of a stranger, and says so in the trail', async () => {
    const found = await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body: { actor: randomUUID() } });
    const event = { what: 'audit.read R success audit_event', purpose: 'HOPERAT', reason: 'no_match' };
    expectAnswer(api, found, { status: 200, body: { items: [], next: null }, actor: scene.admin, events: [event] });
  });

  it.each([
    [{ type: 'everything' }],
    [{ actor: 'avery' }],
    [{ from: 'yesterday' }],
    [{ limit: 0 }],
    [{ limit: 201 }],
    [{ limit: 1.5 }],
    [{ limit: '5' }],
    [{ cursor: '' }],
  ])('refuses %j', async (body) => {
    const refused = await api.send(scene.admin, 'POST', '/v1/audit-events/search', { body });
    const event = { what: 'audit.read R failed audit_event', purpose: 'HOPERAT', reason: 'body_value' };
    expectRefused(api, refused, { status: 400, code: 'body_value', actor: scene.admin, event });
  });
});

describe('GET /v1/patients/{id}/access-report', () => {
  const report = () => `/v1/patients/${scene.patient}/access-report`;

  it.each([
    ['self', 'PATRQT'],
    ['admin', 'HOPERAT'],
  ] as const)('tells %s who, when, what kind and what for, and neither value nor record', async (who, purpose) => {
    const read = await api.send(scene.billing, 'GET', `/v1/patients/${scene.patient}/billing`);
    const answer = await api.send(scene[who], 'GET', report(), { query: { limit: '1' } });
    expectAnswer(api, answer, {
      status: 200,
      body: {
        items: [
          {
            ...{ at: (read.events[0]?.['at'] as Date).toISOString(), actor_id: scene.billing.sub, actor_role: 'billing' },
            ...{ event_type: 'phi.access', action: 'R', resource_type: 'billing', purpose: 'HPAYMT', emergency: false },
          },
        ],
        next: expect.any(String) as string,
      },
      actor: scene[who],
      events: [{ what: 'audit.read R success access_report', patient: scene.patient, purpose }],
    });
  });

  it('shows an emergency access as one, and no attempt that was refused', async () => {
    const { outsider, patient } = scene;
    const before = itemsOf(await api.send(scene.self, 'GET', report())).length;
    await api.send(outsider, 'GET', `/v1/patients/${patient}`);
    const body = { patient_id: patient, reason_code: 'disaster', reason_text: VALUES.reason_text };
    await api.send(outsider, 'POST', '/v1/emergency-access', { body });
    await api.send(outsider, 'GET', `/v1/patients/${patient}`);
    const items = itemsOf(await api.send(scene.self, 'GET', report()));
    expect(items.slice(0, 3).map(({ event_type, emergency }) => [event_type, emergency])).toEqual([
      ['phi.access', true],
      ['emergency.override', true],
      ['audit.read', false],
    ]);
    expect(items).toHaveLength(before + 3);
  });

  it.each(['0', '201', '-1', '1.5', '1e2', 'all'])('refuses a page of %s', async (limit) => {
    const refused = await api.send(scene.self, 'GET', report(), { query: { limit } });
    const about = { record: scene.patient, patient: scene.patient };
    const event = { ...about, what: 'audit.read R failed access_report', purpose: 'PATRQT', reason: 'query_value' };
    expectRefused(api, refused, { status: 400, code: 'query_value', actor: scene.self, event });
  });
});
