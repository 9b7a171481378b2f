import { sfnWorkflows } from '../../../lambda/incident-coordinator/adapters/sfn-workflows';
import { snsOfficer } from '../../../lambda/incident/adapters/sns-officer';
import { createCoordinator } from '../../../lambda/incident-coordinator/coordinator';
import { readSettings } from '../../../lambda/incident-coordinator/settings';
import { s3Incidents } from '../../../lambda/incident/adapters/s3-incidents';
import { incidentIds, loadSeries } from '../../../lambda/incident/registry';
import type { Uuid } from '../../../lambda/shared/uuid';
import { startAwsEndpoint, type AwsAnswer, type AwsCall, type AwsEndpoint } from '../../support/aws-endpoint';
import { detected, SETTINGS } from '../../support/coordination';
import { idOf } from '../../support/crypto-keys';
import { FakeBucket, refusal } from '../../support/fake-bucket';
import { collectLog } from '../../support/log-lines';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:prod-Detection-Security';
const PUBLISHED = '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';

let bucket: FakeBucket;
let endpoint: AwsEndpoint;
/** Answers given instead of the usual one, by service. */
const instead: { workflows?: AwsAnswer | undefined; topic?: AwsAnswer | undefined } = {};

const isStart = ({ operation }: AwsCall): boolean => operation === 'AWSStepFunctions.StartExecution';
const isPublish = ({ operation }: AwsCall): boolean => operation === 'Publish';
function answer(call: AwsCall): AwsAnswer {
  if (isStart(call)) return instead.workflows ?? { status: 200, body: '{"executionArn":"arn","startDate":1}' };
  if (isPublish(call)) return instead.topic ?? { status: 200, body: PUBLISHED, type: 'text/xml' };
  return bucket.answer(call);
}

beforeAll(async () => {
  endpoint = await startAwsEndpoint(answer);
});
afterAll(() => endpoint.close());
beforeEach(() => {
  bucket = new FakeBucket('evidence', 3);
  endpoint.calls.length = 0;
  delete instead.workflows;
  delete instead.topic;
});

/** The function as it is deployed, but for the address of AWS and the clock. */
function coordinator() {
  const log = collectLog();
  const handler = createCoordinator(
    { settings: SETTINGS, store: s3Incidents('evidence'), workflows: sfnWorkflows(), officer: snsOfficer(TOPIC), now: () => Date.parse('2026-11-27T10:07:00Z') },
    log.sink,
  );
  return { handler, log };
}

const batch = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, n) => ({ messageId: `m${n}`, body: typeof body === 'string' ? body : JSON.stringify(body) })),
});
const codes = (log: ReturnType<typeof collectLog>) => log.parsed().map(({ code, outcome }) => code ?? outcome);

test('a batch is handled message by message over the wire, and only what failed comes back', async () => {
  const { handler, log } = coordinator();
  const keys = [1, 2].map((n) => detected({ target: idOf(n) }));
  await expect(handler(batch(keys[0], '{"ruleId": "900-12-3456"}', keys[1], keys[0]))).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  });
  expect(codes(log)).toEqual(['started', 'message_malformed', 'started', 'merged']);
  expect(log.lines.join('\n')).not.toMatch(/900-12-3456|operator|KeyLoss/);
  const starts = endpoint.calls.filter(isStart).map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);
  const ids = await incidentIds(s3Incidents('evidence'));
  expect(starts.map(({ input, stateMachineArn }) => ({ stateMachineArn, ...(JSON.parse(input ?? '') as object) }))).toEqual(
    expect.arrayContaining(
      ids.map((incidentId) => expect.objectContaining({ incidentId, dryRun: false, stateMachineArn: `${SETTINGS.stateMachineArnPrefix}keep-key` }) as object),
    ),
  );
  expect([ids.length, starts.length]).toEqual([2, 2]);
  const mails = endpoint.calls.filter(isPublish).map(({ body }) => new URLSearchParams(body));
  expect(mails.map((mail) => mail.get('TopicArn'))).toEqual([TOPIC, TOPIC]);
  expect(mails[0]?.get('Message')).toMatch(/^Incident [0-9a-f-]{36}: KeyLoss/);
  for (const id of ids) expect((await loadSeries(s3Incidents('evidence'), id as Uuid)).entries).toHaveLength(2);
});

describe('what AWS answers', () => {
  const json = (status: number, type: string): AwsAnswer => ({ status, body: JSON.stringify({ __type: type, message: 'canary-900-12-3456' }) });
  const denied: AwsAnswer = { status: 403, body: '<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>', type: 'text/xml' };
  test.each([
    ['a workflow that may not be started', () => void (instead.workflows = json(400, 'AccessDeniedException')), 'workflow_denied'],
    ['a workflow that is not there', () => void (instead.workflows = json(400, 'StateMachineDoesNotExist')), 'workflow_denied'],
    ['Step Functions that are busy', () => void (instead.workflows = json(500, 'InternalServerError')), 'workflow_unavailable'],
    ['a topic that may not be published to', () => void (instead.topic = denied), 'topic_denied'],
    ['a topic that is away', () => void (instead.topic = { ...denied, status: 500 }), 'topic_unavailable'],
    ['evidence that may not be listed', () => void bucket.instead.push(() => refusal(403, 'AccessDenied')), 'store_denied'],
  ])('%s brings the message back, and the next delivery finishes it', async (_, breakIt, code) => {
    const { handler, log } = coordinator();
    breakIt();
    await expect(handler(batch(detected()))).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    instead.workflows = json(400, 'ExecutionAlreadyExists');
    delete instead.topic;
    await expect(handler(batch(detected()))).resolves.toEqual({ batchItemFailures: [] });
    expect(codes(log)).toEqual([code, 'started']);
    expect(log.lines.join('\n')).not.toContain('canary');
  });
});

test('a record that was tampered with is not added to', async () => {
  const { handler, log } = coordinator();
  await handler(batch(detected({ tier: 'C' })));
  const [key = ''] = [...bucket.objects.keys()];
  bucket.put(key, '{}');
  await expect(handler(batch(detected()))).resolves.toMatchObject({ batchItemFailures: [{}] });
  expect(codes(log)).toEqual(['opened', 'record_refused']);
  expect(endpoint.calls.filter(isStart)).toEqual([]);
});

const broken = (replaced: Readonly<Record<string, unknown>>): unknown => ({ ...detected(), ...replaced });
test.each<[string, unknown]>([
  ['no JSON', '{"ruleId": '],
  ['a member that no rule sends', broken({ patient: 'x' })],
  ['a member left out', broken({ target: undefined })],
  ['a tier that there is not', broken({ tier: 'D' })],
  ['an instant that is none', broken({ time: 'yesterday' })],
  ['an action that is a path', broken({ action: '../keep-key' })],
  ['a target that is no text', broken({ target: { keyId: idOf(1) } })],
  ['a target too long', broken({ target: 'x'.repeat(2_049) })],
])('a message with %s does nothing and comes back', async (_, body) => {
  const { handler, log } = coordinator();
  await expect(handler(batch(body))).resolves.toMatchObject({ batchItemFailures: [{}] });
  expect(codes(log)).toEqual(['message_malformed']);
  expect(endpoint.calls).toEqual([]);
});

test.each([[undefined], [{}], [{ Records: [{ body: '{}' }] }]])('an invocation that is no batch (%j) fails as a whole', async (event) => {
  await expect(coordinator().handler(event)).rejects.toMatchObject({ code: 'batch_malformed' });
});

describe('the settings', () => {
  const environment = {
    CONTAINMENTS: JSON.stringify(SETTINGS.containments),
    EVIDENCE_BUCKET_NAME: 'evidence',
    INCIDENT_DEFAULTS: JSON.stringify(SETTINGS.defaults),
    KNOWN_ROLES: JSON.stringify(SETTINGS.roles),
    SECURITY_TOPIC_ARN: TOPIC,
    STATE_MACHINE_ARN_PREFIX: SETTINGS.stateMachineArnPrefix,
  };
  test('are what the stack wrote', () => expect(readSettings(environment)).toEqual(SETTINGS));
  test.each([
    ['CONTAINMENTS', '{"keep-key":{"field":"keyId"}}'],
    ['INCIDENT_DEFAULTS', '{'],
  ])('say that %s is wrong', (name, value) => {
    expect(() => readSettings({ ...environment, [name]: value })).toThrow(new RegExp(`^${name} is not the JSON`));
  });
});
