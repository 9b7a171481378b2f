import { createClocks } from '../../../lambda/incident-clocks/clocks';
import { s3Incidents } from '../../../lambda/incident/adapters/s3-incidents';
import { snsOfficer } from '../../../lambda/incident/adapters/sns-officer';
import { append } from '../../../lambda/incident/registry';
import type { Uuid } from '../../../lambda/shared/uuid';
import { startAwsEndpoint, type AwsAnswer, type AwsCall, type AwsEndpoint } from '../../support/aws-endpoint';
import { idOf } from '../../support/crypto-keys';
import { FakeBucket, refusal } from '../../support/fake-bucket';
import { INCIDENT, opened } from '../../support/incidents';
import { collectLog } from '../../support/log-lines';

const PRIVACY = 'arn:aws:sns:us-east-1:111122223333:prod-Detection-Privacy';
const SECURITY = 'arn:aws:sns:us-east-1:111122223333:prod-Detection-Security';
const PUBLISHED: AwsAnswer = {
  status: 200,
  body: '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
  type: 'text/xml',
};
const AWAY: AwsAnswer = { status: 500, body: '<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>', type: 'text/xml' };

/** A day before the first day on which notices to individuals are overdue: discovered on 10 March 2026, sixty days later is 9 May. */
const DAY_59 = '2026-05-08T13:00:00Z';

let bucket: FakeBucket;
let endpoint: AwsEndpoint;
let topicAnswers: AwsAnswer[];

const isPublish = ({ operation }: AwsCall): boolean => operation === 'Publish';

beforeAll(async () => {
  endpoint = await startAwsEndpoint((call) => (isPublish(call) ? (topicAnswers.shift() ?? PUBLISHED) : bucket.answer(call)));
});
afterAll(() => endpoint.close());
beforeEach(async () => {
  // Pages of two names: a listing of a few records takes several requests.
  bucket = new FakeBucket('evidence', 2);
  topicAnswers = [];
  const open = (id: Uuid, at: string) =>
    append(s3Incidents('evidence'), id, opened({ basis: 'canary 555-0142', detectedAt: at, discoveredAt: at }), { now: at, by: 'officer@example.com' });
  await open(INCIDENT, '2026-03-10T15:00:00Z');
  await open(idOf(2), '2026-04-01T15:00:00Z');
  endpoint.calls.length = 0;
});

/** A run of the function as it is deployed, but for the address of AWS and the clock. */
async function run(now: string) {
  const log = collectLog();
  const clocks = createClocks(
    { store: s3Incidents('evidence'), officers: [snsOfficer(PRIVACY), snsOfficer(SECURITY)], now: () => Date.parse(now) },
    log.sink,
  );
  const thrown: unknown = await clocks().catch((error: unknown) => error);
  return { thrown, lines: log.lines.join('\n'), line: log.parsed()[0] };
}
const mails = () =>
  endpoint.calls.filter(isPublish).map(({ body }) => {
    const fields = new URLSearchParams(body);
    return { to: fields.get('TopicArn'), text: fields.get('Message') ?? '' };
  });
const sweeps = () => [...bucket.objects.keys()].filter((key) => key.startsWith('sweeps/'));

describe('a run by the clock', () => {
  test('tells both officers what is due tomorrow, by ids and days alone, and writes the day down', async () => {
    const { line, lines } = await run(DAY_59);
    const told = mails();
    expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining([PRIVACY, SECURITY]));
    const ofFirst = told.filter(({ text }) => text.startsWith(`Incident ${INCIDENT}\n`));
    expect(ofFirst.map(({ to }) => to)).toEqual([PRIVACY, SECURITY]);
    expect(ofFirst[0]?.text).toMatch(/^due in 1 d: individuals \(164\.404\), 2026-05-09$/m);
    expect(line).toMatchObject({ outcome: 'told', notices: told.length / 2, broken: 0 });
    expect(sweeps()).toEqual(['sweeps/2026-05-08.json']);
    expect(`${told.map(({ text }) => text).join()}${lines}${bucket.objects.get('sweeps/2026-05-08.json')?.[0]?.body}`).not.toContain('555-0142');
  });

  test('tells a day once, the next one again, and nothing before the morning', async () => {
    await run(DAY_59);
    const once = mails().length;
    expect((await run('2026-05-08T14:00:00Z')).line).toMatchObject({ outcome: 'told_before' });
    expect((await run('2026-05-09T11:59:00Z')).line).toMatchObject({ outcome: 'early' });
    expect([once > 0, mails().length]).toEqual([true, once]);
    expect((await run('2026-05-09T12:00:00Z')).line).toMatchObject({ outcome: 'told' });
    expect(mails().length).toBeGreaterThan(once);
    expect(sweeps()).toEqual(['sweeps/2026-05-08.json', 'sweeps/2026-05-09.json']);
  });

  test('tells that a record is not whole, without what is in it, and the others all the same', async () => {
    bucket.put(`incidents/${idOf(2)}/000002.json`, '{"basis":"canary 555-0142"}');
    expect((await run(DAY_59)).line).toMatchObject({ outcome: 'told', broken: 1 });
    const texts = mails().map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('Records of incidents that are not whole: 1.'))).toHaveLength(2);
    expect(texts.some((text) => text.startsWith(`Incident ${INCIDENT}`))).toBe(true);
    expect(texts.join()).not.toContain('555-0142');
  });

  test('of a day on which nothing is due mails nobody, and writes that down as well', async () => {
    bucket.objects.clear();
    expect((await run(DAY_59)).line).toMatchObject({ outcome: 'told', notices: 0 });
    expect([mails(), sweeps()]).toEqual([[], ['sweeps/2026-05-08.json']]);
  });
});

describe('a run that fails', () => {
  test.each<[string, () => void, string]>([
    ['at the topic of the first officer', () => void (topicAnswers = [AWAY, AWAY]), 'topic_unavailable'],
    ['at the topic of the second', () => void (topicAnswers = [PUBLISHED, AWAY, AWAY]), 'topic_unavailable'],
    ['because it may not list', () => void bucket.instead.push(() => refusal(403, 'AccessDenied')), 'store_denied'],
    [
      'because it may not read a record',
      () => void bucket.instead.push(...Array<undefined>(3).fill(undefined).map(() => () => undefined), () => refusal(403, 'AccessDenied')),
      'store_denied',
    ],
  ])('%s says so by a code, and the next one tells everybody', async (_, breakIt, code) => {
    breakIt();
    const failed = await run(DAY_59);
    expect(failed.thrown).toMatchObject({ code });
    expect(failed.line).toMatchObject({ outcome: 'failed', code });
    expect(sweeps()).toEqual([]);
    endpoint.calls.length = 0;
    expect((await run('2026-05-08T14:00:00Z')).line).toMatchObject({ outcome: 'told' });
    expect(mails().filter(({ text }) => text.startsWith(`Incident ${INCIDENT}`)).map(({ to }) => to)).toEqual([PRIVACY, SECURITY]);
  });

  test('after it told everybody leaves the day to the next one, which repeats it', async () => {
    const refuseMarker = (call: AwsCall): AwsAnswer | undefined => (call.method === 'PUT' ? refusal(503, 'SlowDown') : undefined);
    bucket.instead.push(...Array<typeof refuseMarker>(40).fill(refuseMarker));
    expect((await run(DAY_59)).line).toMatchObject({ outcome: 'failed', code: 'store_unavailable' });
    bucket.instead.length = 0;
    expect((await run('2026-05-08T14:00:00Z')).line).toMatchObject({ outcome: 'told' });
    expect(sweeps()).toEqual(['sweeps/2026-05-08.json']);
  });
});
