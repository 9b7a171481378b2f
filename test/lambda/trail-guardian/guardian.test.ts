import { cloudTrail } from '../../../lambda/trail-guardian/adapters/cloudtrail';
import { restartParameter } from '../../../lambda/trail-guardian/adapters/restart-parameter';
import { s3Digests } from '../../../lambda/trail-guardian/adapters/s3-digests';
import { createGuardian } from '../../../lambda/trail-guardian/guardian';
import { startAwsEndpoint, type AwsEndpoint } from '../../support/aws-endpoint';
import { EXPECTED, failure, FakeTrail, TRAIL_ARN } from '../../support/fake-trail';
import { collectLog } from '../../support/log-lines';
import { BUCKET, FIRST_MS, makeSigningKey, PLACE, writeHours, type TrailFiles } from '../../support/trail-files';
import { HOUR_MS } from '../../support/trail-run';

const [east, west] = [makeSigningKey(), makeSigningKey('spki')];
const HOURS = 4;
const NOW_MS = FIRST_MS + HOURS * HOUR_MS + 20 * 60_000;
const made: TrailFiles = new Map();
writeHours(made, HOURS, { signedBy: east, startMs: FIRST_MS });
writeHours(made, HOURS, { signedBy: west, startMs: FIRST_MS, region: 'us-west-2', logs: 1 });
const logFile = [...made.keys()].find((key) => key.includes('/CloudTrail/us-west-2/')) ?? '';

let trail: FakeTrail;
let endpoint: AwsEndpoint;
beforeEach(async () => {
  trail = new FakeTrail(new Map(made), { 'us-east-1': [east], 'us-west-2': [west] }, NOW_MS);
  endpoint = await startAwsEndpoint(trail.answer);
});
afterEach(() => endpoint.close());

const SCHEDULED = { 'detail-type': 'Scheduled Event' };
const CHANGED = { 'detail-type': 'AWS API Call via CloudTrail', detail: { eventName: 'StopLogging' } };

async function run(event: unknown = SCHEDULED, remainingMs: () => number = () => 300_000) {
  const log = collectLog();
  const trails = cloudTrail();
  const guardian = createGuardian(
    {
      expected: EXPECTED,
      recoveryRegion: 'us-west-2',
      trails,
      publicKeys: trails.publicKeys,
      store: s3Digests(BUCKET, 'us-east-1', PLACE),
      restarts: restartParameter('/trail/restarts'),
      now: () => NOW_MS,
    },
    log.sink,
  );
  const outcome = await guardian(event, { getRemainingTimeInMillis: remainingMs }).then(
    () => 'ended',
    (error: Error) => error.message,
  );
  const lines = log.parsed() as readonly Record<string, unknown>[];
  return {
    outcome,
    line: lines.at(-1),
    codes: lines.filter(({ event: name }) => name === 'trail_finding').map(({ code, findings }) => `${String(code)} ${String(findings)}`),
    lines,
  };
}
const operations = (): readonly string[] => endpoint.calls.map(({ operation }) => operation.split('.').at(-1) ?? '');

describe('a scheduled run', () => {
  it('looks at settings, delivery and the digests of every Region, and says so in one line', async () => {
    const { outcome, lines } = await run();
    expect(outcome).toBe('ended');
    expect(lines).toEqual([
      { event: 'trail_guardian', scope: 'full', result: 'completed', findings: 0, isRestarted: false, digests: 8, logs: 12, leftRegions: 0, durationMs: 0 },
    ]);
    expect(operations()).not.toContain('StartLogging');
  });

  it('counts what it finds by kind, without a name of a file', async () => {
    trail.files.delete(logFile);
    trail.insights = undefined;
    trail.status['us-west-2'] = { ...trail.status['us-west-2'], LatestDigestDeliveryError: 'AccessDenied' };
    const { codes, line, lines } = await run();
    expect(codes).toEqual(['trail_differs 1', 'digest_delivery_failed 1', 'log_missing 1']);
    expect(line).toMatchObject({ result: 'completed', findings: 3 });
    expect(JSON.stringify(lines)).not.toContain('AWSLogs');
  });

  it('ends before its time does, and does not say that it was through', async () => {
    let left = 30_000;
    const { line } = await run(SCHEDULED, () => (left -= 4_000));
    expect(line).toMatchObject({ result: 'incomplete', digests: 2, leftRegions: 2 });
  });

  it('says what it found before it could not go on, and fails', async () => {
    trail.selectors = { EventSelectors: [{ ReadWriteType: 'All' }] };
    trail.instead.set('S3', { status: 403, body: '<Error><Code>AccessDenied</Code></Error>', type: 'application/xml' });
    const { outcome, codes, line } = await run();
    expect({ outcome, codes }).toEqual({ outcome: 'access_denied', codes: ['trail_differs 1'] });
    expect(line).toEqual({ event: 'trail_guardian', scope: 'full', result: 'failed', code: 'access_denied', findings: 1, durationMs: 0 });
  });

  it('fails by its code when CloudTrail does not answer it', async () => {
    trail.instead.set('DescribeTrails', failure('AccessDeniedException'));
    const { outcome, lines } = await run();
    expect(outcome).toBe('access_denied');
    expect(lines).toEqual([
      { event: 'trail_guardian', scope: 'full', result: 'failed', code: 'access_denied', findings: 0, durationMs: 0 },
    ]);
  });
});

describe('a trail that was stopped', () => {
  beforeEach(() => {
    trail.status['us-east-1'] = { ...trail.status['us-east-1'], IsLogging: false };
  });
  const started = () => endpoint.calls.filter(({ operation }) => operation.endsWith('StartLogging'));

  it('is started again at once, remembered first, and stays a finding', async () => {
    const { codes, line } = await run(CHANGED);
    expect(codes).toEqual(['not_logging 1']);
    expect(line).toMatchObject({ scope: 'settings', result: 'completed', isRestarted: true, findings: 1 });
    expect(line).not.toHaveProperty('leftRegions');
    expect(operations().slice(-3)).toEqual(['GetParameter', 'PutParameter', 'StartLogging']);
    expect(JSON.parse(started()[0]?.body ?? '')).toEqual({ Name: TRAIL_ARN });
    expect(trail.parameter).toBe(JSON.stringify([new Date(NOW_MS).toISOString()]));
    expect((await run(CHANGED)).codes).toEqual([]);
  });

  it('is started three times in ten minutes, then left, and said to be', async () => {
    for (const isRestarted of [true, true, true, false]) {
      trail.status['us-east-1'] = { ...trail.status['us-east-1'], IsLogging: false };
      expect((await run(CHANGED)).line).toMatchObject({ isRestarted });
    }
    expect(started()).toHaveLength(3);
    trail.status['us-east-1'] = { ...trail.status['us-east-1'], IsLogging: false };
    expect((await run(CHANGED)).codes).toEqual(['not_logging 1', 'restart_refused 1']);
  });

  it('is started also when it cannot be remembered, and says so', async () => {
    for (const name of ['GetParameter', 'PutParameter']) trail.instead.set(name, failure('AccessDeniedException'));
    const { codes, line } = await run(CHANGED);
    expect(codes).toEqual(['not_logging 1', 'restart_unremembered 1']);
    expect(line).toMatchObject({ isRestarted: true });
  });

  it('is a finding of its own when it cannot be started', async () => {
    trail.instead.set('StartLogging', failure('AccessDeniedException'));
    const { codes, line } = await run(CHANGED);
    expect(codes).toEqual(['not_logging 1', 'restart_failed 1']);
    expect(line).toMatchObject({ isRestarted: false });
  });

  it('is not started when it is another one: the trail is gone, or has its home elsewhere', async () => {
    trail.trails = [];
    expect((await run(CHANGED)).codes).toEqual(['trail_missing 1']);
    trail.trails = [{ Name: EXPECTED.name, TrailARN: TRAIL_ARN.replace('us-east-1', 'eu-west-1'), HomeRegion: 'eu-west-1' }];
    expect((await run(CHANGED)).codes).toEqual(['home_region_other 1']);
    expect(started()).toHaveLength(0);
  });
});
