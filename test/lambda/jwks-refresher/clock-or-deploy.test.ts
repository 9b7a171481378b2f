import { onClockOrDeploy } from '../../../lambda/jwks-refresher/clock-or-deploy';
import { CodedError } from '../../../lambda/shared/outcome';
import type { PutTransport } from '../../../lambda/shared/put-response';
import { collectLog } from '../../support/log-lines';

const REQUEST = {
  RequestType: 'Create',
  ResponseURL: 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/stack?Signature=abc',
  StackId: 'arn:aws:cloudformation:us-east-1:111111111111:stack/api/guid',
  RequestId: '7f1a6c52-7d4e-4b1a-9c60-2f1d0a9b7e22',
  LogicalResourceId: 'TokenKeysRefreshed',
  ResourceType: 'Custom::TokenKeys',
  ResourceProperties: { ServiceToken: 'arn', UserPoolId: 'us-east-1_AbC' },
};
/** What EventBridge sends at each tick. */
const TICK = { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

function setUp(refresh: () => Promise<void>) {
  let refreshes = 0;
  const answers: Readonly<Record<string, string>>[] = [];
  const put: PutTransport = (_, body) => {
    answers.push(JSON.parse(body) as Readonly<Record<string, string>>);
    return Promise.resolve(200);
  };
  const log = collectLog();
  const counted = (): Promise<void> => {
    refreshes += 1;
    return refresh();
  };
  const handler = onClockOrDeploy(counted, { put, sleep: () => Promise.resolve(), sink: log.sink });
  return { handler, answers, log, refreshes: () => refreshes };
}

describe('a tick of the clock', () => {
  it('refreshes and answers nobody', async () => {
    const { handler, answers, refreshes } = setUp(() => Promise.resolve());
    await handler(TICK, {});
    expect([refreshes(), answers]).toEqual([1, []]);
  });

  it('fails as the refresh fails, so that Lambda tries again and keeps the event', async () => {
    const { handler } = setUp(() => Promise.reject(new CodedError('jwks_empty')));
    await expect(handler(TICK, {})).rejects.toMatchObject({ code: 'jwks_empty' });
  });

  it.each([undefined, null, 'tick', [REQUEST]])('is whatever has no request type, as %j', async (event) => {
    const { handler, answers, refreshes } = setUp(() => Promise.resolve());
    await handler(event, {});
    expect([refreshes(), answers]).toEqual([1, []]);
  });
});

describe('a request of CloudFormation', () => {
  it.each(['Create', 'Update'])('refreshes at %s, and tells it that the copy is there', async (RequestType) => {
    const { handler, answers, refreshes } = setUp(() => Promise.resolve());
    await handler({ ...REQUEST, RequestType }, {});
    expect(refreshes()).toBe(1);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'token-keys' })]);
  });

  it('leaves the copy alone at Delete, whatever becomes of the parameter', async () => {
    const { handler, answers, refreshes } = setUp(() => Promise.resolve());
    await handler({ ...REQUEST, RequestType: 'Delete', PhysicalResourceId: 'token-keys' }, {});
    expect(refreshes()).toBe(0);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
  });

  it('fails the deploy with the code of the refresh, and with nothing else', async () => {
    const { handler, answers, log } = setUp(() => Promise.reject(new CodedError('jwks_fetch_status')));
    await handler(REQUEST, {});
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'jwks_fetch_status' })]);
    expect(log.parsed()).toEqual([expect.objectContaining({ event: 'custom_resource', status: 'FAILED', code: 'jwks_fetch_status' })]);
  });

  it('says internal_error of what is no code of a refresh', async () => {
    const { handler, answers } = setUp(() => Promise.reject(new Error('Jane Canary')));
    await handler(REQUEST, {});
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'internal_error' })]);
  });

  it('refreshes nothing for a request that it could not answer', async () => {
    const { handler, refreshes } = setUp(() => Promise.resolve());
    await expect(handler({ ...REQUEST, ResponseURL: 'https://example.com/' }, {})).rejects.toMatchObject({
      code: 'custom_resource_event_malformed',
    });
    expect(refreshes()).toBe(0);
  });
});
