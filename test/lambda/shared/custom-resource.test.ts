import { customResource, type ActionOutcome } from '../../../lambda/shared/custom-resource';
import { httpsPut, type PutTransport } from '../../../lambda/shared/put-response';
import { parseSqlState } from '../../../lambda/shared/sql-state';
import { startHttpsServer, type Answer, type TestHttpsServer } from '../../support/https-server';
import { collectLog } from '../../support/log-lines';

const REQUEST_ID = '7f1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e22';
const SIGNED_QUERY = '?AWSAccessKeyId=AKIAEXAMPLE&Expires=1700000000&Signature=abc%2Bdef%3D';
const CANARY = 'Jane Canary 900-12-3456';

const open: TestHttpsServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

function event(overrides: Readonly<Record<string, unknown>> = {}): object {
  return {
    RequestType: 'Create',
    ResponseURL: `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/stack${SIGNED_QUERY}`,
    StackId: 'arn:aws:cloudformation:us-east-1:111111111111:stack/data/guid',
    RequestId: REQUEST_ID,
    LogicalResourceId: 'Migrations',
    ResourceType: 'Custom::Migrations',
    ResourceProperties: { ServiceToken: 'arn', MigrationsSha256: 'abc' },
    ...overrides,
  };
}

type Code = 'boom' | 'other';

async function setUp(
  answer: Answer,
  apply: (properties: object) => Promise<ActionOutcome<Code>> = () => Promise.resolve({ kind: 'done' }),
) {
  const server = await startHttpsServer(answer);
  open.push(server);
  const log = collectLog();
  const waits: number[] = [];
  const realPut = httpsPut({ ca: server.ca });
  // The real transport, only aimed at this machine instead of at S3.
  const put: PutTransport = (url, body) => realPut(new URL(`${url.pathname}${url.search}`, server.url), body);
  const sleep = (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  const handler = customResource<Code>(
    { physicalResourceId: 'database-migrations', failureCodes: ['boom', 'other'], apply },
    { put, sleep, sink: log.sink },
  );
  const answers = () => server.received.map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);
  return { handler, server, log, waits, answers };
}

const ok: Answer = (_, response) => response.end();
const status =
  (...codes: readonly number[]): Answer =>
  (_, response, index) => {
    response.statusCode = codes[index] ?? 200;
    response.end();
  };

describe('a custom resource answers CloudFormation', () => {
  it('with SUCCESS, the ids of the request and a physical id of its own', async () => {
    const { handler, answers } = await setUp(ok);
    await handler(event(), {});
    expect(answers()).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'database-migrations',
        StackId: 'arn:aws:cloudformation:us-east-1:111111111111:stack/data/guid',
        RequestId: REQUEST_ID,
        LogicalResourceId: 'Migrations',
      },
    ]);
  });

  it('by PUT to the presigned address, unchanged, with a length and without a content type', async () => {
    const { handler, server } = await setUp(ok);
    await handler(event(), {});
    const [request] = server.received;
    expect(request?.method).toBe('PUT');
    expect(request?.url).toBe(`/stack${SIGNED_QUERY}`);
    expect(request?.headers).not.toHaveProperty('content-type');
    expect(request?.headers).not.toHaveProperty('transfer-encoding');
    expect(request?.headers['content-length']).toBe(String(Buffer.byteLength(request?.body ?? '')));
  });

  it('with FAILED, a stable code and the file at fault', async () => {
    const { handler, answers } = await setUp(ok, () => Promise.resolve({ kind: 'failed', code: 'boom', subject: '0001-roles.sql' }));
    await handler(event(), {});
    expect(answers()).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'boom: 0001-roles.sql' })]);
  });

  it('without a subject that is not a plain name', async () => {
    const { handler, answers } = await setUp(ok, () => Promise.resolve({ kind: 'failed', code: 'boom', subject: CANARY }));
    await handler(event(), {});
    expect(answers()[0]?.['Reason']).toBe('boom');
  });

  it.each([
    ['rejects', () => Promise.reject(new Error(CANARY))],
    [
      'throws',
      () => {
        throw new Error(CANARY);
      },
    ],
  ])('with FAILED and nothing of the message when the action %s', async (_, apply) => {
    const { handler, answers, log } = await setUp(ok, apply);
    await handler(event(), {});
    expect(answers()).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'internal_error' })]);
    expect(log.lines.join() + JSON.stringify(answers())).not.toContain('Canary');
  });

  it('with FAILED before Lambda ends an action that never does', async () => {
    const { handler, answers } = await setUp(ok, () => new Promise(() => undefined));
    await handler(event(), { getRemainingTimeInMillis: () => 60 });
    expect(answers()).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'timed_out' })]);
  });

  it('once, also when the action fails after time ran out', async () => {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(CANARY)), 60));
    const { handler, answers } = await setUp(ok, () => late);
    await handler(event(), { getRemainingTimeInMillis: () => 40 });
    await late.catch(() => undefined);
    expect(answers()).toHaveLength(1);
  });

  it('with the physical id it was given on Update and Delete', async () => {
    const { handler, answers } = await setUp(ok);
    await handler(event({ RequestType: 'Update', PhysicalResourceId: 'database-migrations' }), {});
    await handler(event({ RequestType: 'Delete', PhysicalResourceId: 'data-Migrations-1A2B3C' }), {});
    expect(answers().map((answer) => answer['PhysicalResourceId'])).toEqual(['database-migrations', 'data-Migrations-1A2B3C']);
  });

  it('with SUCCESS to deleting what was never created, without acting', async () => {
    const apply = jest.fn<Promise<ActionOutcome<Code>>, []>();
    const { handler, answers } = await setUp(ok, apply);
    await handler(event({ RequestType: 'Delete', PhysicalResourceId: undefined, ResourceProperties: undefined }), {});
    expect(answers()).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(apply).not.toHaveBeenCalled();
  });
});

describe('delivery of the answer', () => {
  it('is tried again after 5xx and 429, with growing waits, and ends at the first success', async () => {
    const { handler, server, waits, log } = await setUp(status(500, 429, 503, 200));
    await handler(event(), {});
    expect(server.received).toHaveLength(4);
    expect(waits).toEqual([250, 500, 1_000]);
    expect(log.parsed()).toEqual([expect.objectContaining({ event: 'custom_resource', attempts: 4, delivered: true })]);
  });

  it('is tried again after a connection that breaks', async () => {
    const { handler, server } = await setUp((_, response, index) => (index === 0 ? response.destroy() : response.end()));
    await handler(event(), {});
    expect(server.received).toHaveLength(2);
  });

  it('is given up after five attempts, and the invocation fails so that Lambda repeats it', async () => {
    const { handler, server } = await setUp(status(500, 500, 500, 500, 500, 500, 500));
    await expect(handler(event(), {})).rejects.toMatchObject({ code: 'custom_resource_answer_undelivered' });
    expect(server.received).toHaveLength(5);
  });

  it('is given up at once when the address is refused', async () => {
    const { handler, server } = await setUp(status(403));
    await expect(handler(event(), {})).rejects.toMatchObject({ code: 'custom_resource_answer_undelivered' });
    expect(server.received).toHaveLength(1);
  });

  it('is not made to a server whose certificate is not trusted', async () => {
    const server = await startHttpsServer(ok);
    open.push(server);
    await expect(httpsPut()(new URL(server.url), '{}')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.received).toHaveLength(0);
  });
});

describe('an event that cannot be answered', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'Create'],
    ['an unknown request type', event({ RequestType: 'Destroy' })],
    ['no address', event({ ResponseURL: undefined })],
    ['an address that is none', event({ ResponseURL: 'cloudformation' })],
    ['an address without TLS', event({ ResponseURL: 'http://bucket.s3.amazonaws.com/x' })],
    ['an address outside AWS', event({ ResponseURL: 'https://collector.example.com/x' })],
    ['an address that only looks like AWS', event({ ResponseURL: 'https://s3.amazonaws.com.example.com/x' })],
    ['an address with another port', event({ ResponseURL: 'https://bucket.s3.amazonaws.com:8443/x' })],
    ['an address with a user', event({ ResponseURL: 'https://s3.amazonaws.com@bucket.s3.amazonaws.com/x' })],
    ['no stack', event({ StackId: 7 })],
    ['no request id', event({ RequestId: null })],
    ['no logical id', event({ LogicalResourceId: undefined })],
  ])('is refused with a code: %s', async (_, malformed) => {
    const { handler, server } = await setUp(ok);
    await expect(handler(malformed, {})).rejects.toMatchObject({ message: 'custom_resource_event_malformed' });
    expect(server.received).toHaveLength(0);
  });
});

describe('the log line of a custom resource', () => {
  it('holds the outcome and the SQLSTATE, and no part of the address', async () => {
    const failure = { kind: 'failed', code: 'other', sqlState: parseSqlState('42501') } as const;
    const { handler, log } = await setUp(ok, () => Promise.resolve(failure));
    await handler(event(), {});
    expect(log.parsed()).toEqual([
      {
        event: 'custom_resource',
        requestId: REQUEST_ID,
        requestType: 'Create',
        status: 'FAILED',
        code: 'other',
        sqlState: '42501',
        attempts: 1,
        delivered: true,
        durationMs: expect.any(Number) as number,
      },
    ]);
  });
});
