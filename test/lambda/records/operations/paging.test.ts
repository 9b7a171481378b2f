import { startRecordsApi, type Answer, type RecordsApi } from '../../../support/records-api';
import { unusedMrn } from '../../../support/records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from '../../../support/records-scene';
import type { Actor } from '../../../support/sql-world';

type Json = Readonly<Record<string, unknown>>;

const MANY = 7;
let api: RecordsApi;
let scene: RecordsScene;
let of: string;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  of = `/v1/patients/${scene.patient}`;
  const { name, date_of_birth, starts_at, ends_at, recipient } = VALUES;
  for (let made = 1; made < MANY; made += 1) {
    // Several of one time each, so that only the id tells them apart.
    const at = `2031-05-0${1 + (made % 2)}T00:00:00Z`;
    await api.send(scene.clinician, 'POST', '/v1/patients', { body: { name, date_of_birth, mrn: unusedMrn() } });
    await api.send(scene.clinician, 'POST', `${of}/notes`, { body: { body: `Note ${made}` } });
    await api.send(scene.clinician, 'POST', `${of}/appointments`, { body: { starts_at: at, ends_at } });
    await api.send(scene.clinician, 'POST', `${of}/sessions`, { body: { started_at: at } });
    const disclosure = { disclosed_at: starts_at, recipient, data_classes: ['clinical'], purpose: 'research' };
    await api.send(scene.admin, 'POST', `${of}/disclosures`, { body: disclosure });
  }
}, 60_000);
afterAll(() => api.stop());

const itemsOf = ({ body }: Answer) => body['items'] as readonly Json[];

/** Every page of a list, to the end. */
async function pagesOf(send: (cursor?: string) => Promise<Answer>, between?: () => Promise<unknown>): Promise<readonly Answer[]> {
  const pages: Answer[] = [];
  for (let cursor: unknown = undefined; cursor !== null && pages.length < 300; cursor = pages.at(-1)?.body['next']) {
    const page = await send(cursor as string | undefined);
    if (page.status !== 200) throw new Error(page.raw);
    pages.push(page);
    await between?.();
  }
  return pages;
}

const get = (actor: Actor, path: string, limit: number) => (cursor?: string) =>
  api.send(actor, 'GET', path, { query: { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) } });

const LISTS: readonly (readonly [string, () => Actor, () => string, (items: readonly Json[]) => readonly Json[]])[] = [
  ['patients', () => scene.clinician, () => '/v1/patients', (items) => items.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))],
  ['notes', () => scene.self, () => `${of}/notes`, (items) => newestFirst(items, 'created_at')],
  ['appointments', () => scene.clinician, () => `${of}/appointments`, (items) => newestFirst(items, 'starts_at')],
  ['sessions', () => scene.self, () => `${of}/sessions`, (items) => newestFirst(items, 'started_at')],
  ['disclosures', () => scene.admin, () => `${of}/disclosures`, (items) => newestFirst(items, 'disclosed_at')],
];

function newestFirst(items: readonly Json[], at: string): readonly Json[] {
  const place = (item: Json) => `${String(item[at])} ${String(item['id'])}`;
  return items.toSorted((a, b) => (place(a) > place(b) ? -1 : 1));
}

describe.each(LISTS)('the list of %s', (_, actor, path, sorted) => {
  it.each([1, 2, 3, MANY, MANY + 1])('in pages of %i is the whole list, in order, nothing lost and nothing twice', async (limit) => {
    const whole = itemsOf(await api.send(actor(), 'GET', path()));
    expect(whole).toHaveLength(MANY);
    expect(whole).toEqual(sorted(whole));
    const pages = await pagesOf(get(actor(), path(), limit));
    expect(pages.flatMap(itemsOf)).toEqual(whole);
    // A full page cannot know that it is the last.
    expect(pages).toHaveLength(Math.floor(MANY / limit) + 1);
    expect(pages.slice(0, -1).filter((page) => itemsOf(page).length !== limit)).toEqual([]);
  });
});

describe('the list of patients', () => {
  it('leaves one event for each patient shown, and one for a look that showed none', async () => {
    const pages = await pagesOf(get(scene.clinician, '/v1/patients', MANY));
    expect(pages.map(({ events }) => events.map(({ patient_id }) => patient_id))).toEqual([
      itemsOf(pages[0] as Answer).map(({ id }) => id),
      [null],
    ]);
  });

  it('shows the six fields of the list and no more', async () => {
    const fields = itemsOf(await api.send(scene.clinician, 'GET', '/v1/patients')).map((item) => Object.keys(item));
    expect([...new Set(fields.map(String))]).toEqual(['id,version,status,name,date_of_birth,mrn']);
  });
});

describe('a list that grows while it is read', () => {
  it('is read on from where it was: what is added on top comes with the next reading', async () => {
    const whole = itemsOf(await api.send(scene.clinician, 'GET', `${of}/appointments`));
    const add = () =>
      api.send(scene.clinician, 'POST', `${of}/appointments`, { body: { starts_at: '2099-01-01T00:00:00Z', ends_at: '2099-01-02T00:00:00Z' } });
    const pages = await pagesOf(get(scene.clinician, `${of}/appointments`, 3), add);
    expect(pages.flatMap(itemsOf)).toEqual(whole);
  });
});

describe('the trail', () => {
  it('is searched to its end, though every page adds to it', async () => {
    const filter = { patient: scene.patient };
    const expected = await api.sql.admin('SELECT id FROM audit.event WHERE patient_id = $1 ORDER BY seq DESC', [scene.patient]);
    const pages = await pagesOf((cursor) => api.send(scene.admin, 'POST', '/v1/audit-events/search', { body: { ...filter, limit: 9, cursor } }));
    expect(pages.flatMap(itemsOf).map(({ id }) => ({ id }))).toEqual(expected);
  });

  it.each([
    ['self', 4],
    ['admin', 200],
  ] as const)('is reported to %s to its end', async (who, limit) => {
    const rows = await api.sql.admin<{ at: Date }>(
      `SELECT at FROM audit.event WHERE patient_id = $1 AND outcome = 'success' ORDER BY seq DESC`,
      [scene.patient],
    );
    const pages = await pagesOf(get(scene[who], `${of}/access-report`, limit));
    expect(pages.flatMap(itemsOf).map(({ at }) => at)).toEqual(rows.map(({ at }) => at.toISOString()));
  });
});

describe('a page', () => {
  const sessions = (query: Readonly<Record<string, string>>) => api.send(scene.clinician, 'GET', `${of}/sessions`, { query });

  it('has 50 items unless told otherwise, and at most 100', async () => {
    await api.sql.admin(
      `INSERT INTO phi.video_session (id, patient_id, clinician_id, started_at)
       SELECT gen_random_uuid(), $1, $2, now() FROM generate_series(1, 101)`,
      [scene.patient, scene.clinician.sub],
    );
    expect([itemsOf(await sessions({})).length, itemsOf(await sessions({ limit: '100' })).length]).toEqual([50, 100]);
    expect((await sessions({ limit: '101' })).body['code']).toBe('query_value');
  });

  it('is never more than a load balancer passes on, and the rest is on the next', async () => {
    // Quotes are written with a backslash in the body and with three in the response that carries it.
    const longest = ['"'.repeat(20_000), '\u4e2d'.repeat(20_000)];
    for (let made = 0; made < 30; made += 1) {
      await api.send(scene.clinician, 'POST', `${of}/notes`, { body: { body: longest[made % 2] } });
    }
    const pages = await pagesOf(get(scene.clinician, `${of}/notes`, 50));
    const sizes = pages.map(({ raw }) => Buffer.byteLength(JSON.stringify(raw)));
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    const ids = pages.flatMap(itemsOf).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([30 + MANY, 30 + MANY]);
    expect(pages.length).toBeLessThan(5);
  });
});
