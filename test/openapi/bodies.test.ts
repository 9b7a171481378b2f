import fc from 'fast-check';
import type { Role } from '../../lambda/records/contract';
import { startRecordsApi } from '../support/records-api';
import { arrangeRecords } from '../support/records-scene';
import { CALLS, exampleFor, faultsOf, operationOf, requestSchema, type Named } from './contract';
import { adapt, prepare, send, type Stage } from './requests';
import { mutationsOf, valuesOf } from './schema-values';

type Body = Readonly<Record<string, unknown>>;

const WITH_BODY = CALLS.flatMap(([name, role, route]) => {
  const schema = requestSchema(route, role);
  return schema ? [[name, role, route, schema] as const] : [];
});

let stage: Stage;
beforeAll(async () => {
  const api = await startRecordsApi();
  stage = { api, scene: await arrangeRecords(api) };
}, 60_000);
afterAll(() => stage.api.stop());

function exampleOf(route: Named, role: Role): Body {
  return exampleFor(operationOf(route).requestBody?.content['application/json'] ?? { schema: {} }, role) as Body;
}

/** What is larger than a body may be, the document says in words. */
const fits = (body: unknown): boolean => Buffer.byteLength(JSON.stringify(body)) <= 65_536;

describe('a body', () => {
  it.each(WITH_BODY)(
    'that the document admits for %s of %s is accepted',
    async (name, role, route, schema) => {
      await fc.assert(
        fc.asyncProperty(valuesOf(schema).filter(fits), async (value) => {
          const body = await adapt(stage, name, role, value as Body);
          expect(faultsOf(schema, body)).toEqual([]);
          const { status, raw } = await send(stage, await prepare(stage, route, role), { options: { body } });
          expect([status < 300, raw]).toEqual([true, raw]);
        }),
        { numRuns: 10 },
      );
    },
    60_000,
  );

  it.each(WITH_BODY)(
    'of %s for %s with one fault is refused with 400, and is none by the document',
    async (_, role, route, schema) => {
      const prepared = await prepare(stage, route, role);
      const mutations = mutationsOf(schema, exampleOf(route, role));
      const outcomes = await Promise.all(
        mutations.map(async ([fault, value]) => {
          const { status } = await send(stage, prepared, { options: { body: value as Body } });
          return { fault, status, isDocumented: faultsOf(schema, value).length === 0 };
        }),
      );
      expect(outcomes.length).toBeGreaterThan(2);
      expect(outcomes).toEqual(mutations.map(([fault]) => ({ fault, status: 400, isDocumented: false })));
    },
    60_000,
  );

  it.each(CALLS.filter(([, role, route]) => !requestSchema(route, role)))('is refused by %s for %s, which takes none', async (_, role, route) => {
    expect((await send(stage, await prepare(stage, route, role), { options: { body: {} } })).status).toBe(400);
  });

  it('for one role is none for another where the document has a schema for each', async () => {
    const search = CALLS.filter(([name]) => name === 'patient.search');
    expect(search).toHaveLength(2);
    for (const [, role, route] of search) {
      const [, other = role] = search.find(([, each]) => each !== role) ?? [];
      const { body } = await send(stage, await prepare(stage, route, role), { options: { body: exampleOf(route, other) } });
      expect(body).toMatchObject({ status: 400, code: 'body_unknown_key' });
    }
  });
});
