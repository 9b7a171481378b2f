import { eventBridgeBus } from '../../../lambda/audit-signals/adapters/eventbridge-bus';
import type { Signal } from '../../../lambda/audit-signals/contract';
import { startAwsEndpoint, type AwsAnswer, type AwsEndpoint } from '../../support/aws-endpoint';
import { everythingOf, thrownBy } from '../../support/crypto-keys';

const signals = (count: number): readonly Signal[] =>
  Array.from({ length: count }, (_, n) => ({ signalId: String(n), rule: 'A8', counts: { grants: 1 }, window: { from: 'a', to: 'b' } }));
const accepted = (): AwsAnswer => ({ status: 200, body: '{"FailedEntryCount":0,"Entries":[]}' });

let answer: () => AwsAnswer;
let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint(() => answer());
});
afterAll(() => endpoint.close());
beforeEach(() => {
  answer = accepted;
  endpoint.calls.length = 0;
});
const entries = () => endpoint.calls.map(({ body }) => (JSON.parse(body) as { Entries: readonly { Detail: string }[] }).Entries);

describe('the bus', () => {
  it('puts each signal as an event of its own, in order, ten at a time', async () => {
    await eventBridgeBus('detections').send(signals(23));
    expect(endpoint.calls.map(({ operation }) => operation)).toEqual(Array(3).fill('AWSEvents.PutEvents'));
    expect(entries().map((each) => each.length)).toEqual([10, 10, 3]);
    expect(entries()[0]?.[0]).toMatchObject({
      EventBusName: 'detections',
      Source: 'telehealth.audit-signals',
      DetailType: 'Unusual access',
    });
    expect(
      entries()
        .flat()
        .map(({ Detail }) => JSON.parse(Detail) as unknown),
    ).toEqual(signals(23));
  });

  it('is not called for nothing', async () => {
    await eventBridgeBus('detections').send([]);
    expect(endpoint.calls).toEqual([]);
  });

  it.each([
    ['AccessDeniedException', 400, 'bus_denied'],
    ['ResourceNotFoundException', 400, 'bus_denied'],
    ['InternalException', 500, 'bus_unavailable'],
  ])('that answers %s fails with a code, with no word of AWS', async (type, status, code) => {
    answer = () => ({ status, body: JSON.stringify({ __type: type, message: 'canary-900-12-3456' }) });
    const error = await thrownBy(() => eventBridgeBus('detections').send(signals(1)));
    expect(error).toMatchObject({ code });
    expect(everythingOf(error)).not.toContain('canary');
  });

  it.each([
    ['an entry that was refused', '{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException"}]}'],
    ['no count', '{}'],
  ])('does not take %s for sent', async (_, body) => {
    answer = () => ({ status: 200, body });
    await expect(eventBridgeBus('detections').send(signals(2))).rejects.toMatchObject({ code: 'bus_refused' });
  });
});
