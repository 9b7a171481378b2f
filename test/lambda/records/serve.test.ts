import { REFUSALS } from '../../../lambda/records/refusals';
import { albEvent, jsonPost } from '../../support/alb-event';
import { startService } from '../../support/records-service';
import { accessClaims, signToken, SUB } from '../../support/token-issuer';

const REQUEST_ID = '9d1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e33';
const service = startService();
const { key, log, calls, send } = service;
const authorization = [`Bearer ${signToken(key)}`];

beforeEach(() => {
  log.lines.splice(0);
  calls.splice(0);
});

const bodyOf = (response: { readonly body: string }): unknown => JSON.parse(response.body);

describe('GET /v1/me', () => {
  it('answers with the subject, the role and the own record, and nothing else', async () => {
    const response = await send(albEvent({}, { authorization }));
    expect(response).toMatchObject({ statusCode: 200, statusDescription: '200 OK', isBase64Encoded: false });
    expect(bodyOf(response)).toEqual({ sub: SUB, role: 'clinician', patient_id: null });
  });

  it('logs one line: who, what, how it ended, how long, and which audit events it left', async () => {
    await send(albEvent({}, { authorization }), { awsRequestId: REQUEST_ID });
    expect(log.parsed()).toEqual([
      {
        event: 'request',
        requestId: REQUEST_ID,
        route: 'me.read',
        status: 200,
        code: 'ok',
        durationMs: expect.any(Number) as number,
        role: 'clinician',
        sub: SUB,
        auditId: calls[0]?.values[2],
        auditEvents: 1,
      },
    ]);
  });

  it.each([
    ['an unknown query key', albEvent({ multiValueQueryStringParameters: { q: ['x'] } }, { authorization }), 'query_unknown_key'],
    ['a body', albEvent({ body: '{}', isBase64Encoded: false }, { authorization }), 'body_not_allowed'],
  ])('refuses %s', async (_, event, code) => {
    expect(bodyOf(await send(event))).toMatchObject({ status: 400, code });
  });
});

describe('every answer', () => {
  const answers = async () => [
    await send(albEvent({}, { authorization })),
    await send(albEvent()),
    await send(albEvent({ path: '/v1/none' }, { authorization })),
    await send({}),
  ];

  it('may not be stored or sniffed, and carries headers in the multi-value form only', async () => {
    for (const response of await answers()) {
      expect(response.multiValueHeaders).toMatchObject({
        'cache-control': ['no-store'],
        'x-content-type-options': ['nosniff'],
        'strict-transport-security': [expect.stringContaining('max-age=') as string],
      });
      expect(response).not.toHaveProperty('headers');
    }
  });

  it('has one log line', async () => {
    await answers();
    expect(log.lines).toHaveLength(4);
  });
});

describe('a refusal', () => {
  it('is a problem document with a stable code and the request id', async () => {
    const response = await send(albEvent(), { awsRequestId: REQUEST_ID });
    expect(response.multiValueHeaders['content-type']).toEqual(['application/problem+json']);
    expect(bodyOf(response)).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'token_missing',
      requestId: REQUEST_ID,
    });
  });

  it('asks for a bearer token when there is none', async () => {
    expect((await send(albEvent())).multiValueHeaders['www-authenticate']).toEqual(['Bearer']);
  });

  it('has a request id of its own when the invocation has none, and never one of the client', async () => {
    const response = await send(albEvent({}, { 'x-request-id': [REQUEST_ID], 'x-amzn-trace-id': [REQUEST_ID] }), {
      awsRequestId: 'not-a-uuid',
    });
    expect(bodyOf(response)).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    expect(response.body).not.toContain(REQUEST_ID);
  });

  it.each([
    ['no token', albEvent(), 401, 'token_missing'],
    ['no token on an unknown path', albEvent({ path: '/v1/none' }), 401, 'token_missing'],
    ['no token with another method', albEvent({ httpMethod: 'DELETE' }), 401, 'token_missing'],
    ['an expired token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ exp: 1 }))}`] }), 401, 'token_expired'],
    ['two tokens', albEvent({}, { authorization: [...authorization, ...authorization] }), 400, 'header_repeated'],
    ['an unknown path', albEvent({ path: '/v1/none' }, { authorization }), 404, 'not_found'],
    ['a trailing slash', albEvent({ path: '/v1/me/' }, { authorization }), 404, 'not_found'],
    ['another method', jsonPost('{}', { authorization }), 404, 'not_found'],
    ['an event of something else', { source: 'aws.events' }, 400, 'event_malformed'],
  ])('of %s is %i-coded', async (_, event, status, code) => {
    const response = await send(event);
    expect(response.statusCode).toBe(status);
    expect(bodyOf(response)).toMatchObject({ status, code });
    expect(log.parsed()).toEqual([expect.objectContaining({ event: 'request', status, code })]);
  });

  it('looks the same for an unknown path and for another method', async () => {
    const [path, method] = await Promise.all([
      send(albEvent({ path: '/v1/none' }, { authorization }), { awsRequestId: REQUEST_ID }),
      send(albEvent({ httpMethod: 'DELETE' }, { authorization }), { awsRequestId: REQUEST_ID }),
    ]);
    expect(path).toEqual(method);
  });

  it('logs the subject once the token holds, and never before', async () => {
    await send(albEvent({ path: '/v1/none' }, { authorization }));
    await send(albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ exp: 1 }))}`] }));
    expect(log.parsed().map(({ sub }) => sub)).toEqual([SUB, undefined]);
  });

  it('leaves one audit row: who, what, why, and nobody where the token did not hold', async () => {
    await send(albEvent({ httpMethod: 'DELETE' }, { authorization }), { awsRequestId: REQUEST_ID });
    await send(albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ exp: 1 }))}`] }), { awsRequestId: REQUEST_ID });
    const [auditId, second] = log.parsed().map((line) => line['auditId']);
    expect(calls).toEqual([
      {
        name: 'record_denial',
        values: [SUB, 'clinician', auditId, '203.0.113.7', REQUEST_ID, 'session', 'E', 'denied', 'request', null, null, 'not_found'],
      },
      {
        name: 'record_denial',
        values: [null, null, second, '203.0.113.7', REQUEST_ID, 'session', 'E', 'denied', 'request', null, null, 'token_expired'],
      },
    ]);
    expect(auditId).not.toBe(second);
  });

  it('names route, record and patient in the audit row of a role that may not', async () => {
    const patient = '5b0e7f0e-2d53-4f0c-8f6f-6f9f3f1b2a10';
    const response = await send(albEvent({ path: `/v1/patients/${patient}/billing` }, { authorization }));
    expect(bodyOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(calls.map(({ values }) => values.slice(5))).toEqual([
      ['phi.access', 'R', 'denied', 'billing', patient, patient, 'forbidden'],
    ]);
  });

  it('is answered as 503 when its audit row cannot be written, and an alarm has a line to count', async () => {
    const failing = startService({ key, answer: () => [{ outcome: 'invalid' }] });
    const response = await failing.send(albEvent());
    expect(bodyOf(response)).toMatchObject({ status: 503, code: 'audit_unavailable' });
    expect(failing.log.parsed().map(({ event, code, auditEvents }) => [event, code, auditEvents])).toEqual([
      ['audit_unavailable', 'token_missing', undefined],
      ['request', 'audit_unavailable', 0],
    ]);
  });

  it('has an HTTP status for every code, and only the ones the service uses', () => {
    expect([...new Set(Object.values(REFUSALS))]).toEqual([400, 401, 403, 404, 409, 500, 503]);
  });
});

describe('when something fails', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('duplicate key value (ssn)=(900-12-3456)'))],
    [
      'throws',
      () => {
        throw new TypeError('Cannot read 900-12-3456');
      },
    ],
  ])('and an operation %s, the answer is 500 without a word of why', async (_, operation) => {
    const failing = startService({ key, operations: { 'me.read': operation } });
    const response = await failing.send(albEvent({}, { authorization: [`Bearer ${signToken(key)}`] }));
    expect(bodyOf(response)).toMatchObject({ status: 500, code: 'internal_error' });
    expect(response.body + failing.log.lines.join()).not.toContain('900-12');
    expect(failing.log.parsed()).toEqual([expect.objectContaining({ route: 'me.read', code: 'internal_error', sub: SUB })]);
  });

  it('and the key set cannot be read, the answer is 503 and the log says so on a line of its own', async () => {
    const failing = startService({
      key,
      readKeys: () => Promise.reject(new Error('AccessDeniedException: arn:aws:sts::1:assumed-role/x')),
    });
    const response = await failing.send(albEvent({}, { authorization: [`Bearer ${signToken(key)}`] }));
    expect(bodyOf(response)).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(failing.log.parsed().map(({ event, code }) => [event, code])).toEqual([
      ['keys_unreadable', undefined],
      ['request', 'keys_unavailable'],
    ]);
    expect(failing.calls.map(({ values }) => values.slice(5))).toEqual([
      ['session', 'E', 'failed', 'request', null, null, 'keys_unavailable'],
    ]);
  });

  it('and an operation answers what its route does not promise, the answer is 500 and none of it leaves', async () => {
    const body = { sub: SUB, role: 'clinician', patient_id: null, ssn: '900-12-3456' };
    const failing = startService({ key, operations: { 'me.read': () => Promise.resolve({ kind: 'answer', body }) } });
    const response = await failing.send(albEvent({}, { authorization: [`Bearer ${signToken(key)}`] }));
    expect(bodyOf(response)).toMatchObject({ status: 500, code: 'internal_error' });
    expect(response.body).not.toContain('900-12');
  });

  it('and a token names an unknown key, the log line carries the code an alarm matches', async () => {
    const failing = startService({ key });
    await failing.send(albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims(), { kid: 'rotated-away=' })}`] }));
    expect(failing.log.parsed()).toEqual([expect.objectContaining({ event: 'request', status: 401, code: 'token_key_unknown' })]);
  });
});
